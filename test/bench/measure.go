package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	coordinationv1 "k8s.io/api/coordination/v1"

	"github.com/hustings/hustings/test/cluster"
)

// clockTicks a second of /proc/PID/stat: USER_HZ, 100 on every Linux that Go runs on (proc(5)).
const clockTicks = 100

// cpuSeconds is the processor time of a process so far, user and system.
func cpuSeconds(pid int) float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / clockTicks
}

// mebibytes is one of the sizes in /proc/PID/status: VmRSS is the resident memory of a process, VmHWM the most that it was; NaN, it cannot be read.
func mebibytes(pid int, size string) float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return math.NaN()
	}
	for line := range strings.Lines(string(raw)) {
		var kib float64
		if n, err := fmt.Sscanf(line, size+": %f kB", &kib); err == nil && n == 1 {
			return kib / 1024
		}
	}
	return math.NaN()
}

// request is a line of the audit log.
type request struct {
	Verb string `json:"verb"`
	User struct {
		Username string `json:"username"`
	} `json:"user"`
	ObjectRef struct {
		Resource string `json:"resource"`
	} `json:"objectRef"`
}

// countRequests counts the operator's requests that a filter lets through; nil, all but Leases and watches.
func countRequests(path string, keep func(request) bool) int {
	if keep == nil {
		keep = notLease
	}
	file, err := os.Open(path)
	if err != nil {
		return -1
	}
	defer file.Close() //nolint:errcheck // only read
	count := 0
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r request
		if json.Unmarshal(lines.Bytes(), &r) == nil && r.User.Username == cluster.OperatorUser && keep(r) {
			count++
		}
	}
	return count
}

// notLease leaves out leader election, and watches, which end and begin again by themselves.
func notLease(r request) bool { return r.ObjectRef.Resource != "leases" && r.Verb != "watch" }

func isWrite(r request) bool {
	return notLease(r) && r.Verb != "get" && r.Verb != "list"
}

// leading waits until a manager holds the lease.
func leading(ctx context.Context, c *cluster.Cluster, m *cluster.Manager) error {
	begin := time.Now()
	for time.Since(begin) < time.Minute {
		lease := &coordinationv1.Lease{}
		key := client.ObjectKey{Namespace: cluster.OperatorNamespace, Name: "hustings-manager"}
		if err := c.Client.Get(ctx, key, lease); err == nil && lease.Spec.HolderIdentity != nil && *lease.Spec.HolderIdentity != "" {
			return nil
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("the manager does not lead after a minute; its log is %s", m.Log)
}

// quietAfter waits until a process uses less than a tenth of a core over two seconds, and says since when.
func quietAfter(ctx context.Context, pid int, begin time.Time) (time.Duration, error) {
	const window = 2 * time.Second
	for time.Since(begin) < 2*time.Minute {
		before, at := cpuSeconds(pid), time.Now()
		if err := sleep(ctx, window); err != nil {
			return 0, err
		}
		if cpuSeconds(pid)-before < 0.1*window.Seconds() {
			return at.Sub(begin), nil
		}
	}
	return 0, fmt.Errorf("the manager is still busy after two minutes")
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
