package cluster

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/process"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

func TestStopLeavesAFolderThatIsNoCluster(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Stop(t.Context(), dir, progress.New(io.Discard)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
	if err := Claim(dir); err == nil {
		t.Error("a folder with other files is taken for a cluster")
	}
}

func TestStopEndsWhatIsRecordedAndNothingElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cluster")
	if err := Claim(dir); err != nil {
		t.Fatal(err)
	}
	s := State{Dir: dir}
	child, err := process.Spawn(process.Command{Path: "/bin/sleep", Args: []string{"60"}, Log: filepath.Join(dir, "logs", "a.log")})
	if err != nil {
		t.Fatal(err)
	}
	// The pid of this test, as if it had been reused since.
	reused := process.Identity{PID: os.Getpid(), Started: "before"}
	for _, p := range []Process{{Name: "a", Identity: child.Identity}, {Name: "b", Identity: reused}} {
		if err := s.record(p); err != nil {
			t.Fatal(err)
		}
	}
	if s.Running() {
		t.Error("runs, though one process is another's")
	}
	if err := Stop(t.Context(), dir, progress.New(io.Discard)); err != nil {
		t.Fatal(err)
	}
	<-child.Ended
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("folder is still there: %v", err)
	}
}

func TestAFailedStartLeavesNothing(t *testing.T) {
	root := t.TempDir()
	for name, body := range map[string]string{"etcd": "exec sleep 60", nameAPIServer: "echo no such flag; exit 1"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var told strings.Builder
	dir := filepath.Join(root, "cluster")
	_, err := Start(context.Background(), Options{Dir: dir, Assets: root, Timeout: time.Minute, Log: progress.New(&told)})
	if err == nil || !strings.Contains(told.String(), "kube-apiserver | no such flag") {
		t.Errorf("error %v, told %q", err, told.String())
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("folder is still there: %v", err)
	}
}

func TestRecordReplacesAProcessOfTheSameName(t *testing.T) {
	s := State{Dir: t.TempDir()}
	for _, p := range []Process{
		{Name: "a", Identity: process.Identity{PID: 2}},
		{Name: "b", Identity: process.Identity{PID: 3}},
		{Name: "a", Identity: process.Identity{PID: 4}},
	} {
		if err := s.record(p); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Load(s.Dir)
	if err != nil || !slices.Equal(got.names(), []string{"a", "b"}) || got.Processes[0].PID != 4 {
		t.Errorf("got %+v, %v", got.Processes, err)
	}
}

func TestFreePortsDiffer(t *testing.T) {
	ports, err := freePorts(8)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ports)
	if len(slices.Compact(ports)) != 8 {
		t.Errorf("ports %v", ports)
	}
}

func TestTheAdvertisedAddressIsNoLoopback(t *testing.T) {
	if ip := advertiseIP(); ip == nil || ip.IsLoopback() {
		t.Errorf("address %v", ip)
	}
}

func TestTheFailingCheckIsTold(t *testing.T) {
	if got := firstFailure("500", "[+]ping ok\n[-]etcd failed\n[-]other failed\n"); got != "[-]etcd failed" {
		t.Errorf("got %q", got)
	}
	if got := firstFailure("403 Forbidden", "{}"); got != "403 Forbidden" {
		t.Errorf("got %q", got)
	}
}
