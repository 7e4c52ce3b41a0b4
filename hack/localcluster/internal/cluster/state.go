package cluster

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hustings/hustings/hack/localcluster/internal/machine"
	"github.com/hustings/hustings/hack/localcluster/internal/process"
)

const stateFile = "cluster.json"

// State is cluster.json: what a test or a person needs to know of a cluster.
type State struct {
	Version string `json:"version"` // of Kubernetes
	Dir     string `json:"dir"`
	Assets  string `json:"assets"` // folder of etcd, kubectl, ...
	Kubectl string `json:"kubectl"`

	Kubeconfig string `json:"kubeconfig"`         // group system:masters
	Server     string `json:"server"`             // URL of the API server
	Etcd       string `json:"etcd"`               // URL; see EtcdCA and EtcdClient*
	Nodes      int    `json:"nodes"`              // simulated
	Registry   string `json:"registry,omitempty"` // host:port of the real node's registry; CA has signed it

	CA                string `json:"ca"`                // certificate of the API server and of its users
	CAKey             string `json:"caKey"`             // signs certificates of more users
	ServiceAccountKey string `json:"serviceAccountKey"` // signs tokens
	EtcdCA            string `json:"etcdCA"`
	EtcdClientCert    string `json:"etcdClientCert"`
	EtcdClientKey     string `json:"etcdClientKey"`
	AuditLog          string `json:"auditLog,omitempty"`

	Processes []Process `json:"processes"` // in the order in which they started
}

// Process is one process of a cluster and how to start it again.
type Process struct {
	Name string `json:"name"`
	process.Identity
	process.Command
}

// Load reads the state in dir. It is absent when the error is fs.ErrNotExist.
func Load(dir string) (State, error) {
	raw, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil {
		return State{}, err
	}
	var s State
	if err := json.Unmarshal(raw, &s); err != nil {
		return State{}, fmt.Errorf("read %s: %w", filepath.Join(dir, stateFile), err)
	}
	return s, nil
}

// save writes the state by a rename: a reader sees the old or the new one.
func (s State) save() error {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(s.Dir, stateFile)
	if err := os.WriteFile(path+".tmp", append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// Running tells whether every process of the cluster runs.
func (s State) Running() bool {
	for _, p := range s.Processes {
		if !p.Alive() {
			return false
		}
	}
	return len(s.Processes) > 0
}

// record puts p in place of the process of its name, or at the end.
func (s *State) record(p Process) error {
	for i := range s.Processes {
		if s.Processes[i].Name == p.Name {
			s.Processes[i] = p
			return s.save()
		}
	}
	s.Processes = append(s.Processes, p)
	return s.save()
}

// Claim makes dir a cluster's folder. It refuses a folder that holds something
// else, because stop removes it.
func Claim(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return nil
	}
	for _, ours := range []string{stateFile, machine.StateFile} {
		if _, err := os.Stat(filepath.Join(dir, ours)); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s is not empty and holds no cluster: give another folder", dir)
}
