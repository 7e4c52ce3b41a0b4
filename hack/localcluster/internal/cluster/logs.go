package cluster

import (
	"errors"
	"os"
	"strings"
)

const logTail = 20

var errPortTaken = errors.New("a port is taken")

// tail returns the last lines of a log.
func tail(path string, count int) []string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	lines := strings.Split(strings.TrimRight(string(raw), "\n"), "\n")
	return lines[max(0, len(lines)-count):]
}

func portTaken(lines []string) bool {
	return strings.Contains(strings.Join(lines, "\n"), "address already in use")
}
