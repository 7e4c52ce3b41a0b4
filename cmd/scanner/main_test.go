package main

import (
	"errors"
	"flag"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFlags(t *testing.T) {
	for name, test := range map[string]struct{ args, says string }{
		"all there is to say":           {"--socket s --registry-mirror r.example.org=127.0.0.1:5000 --plain-http --deny-cidr 10.0.0.0/8 --deny-cidr fd00::/8 --image-workers 2", ""},
		"no socket":                     {"", "--socket must name a path"},
		"an argument that nobody reads": {"--socket s x", `unknown argument "x"`},
		"no workers":                    {"--socket s --image-workers 0", "--image-workers"},
		"more than there is memory for": {"--socket s --page-workers 65", "--page-workers"},
		"no time":                       {"--socket s --image-timeout 0s", "--image-timeout"},
		"an address without a length":   {"--socket s --deny-cidr 10.0.0.0", "it must be like 10.0.0.0/16"},
		"a mirror of nothing":           {"--socket s --registry-mirror =x", "it must be like"},
		"a mirror with a password":      {"--socket s --registry-mirror r.example.org=u:p@x", "it must be like"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := parse(strings.Fields(test.args))
			if test.says == "" {
				if err != nil || len(o.deny) != 2 || o.mirrors["r.example.org"] != "127.0.0.1:5000" {
					t.Errorf("%v %+v", err, o)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want %q", err, test.says)
			}
		})
	}
	if _, err := parse([]string{"--help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("%v", err)
	}
}

func TestMirrors(t *testing.T) {
	m := mirrors{"r.example.org": "127.0.0.1:5000"}
	for image, want := range map[string]string{
		"r.example.org/a/b@sha256:1":      "127.0.0.1:5000/a/b@sha256:1",
		"other.example.org/a:v1":          "other.example.org/a:v1",
		"r.example.org.evil.net/a:v1":     "r.example.org.evil.net/a:v1",
		"r.example.org":                   "127.0.0.1:5000/",
		"other.example.org/r.example.org": "other.example.org/r.example.org",
	} {
		if got := m.of(image); got != want {
			t.Errorf("%s is fetched as %s, want %s", image, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if key, err := readKey(path); key != nil || err != nil {
		t.Errorf("where there is none: %v %v", key, err)
	}
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Repeat("k", 40) + "\n")
	if key, err := readKey(path); len(key) != 40 || err != nil {
		t.Errorf("%d bytes, %v", len(key), err)
	}
	write("short")
	if _, err := readKey(path); err == nil || strings.Contains(err.Error(), "short") {
		t.Errorf("a short key: %v", err)
	}
	if _, err := readRoots(path); err == nil {
		t.Error("that is no certificate")
	}
}

func TestListen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := listen(path); err == nil || !strings.Contains(err.Error(), "another scanner answers") {
		t.Errorf("beside one that answers: %v", err)
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false) // as a kill leaves it
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := listen(path)
	if err != nil {
		t.Fatalf("after one that was killed: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listen(path); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("where somebody's file is: %v", err)
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		t.Error("somebody's file was removed")
	}
}
