// Package process starts programs that outlive this one, and recognises them later.
//
// A pid alone is not an identity: the kernel reuses it. With the time at which the
// process started it is, so a stranger's process is never ended.
package process

// Identity names one process for as long as the machine runs.
type Identity struct {
	PID int `json:"pid"`
	// Started is the start time as the machine tells it: opaque, compared only.
	Started string `json:"started"`
}

// Usage is what a process has used so far.
type Usage struct {
	CPUSeconds float64
	MemoryMiB  float64
}

// Identify reads the identity of a running process.
func Identify(pid int) (Identity, bool) {
	started, ok := startOf(pid)
	return Identity{PID: pid, Started: started}, ok
}

// Alive tells whether this very process runs.
func (i Identity) Alive() bool {
	if i.PID <= 1 {
		return false
	}
	started, ok := startOf(i.PID)
	return ok && started == i.Started
}
