package image_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hustings/hustings/internal/scan"
)

func TestScanLooksAtEveryStringOfTheConfig(t *testing.T) {
	t.Parallel()
	secret := key(10)
	inner := func(c object) object { return object{"config": c} }
	for name, c := range map[string]struct {
		config object
		place  string
	}{
		"a variable":          {inner(object{"Env": []string{"PATH=/bin", "A=b", "STRIPE=" + secret}}), "config.env[2] STRIPE:1:8"},
		"a label":             {inner(object{"Labels": object{"org.example.key": secret}}), "config.labels org.example.key:1:17"},
		"the entrypoint":      {inner(object{"Entrypoint": []string{"/bin/sh", "-c", "run --key " + secret}}), "config.entrypoint[2]:1:11"},
		"the command":         {inner(object{"Cmd": []string{"--key=" + secret}}), "config.cmd[0]:1:7"},
		"what runs on build":  {inner(object{"OnBuild": []string{"RUN login " + secret}}), "config.onBuild[0]:1:11"},
		"the health check":    {inner(object{"Healthcheck": object{"Test": []string{"CMD", "curl", "-u", secret}}}), "config.healthcheck.test[3]:1:1"},
		"the history":         {object{"history": []object{{}, {"created_by": "RUN |1 TOKEN=" + secret + " make"}}}, "config.history[1].created_by:1:14"},
		"a comment":           {object{"history": []object{{"comment": "used " + secret}}}, "config.history[0].comment:1:6"},
		"the author":          {object{"author": "me " + secret}, "config.author:1:4"},
		"an older config":     {object{"container_config": object{"Env": []string{"K=" + secret}}}, "config.container_config.env[0] K:1:3"},
		"a field of nobody":   {object{"x": []any{1, []any{object{"y": secret}}}}, "config.x[1][0].y:1:3"},
		"a secret by its key": {object{"x": object{"donation_api_secret": "q7Zr" + "2MvT9xKp4Ld8Wc3N"}}, "config.x.donation_api_secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			got := r.scan(t, r.manifest(typeManifest, object{"config": r.config(c.config), "layers": []object{}}))
			expect(t, got, scan.Leaking, "")
			silent(t, got, secret)
			if len(got.Findings) != 1 || !strings.HasPrefix(got.Findings[0].Place.String(), "layer config "+c.place) {
				t.Errorf("found %q, want %q", places(got), c.place)
			}
		})
	}
}

func TestScanOfAnOrdinaryConfigIsClean(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	config := r.config(object{
		"created": "2026-11-24T00:00:00Z",
		"config": object{
			"Env":    []string{"PATH=/usr/sbin:/usr/bin", "NGINX_VERSION=1.29.1", "PKG_RELEASE=1~trixie", "EMPTY=", "=", ""},
			"Labels": object{"maintainer": "NGINX Docker Maintainers <docker-maint@nginx.com>"}, "StopSignal": "SIGQUIT", "ExposedPorts": object{"80/tcp": object{}},
		},
		"history": []object{{"created_by": "/bin/sh -c #(nop) ADD file:" + strings.Repeat("ab", 32) + " in / "}, {"empty_layer": true, "created_by": "ENV NGINX_VERSION=1.29.1"}},
		"rootfs":  object{"type": "layers", "diff_ids": []string{"sha256:" + strings.Repeat("cd", 32)}},
	})
	expect(t, r.scan(t, r.manifest(typeManifest, object{"config": config, "layers": []object{}})), scan.Clean, "")
}

func TestScanLooksAtAnnotations(t *testing.T) {
	t.Parallel()
	secret := key(11)
	r := newRegistry(t)
	notes := object{"annotations": object{"org.example.key": secret}}
	image := r.manifest(typeManifest, object{"config": with(r.config(object{}), notes), "layers": []object{}, "annotations": notes["annotations"]})
	got := r.scan(t, r.manifest(typeIndex, object{"manifests": []object{linux(image, "amd64")}, "annotations": notes["annotations"]}))
	expect(t, got, scan.Leaking, "")
	silent(t, got, secret)
	want := []string{
		"layer config manifest.annotations org.example.key:1:17",
		"layer config manifest linux/amd64.annotations org.example.key:1:17",
		"layer config manifest linux/amd64.config.annotations org.example.key:1:17",
	}
	if diff := cmp.Diff(sorted(want), sorted(places(got))); diff != "" {
		t.Error(diff)
	}
}

func sorted(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return out
}

func TestScanOfAConfigThatCannotBeRead(t *testing.T) {
	t.Parallel()
	secret := key(12)
	for name, c := range map[string]struct {
		raw     string
		verdict scan.Verdict
		message string
	}{
		"is no JSON":                       {"hello", scan.Incomplete, "no JSON"},
		"is no JSON and holds a secret":    {"hello " + secret, scan.Leaking, ""},
		"ends early":                       {`{"config":{"Env":["A=b"`, scan.Incomplete, "no JSON"},
		"ends late":                        {`{} {"config":{"Env":["A=` + secret + `"]}}`, scan.Leaking, ""},
		"is nested without end":            {strings.Repeat("[", 100_000), scan.Incomplete, "no JSON"},
		"is empty":                         {"", scan.Incomplete, "no JSON"},
		"has a key twice, the first leaks": {`{"author":"` + secret + `","author":"me"}`, scan.Leaking, ""},
		"is too large":                     {`{"a":"` + strings.Repeat("a", 4<<20) + `"}`, scan.Incomplete, "more than 4 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			got := r.scan(t, r.manifest(typeManifest, object{"config": r.blob(typeConfig, []byte(c.raw)), "layers": []object{}}))
			expect(t, got, c.verdict, c.message)
			silent(t, got, secret)
		})
	}
}
