package assets

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

func TestEveryKubernetesModuleIsOfOneVersion(t *testing.T) {
	module, err := ReadModule(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := modfile.Parse("go.mod", module.GoMod, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "v0." + strings.TrimPrefix(module.KubernetesVersion, "v1.")
	for _, r := range parsed.Replace {
		if r.Old.Path != r.New.Path || r.New.Version != want {
			t.Errorf("replace %s => %s %s, want version %s", r.Old.Path, r.New.Path, r.New.Version, want)
		}
	}
}

func TestWhatIsBuiltIsATool(t *testing.T) {
	module, err := ReadModule(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	modules, err := ReadModules(os.DirFS("../../modules"))
	if err != nil {
		t.Fatal(err)
	}
	modules[""] = module
	for _, p := range slices.Concat(programs, nodePrograms) {
		m, ok := modules[p.module]
		if !ok {
			t.Errorf("%s: there is no modules/%s.mod", p.name, p.module)
			continue
		}
		parsed, err := modfile.Parse("go.mod", m.GoMod, nil)
		if err != nil {
			t.Fatal(err)
		}
		isTool := slices.ContainsFunc(parsed.Tool, func(tool *modfile.Tool) bool { return tool.Path == p.pkg })
		if !isTool && p.file == "" && m.Main == nil {
			t.Errorf("%s is built but is no tool of modules/%s.mod: go mod tidy would drop its sums", p.pkg, p.module)
		}
	}
}

func TestAFolderOfANodeIsNamedByWhatItIsBuiltFrom(t *testing.T) {
	t.Setenv("HUSTINGS_CACHE", "/a")
	kubernetes := Module{KubernetesVersion: "v1.37.2"}
	seen := map[string]bool{}
	for _, modules := range []map[string]Module{
		{"x": {GoMod: []byte("module x")}},
		{"x": {GoMod: []byte("module x // other")}},
		{"x": {GoMod: []byte("module x"), Main: []byte("package main")}},
	} {
		dir, err := NodeDir(kubernetes, modules)
		if err != nil {
			t.Fatal(err)
		}
		if seen[dir] {
			t.Errorf("%s for %v and for another", dir, modules)
		}
		seen[dir] = true
	}
}

func TestVersionIsStampedOnKubernetesOnly(t *testing.T) {
	for _, p := range programs {
		flags := p.ldflags("v1.37.2")
		if stamped := strings.Contains(flags, "gitVersion=v1.37.2") && strings.Contains(flags, "gitMinor=37"); stamped == (p.name == "etcd") {
			t.Errorf("%s: ldflags %q", p.name, flags)
		}
	}
}

func TestCacheFollowsTheEnvironment(t *testing.T) {
	t.Setenv("HUSTINGS_CACHE", "/a")
	t.Setenv("XDG_CACHE_HOME", "/b")
	t.Setenv("HOME", "/c")
	for _, want := range []string{"/a/localcluster", "/b/hustings/localcluster", "/c/.cache/hustings/localcluster"} {
		if got, err := CacheDir(); err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		if want[1] == 'a' {
			t.Setenv("HUSTINGS_CACHE", "")
		} else {
			t.Setenv("XDG_CACHE_HOME", "")
		}
	}
}

func TestProgramsOfAnotherVersionAreNotUsed(t *testing.T) {
	for version, used := range map[string]bool{"v1.37.9": true, "v1.36.0": false} {
		kubebuilder := t.TempDir()
		script(t, kubebuilder, "kube-apiserver", "echo Kubernetes "+version)
		set := Set{Dir: t.TempDir(), Module: Module{KubernetesVersion: "v1.37.2"}, Log: progress.New(io.Discard)}
		if err := set.linkFrom(t.Context(), kubebuilder, "test", programs); err != nil {
			t.Fatal(err)
		}
		if got := isProgram(filepath.Join(set.Dir, "kube-apiserver")); got != used {
			t.Errorf("%s: used = %v, want %v", version, got, used)
		}
	}
}

func TestASlowDownloadIsGivenUp(t *testing.T) {
	dir := t.TempDir()
	script(t, dir, "setup-envtest", "exec sleep 60")
	set := Set{
		Dir:          t.TempDir(),
		Module:       Module{KubernetesVersion: "v1.37.2"},
		SetupEnvtest: filepath.Join(dir, "setup-envtest"),
		EnvtestLimit: 50 * time.Millisecond,
		Log:          progress.New(io.Discard),
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := set.linkEnvtest(ctx, programs); err != nil {
		t.Error(err)
	}
}

func script(t *testing.T, dir, name, body string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}
