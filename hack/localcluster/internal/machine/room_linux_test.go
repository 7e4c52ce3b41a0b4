package machine

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	// asKeeper makes this test program keep a room.
	asKeeper = "MACHINE_TEST_KEEPER"
	// asBuilder makes this test program, in a machine, make a room and say what it sees there.
	asBuilder = "MACHINE_TEST_BUILDER"
)

func TestARoomIsConnected(t *testing.T) {
	before := world(t)
	dir, m := start(t)
	cmd := m.Command(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asInit+"=", asBuilder+"="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{
		"hostname: node-2\n",
		"eth0    inet 192.0.2.2/32",
		"10.244.1.5 via 192.0.2.2 dev node-2", // from the machine
		"192.0.2.1 dev eth0",                  // from the room
		"connection refused",                  // by the room: something answers
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
	if err := Stop(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if after := world(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// build makes a room and shows it.
func build(dir string) error {
	ready := filepath.Join(dir, "ready")
	command := RoomCommand(os.Args[0])
	keeper := exec.Command(command[0], command[1:]...)
	keeper.Env = append(os.Environ(), asBuilder+"=", asKeeper+"="+ready)
	keeper.Stderr = os.Stderr
	if err := keeper.Start(); err != nil {
		return err
	}
	defer func() { _ = keeper.Process.Kill() }()
	if err := appears(ready); err != nil {
		return err
	}
	_, pods, err := net.ParseCIDR("10.244.1.0/24")
	if err != nil {
		return err
	}
	pid := keeper.Process.Pid
	if err := (Room{Name: "node-2", Address: "192.0.2.2", Pods: pods}).Connect(pid); err != nil {
		return err
	}
	for _, c := range [][]string{
		{"ip", "route", "get", "10.244.1.5"},
		InRoom(pid, "sh", "-c", `echo "hostname: $(hostname)"; ip -o address; ip route get 192.0.2.1; ls /run`),
	} {
		out, err := exec.Command(c[0], c[1:]...).CombinedOutput()
		fmt.Printf("%s", out)
		if err != nil {
			return fmt.Errorf("%v: %w", c, err)
		}
	}
	_, err = net.DialTimeout("tcp", "192.0.2.2:9", 5*time.Second)
	fmt.Println(err)
	return nil
}

// appears waits for a file.
func appears(path string) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	began := time.Now()
	for range tick.C {
		_, err := os.Stat(path)
		if err == nil {
			return nil
		}
		if time.Since(began) > 10*time.Second {
			return fmt.Errorf("the room is not ready: %w", err)
		}
	}
	return nil
}
