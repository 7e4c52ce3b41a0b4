// Command supervise is the first process of an image with several servers. It starts those that /etc/supervise names, each
// once the one before serves; hands a request to end on, as the signal that each takes for "finish what you are
// answering"; and ends when one of them ends.
//
// A line of /etc/supervise is: FILE SIGNAL COMMAND ARGUMENT…, where FILE is one that the server makes when it serves, such
// as its socket, and SIGNAL is TERM or QUIT.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

type server struct {
	command *exec.Cmd
	end     os.Signal
	ended   chan struct{}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "supervise:", err)
		os.Exit(1)
	}
}

func run() error {
	raw, err := os.ReadFile("/etc/supervise")
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGQUIT)
	first := make(chan error, 1)
	told, servers, err := start(string(raw), signals, first)
	if err == nil && !told {
		select {
		case <-signals:
		case err = <-first:
		}
	}
	// The last first: it may be answering with what it has from those before it.
	for _, s := range slices.Backward(servers) {
		_ = s.command.Process.Signal(s.end) // it may have ended meanwhile
		<-s.ended
	}
	return err
}

// start starts the servers, until it is told to end or one of them ends.
func start(list string, signals <-chan os.Signal, first chan error) (told bool, servers []server, err error) {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for line := range strings.Lines(list) {
		words := strings.Fields(line)
		if len(words) < 3 {
			return false, servers, fmt.Errorf("/etc/supervise: %q is no file, signal and command", line)
		}
		s := server{exec.Command(words[2], words[3:]...), syscall.SIGTERM, make(chan struct{})}
		if words[1] == "QUIT" {
			s.end = syscall.SIGQUIT
		}
		s.command.Stdout, s.command.Stderr = os.Stdout, os.Stderr
		_ = os.Remove(words[0]) // one that a crash has left says nothing
		if err := s.command.Start(); err != nil {
			return false, servers, err
		}
		servers = append(servers, s)
		go s.wait(first)
		for !exists(words[0]) {
			select {
			case <-signals:
				return true, servers, nil
			case err := <-first:
				return false, servers, err
			case <-ticker.C:
			}
		}
	}
	return false, servers, nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// wait tells that a server has ended; if it is the first, also why.
func (s server) wait(first chan<- error) {
	_ = s.command.Wait() // how it ended is in its state
	select {
	case first <- fmt.Errorf("%s ended by itself: %s", s.command.Path, s.command.ProcessState):
	default:
	}
	close(s.ended)
}
