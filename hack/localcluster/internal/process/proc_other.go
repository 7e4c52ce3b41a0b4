//go:build unix && !linux

package process

import (
	"os/exec"
	"strconv"
	"strings"
)

// startOf asks ps, the only thing that every other unix has.
func startOf(pid int) (string, bool) {
	out, err := exec.Command("ps", "-o", "state=,lstart=", "-p", strconv.Itoa(pid)).Output()
	state, started, found := strings.Cut(strings.TrimSpace(string(out)), " ")
	if err != nil || !found || strings.HasPrefix(state, "Z") {
		return "", false
	}
	return strings.TrimSpace(started), true
}

// Use returns what the process has used, if that can be told.
func (i Identity) Use() (Usage, bool) { return Usage{}, false }
