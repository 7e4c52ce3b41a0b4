package cluster

import (
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

// Options say what cluster to start.
type Options struct {
	Dir               string     // absolute
	Assets            string     // folder of the programs
	Version           string     // of Kubernetes
	Nodes             int        // simulated nodes; 0 leaves pods pending
	Real              *RealNodes // nodes that run pods, and nil for none
	AuditPolicy       string     // file; empty for no audit log
	ControllerManager bool
	APIServerFlags    []string // appended, so they win
	NodesProgram      []string // command and arguments that simulate nodes, up to the flags
	Timeout           time.Duration
	Log               *progress.Log
}
