package assets

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

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
	Main                           []byte // of a program of our own: its one source file
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

// ReadModules reads every NAME.mod, NAME.sum and, if there is one, NAME/main.go at the root of files, by NAME.
func ReadModules(files fs.FS) (map[string]Module, error) {
	mods, err := fs.Glob(files, "*.mod")
	if err != nil {
		return nil, err
	}
	out := map[string]Module{}
	for _, mod := range mods {
		name := strings.TrimSuffix(mod, ".mod")
		var m Module
		if m.GoMod, err = fs.ReadFile(files, mod); err != nil {
			return nil, err
		}
		if m.GoSum, err = fs.ReadFile(files, name+".sum"); err != nil {
			return nil, err
		}
		if m.Main, err = fs.ReadFile(files, name+"/main.go"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		out[name] = m
	}
	return out, nil
}
