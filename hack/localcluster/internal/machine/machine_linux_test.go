package machine

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hustings/hustings/hack/localcluster/internal/process"
)

// asInit makes this test program the first process of a machine.
const asInit = "MACHINE_TEST_INIT"

func TestMain(m *testing.M) {
	for variable, do := range map[string]func(string) error{
		asBuilder: build,
		asKeeper:  func(ready string) error { return KeepRoom("node-2", ready) },
	} {
		if value := os.Getenv(variable); value != "" {
			if err := do(value); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	if os.Getenv(asInit) != "" {
		var dir, cgroup string
		for _, arg := range os.Args[1:] {
			if value, ok := strings.CutPrefix(arg, "--dir="); ok {
				dir = value
			}
			if value, ok := strings.CutPrefix(arg, "--cgroup="); ok {
				cgroup = value
			}
		}
		if err := Init(dir, cgroup); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func start(t *testing.T) (string, Machine) {
	t.Helper()
	if err := Missing(); err != nil {
		t.Skip(err)
	}
	t.Setenv(asInit, "1")
	dir := t.TempDir()
	m, err := Start(t.Context(), dir, os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = Stop(t.Context(), dir) })
	return dir, m
}

func TestAMachineLeavesNothingBehind(t *testing.T) {
	before := world(t)
	dir, m := start(t)
	out := run(t, m, "sh", "-c", "hostname; echo $(ls /proc | grep -c '^[0-9]'); (sleep 600 >/dev/null 2>&1 &) ; ip -o address; cat /proc/sys/kernel/panic_on_oops")
	if !strings.HasPrefix(out, "localcluster\n") || !strings.Contains(out, Address) || !strings.HasSuffix(out, "\n1\n") {
		t.Errorf("within it: %s", out)
	}
	if has, err := Has(dir); err != nil || !has {
		t.Errorf("has = %v, %v", has, err)
	}
	run(t, m, "sh", "-c", "for i in $(seq 100); do sleep "+lullaby+" & done >/dev/null 2>&1")
	if n := sleepers(t); n != 100 {
		t.Fatalf("%d processes sleep, want 100", n)
	}
	if err := Stop(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if n := sleepers(t); n != 0 {
		t.Errorf("%d processes are left", n)
	}
	if after := world(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	if m.First.Alive() {
		t.Error("its first process lives")
	}
}

// lullaby is how long processes of these tests sleep: a number that nobody else's do.
var lullaby = fmt.Sprintf("600.%d", os.Getpid())

// sleepers counts processes of these tests, wherever they are.
func sleepers(t *testing.T) int {
	t.Helper()
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range commands {
		if raw, err := os.ReadFile(file); err == nil && string(raw) == "sleep\x00"+lullaby+"\x00" {
			n++
		}
	}
	return n
}

func TestTwoMachinesAreApart(t *testing.T) {
	_, one := start(t)
	_, other := start(t)
	if one.Cgroup == other.Cgroup {
		t.Error("they share cgroups")
	}
	run(t, one, "sh", "-c", "ip link add only-here type veth peer name and-here")
	if links := run(t, other, "ip", "-o", "link"); strings.Contains(links, "only-here") {
		t.Errorf("an interface of the one is in the other: %s", links)
	}
}

func TestAMachineThatWasKilledIsCleanedUp(t *testing.T) {
	before := world(t)
	dir, m := start(t)
	if _, err := process.End(t.Context(), 0, m.First); err != nil {
		t.Fatal(err)
	}
	if has, err := Has(dir); err != nil || has {
		t.Errorf("has = %v, %v", has, err)
	}
	if err := Stop(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if after := world(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

func TestAMachineThatCannotBeMadeLeavesNothing(t *testing.T) {
	if err := Missing(); err != nil {
		t.Skip(err)
	}
	before := world(t)
	dir := t.TempDir()
	if _, err := Start(t.Context(), dir, "/bin/false"); err == nil || !strings.Contains(err.Error(), "machine.log") {
		t.Errorf("error = %v, want one that names the log", err)
	}
	if after := world(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

func run(t *testing.T, m Machine, program string, args ...string) string {
	t.Helper()
	out, err := m.Command(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", program, err, out)
	}
	return string(out)
}

// world is what a machine could leave behind: interfaces, mounts, cgroups, kernel settings.
func world(t *testing.T) string {
	t.Helper()
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, i := range interfaces {
		fmt.Fprintln(&b, i.Name, i.Flags)
	}
	for _, file := range []string{"/proc/self/mounts", "/proc/sys/kernel/panic_on_oops", "/proc/sys/vm/overcommit_memory", "/proc/sys/net/ipv4/ip_forward", "/etc/hosts"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(raw)
	}
	roots, err := hierarchies()
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range roots {
		found, err := filepath.Glob(filepath.Join(root, "localcluster-*"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, found)
	}
	return b.String()
}
