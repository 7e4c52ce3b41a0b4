package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hustings/hustings/hack/localcluster/internal/process"
)

const (
	// StateFile is the file in a cluster's folder that names its machine.
	StateFile = "machine.json"

	// Address is the machine's own: one for documentation (RFC 5737), which no network routes.
	Address = "192.0.2.1"
	// Clients are addresses that a program in the machine may send from: tests play many clients with them.
	Clients = "198.51.100.0/24"

	// Registry is the name of the machine's registry, which listens where registries do.
	Registry     = "registry.localcluster.test"
	RegistryPort = 443
)

// Machine is a running machine, as StateFile has it.
type Machine struct {
	// First is the machine's first process, as it is known outside.
	First process.Identity `json:"first"`
	// Cgroup is the path of the machine's cgroups below the root of every hierarchy.
	Cgroup string `json:"cgroup"`
}

// Load reads the machine of a cluster's folder. There is none when the error is fs.ErrNotExist.
func Load(dir string) (Machine, error) {
	raw, err := os.ReadFile(filepath.Join(dir, StateFile))
	if err != nil {
		return Machine{}, err
	}
	var m Machine
	if err := json.Unmarshal(raw, &m); err != nil {
		return Machine{}, fmt.Errorf("read %s: %w", filepath.Join(dir, StateFile), err)
	}
	return m, nil
}

func (m Machine) save(dir string) error {
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, StateFile)
	if err := os.WriteFile(path+".tmp", append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// Has tells whether the folder has a machine that runs.
func Has(dir string) (bool, error) {
	m, err := Load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && m.First.Alive(), err
}

// cgroupOf names the cgroups of the machine of a folder, so that two never share one and a crash leaves a name to find.
func cgroupOf(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return "/localcluster-" + hex.EncodeToString(sum[:6])
}
