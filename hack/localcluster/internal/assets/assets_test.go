package assets

import (
	"context"
	"io"
	"os"
	"path/filepath"
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
	tools := map[string]bool{}
	for _, tool := range parsed.Tool {
		tools[tool.Path] = true
	}
	for _, p := range programs {
		if !tools[p.pkg] {
			t.Errorf("%s is built but is no tool of go.mod: go mod tidy would drop its sums", p.pkg)
		}
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
