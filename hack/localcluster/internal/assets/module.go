package assets

import (
	"fmt"
	"io/fs"

	"golang.org/x/mod/modfile"
)

const (
	kubernetesModule = "k8s.io/kubernetes"
	etcdModule       = "go.etcd.io/etcd/server/v3"
)

// Module is what a build needs: the go.mod and go.sum that pin every dependency,
// and the versions in them.
type Module struct {
	GoMod, GoSum                   []byte
	KubernetesVersion, EtcdVersion string
}

// ReadModule reads go.mod and go.sum from the root of files.
func ReadModule(files fs.FS) (Module, error) {
	var m Module
	var err error
	if m.GoMod, err = fs.ReadFile(files, "go.mod"); err != nil {
		return Module{}, err
	}
	if m.GoSum, err = fs.ReadFile(files, "go.sum"); err != nil {
		return Module{}, err
	}
	parsed, err := modfile.Parse("go.mod", m.GoMod, nil)
	if err != nil {
		return Module{}, err
	}
	for _, r := range parsed.Require {
		switch r.Mod.Path {
		case kubernetesModule:
			m.KubernetesVersion = r.Mod.Version
		case etcdModule:
			m.EtcdVersion = r.Mod.Version
		}
	}
	if m.KubernetesVersion == "" || m.EtcdVersion == "" {
		return Module{}, fmt.Errorf("go.mod does not require both %s and %s", kubernetesModule, etcdModule)
	}
	return m, nil
}
