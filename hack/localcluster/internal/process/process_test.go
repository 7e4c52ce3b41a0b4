package process

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAReusedPidIsNotTakenForTheProcess(t *testing.T) {
	self, ok := Identify(os.Getpid())
	if !ok || !self.Alive() {
		t.Fatal("this process is not alive")
	}
	stranger := Identity{PID: self.PID, Started: self.Started + "0"}
	if stranger.Alive() {
		t.Error("a process with another start time counts as alive")
	}
	// Were it taken for ours, this would end the test.
	if _, err := End(t.Context(), time.Second, stranger); err != nil {
		t.Error(err)
	}
}

func TestPidsThatAreNeverOursAreNotAlive(t *testing.T) {
	for _, pid := range []int{-1, 0, 1} {
		if (Identity{PID: pid}).Alive() {
			t.Errorf("pid %d counts as alive", pid)
		}
	}
}

func TestAProcessThatIgnoresTheRequestIsKilled(t *testing.T) {
	for _, grace := range []time.Duration{0, 200 * time.Millisecond} {
		child := stubborn(t)
		killed, err := End(context.Background(), grace, child.Identity)
		if err != nil || len(killed) != 1 {
			t.Errorf("grace %s: killed %v, %v", grace, killed, err)
		}
		<-child.Ended
	}
}

// stubborn starts a process that does not end when asked.
func stubborn(t *testing.T) Child {
	t.Helper()
	dir := t.TempDir()
	ready := filepath.Join(dir, "ready")
	child, err := Spawn(Command{
		Path: "/bin/sh",
		Args: []string{"-c", `trap "" TERM; : > "$0"; while :; do sleep 0.1; done`, ready},
		Log:  filepath.Join(dir, "log"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(ready); err == nil {
			return child
		}
		select {
		case <-child.Ended:
			t.Fatal("ended by itself")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestAProcessThatEndsAtOnceIsNotAlive(t *testing.T) {
	child, err := Spawn(Command{Path: "/bin/sh", Args: []string{"-c", "echo gone"}, Log: filepath.Join(t.TempDir(), "log")})
	if err != nil {
		t.Fatal(err)
	}
	<-child.Ended
	if child.Alive() {
		t.Error("alive")
	}
}
