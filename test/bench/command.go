package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/cluster"
	"github.com/hustings/hustings/test/fixture"
)

// command measures `hustings validate` on one core, start included.
func command(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "hustings-bench-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary := filepath.Join(dir, "hustings")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/hustings")
	build.Dir = cluster.Path("")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the command: %w\n%s", err, out)
	}
	progress("validating 1,000 sites, and 50")
	thousand, err := validate(ctx, binary, dir, 1000)
	if err != nil {
		return err
	}
	fifty, err := validate(ctx, binary, dir, 50)
	if err != nil {
		return err
	}
	figure("validate 1,000 sites on one core", 1000/thousand.Seconds(), "sites/s", ">= 3000")
	figure("validate 50 sites, start included", float64(fifty.Microseconds())/1000, "ms", "<= 100")
	return nil
}

// validate is the median of the processor time that the command takes for that many sites.
func validate(ctx context.Context, binary, dir string, count int) (time.Duration, error) {
	path := filepath.Join(dir, fmt.Sprintf("sites-%d.yaml", count))
	if err := os.WriteFile(path, manifests(count), 0o600); err != nil {
		return 0, fmt.Errorf("write the sites: %w", err)
	}
	var seconds []float64
	for range *rounds {
		cmd := exec.CommandContext(ctx, binary, "validate", "-f", path)
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("validate %d sites: %w\n%s", count, err, out[:min(len(out), 2000)])
		}
		seconds = append(seconds, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
	}
	return time.Duration(median(seconds) * float64(time.Second)), nil
}

// manifests are that many good sites with their class and namespace.
func manifests(count int) []byte {
	class := fixture.Class()
	class.Spec.Hosts[0].Suffixes = []hustingsv1alpha1.Host{"example.org"}
	ns := &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: "alice", Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}},
	}
	var out bytes.Buffer
	add := func(o any) {
		raw, err := yaml.Marshal(o)
		if err != nil {
			panic(err) // our own types
		}
		out.WriteString("---\n")
		out.Write(raw)
	}
	add(ns)
	add(class)
	for n := range count {
		s := site("alice", n)
		// The status that Go writes for a zero value is no part of a manifest.
		add(map[string]any{"apiVersion": s.APIVersion, "kind": s.Kind,
			"metadata": map[string]any{"name": s.Name, "namespace": s.Namespace}, "spec": s.Spec})
	}
	return out.Bytes()
}
