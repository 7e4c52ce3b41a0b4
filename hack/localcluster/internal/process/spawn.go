package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Command is a program to start: all of it, so that it can be started again.
type Command struct {
	Path string   `json:"path"`
	Args []string `json:"args"`
	Log  string   `json:"log"` // file that takes its output
}

// Child is a process that we started and that still has us as its parent.
type Child struct {
	Identity
	// Ended is closed when it has ended.
	Ended <-chan struct{}
}

// Spawn starts the command in a session of its own, so that it survives this
// process and no key pressed in this terminal reaches it.
func Spawn(c Command) (Child, error) {
	if err := os.MkdirAll(filepath.Dir(c.Log), 0o700); err != nil {
		return Child{}, err
	}
	log, err := os.OpenFile(c.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return Child{}, fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Dir = filepath.Dir(c.Log)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return Child{}, fmt.Errorf("start %s: %w", filepath.Base(c.Path), err)
	}
	// Identified before anyone waits for it: until then its pid cannot be reused.
	id, ok := Identify(cmd.Process.Pid)
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	if !ok {
		id.PID = cmd.Process.Pid
		<-ended
	}
	return Child{Identity: id, Ended: ended}, nil
}
