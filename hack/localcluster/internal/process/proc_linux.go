package process

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Fields of /proc/PID/stat that follow the command's name; see proc_pid_stat(5).
const (
	fieldState  = 0
	fieldUser   = 11
	fieldSystem = 12
	fieldStart  = 19
	fieldRSS    = 21

	// ticksPerSecond is USER_HZ: 100 on every Linux that Go runs on.
	ticksPerSecond = 100
)

// startOf returns when the process started. A zombie counts as ended: it waits
// for nothing but its parent.
func startOf(pid int) (string, bool) {
	fields, ok := stat(pid)
	if !ok || fields[fieldState] == "Z" || fields[fieldState] == "X" {
		return "", false
	}
	return fields[fieldStart], true
}

// Use returns what the process has used, if that can be told.
func (i Identity) Use() (Usage, bool) {
	fields, ok := stat(i.PID)
	if !ok || fields[fieldStart] != i.Started {
		return Usage{}, false
	}
	user, _ := strconv.ParseFloat(fields[fieldUser], 64)
	system, _ := strconv.ParseFloat(fields[fieldSystem], 64)
	pages, _ := strconv.ParseFloat(fields[fieldRSS], 64)
	return Usage{
		CPUSeconds: (user + system) / ticksPerSecond,
		MemoryMiB:  pages * float64(os.Getpagesize()) / (1 << 20),
	}, true
}

func stat(pid int) ([]string, bool) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, false
	}
	// The name is in parentheses and may hold spaces and parentheses itself.
	end := bytes.LastIndexByte(raw, ')')
	if end < 0 {
		return nil, false
	}
	fields := strings.Fields(string(raw[end+1:]))
	return fields, len(fields) > fieldRSS
}
