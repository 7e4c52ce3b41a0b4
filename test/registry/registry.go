// Package registry is a registry on loopback for tests, with images that tests make.
package registry

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Host is where images say that they are.
const Host = "registry.example.org"

// File of a layer.
type File struct{ Name, Text string }

// Registry is a registry that answers on Address.
type Registry struct {
	Address string
	server  *httptest.Server
}

// Start starts a registry. before, which may be nil, is called with every read.
func Start(before func(*http.Request)) *Registry {
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before != nil && r.Method == http.MethodGet {
			before(r)
		}
		handler.ServeHTTP(w, r)
	}))
	return &Registry{Address: server.Listener.Addr().String(), server: server}
}

// Stop ends it, and all connections to it.
func (r *Registry) Stop() {
	r.server.CloseClientConnections()
	r.server.Close()
}

// Push makes an image of layers and pushes it under repository:tag. It returns the image as a site names it, by Host and
// digest.
func (r *Registry) Push(repository, tag string, config v1.Config, layers ...[]File) (string, error) {
	img := empty.Image
	for _, files := range layers {
		layer, err := layerOf(files)
		if err != nil {
			return "", err
		}
		if img, err = mutate.AppendLayers(img, layer); err != nil {
			return "", fmt.Errorf("add a layer: %w", err)
		}
	}
	img, err := mutate.Config(img, config)
	if err != nil {
		return "", fmt.Errorf("set the config: %w", err)
	}
	ref, err := name.NewTag(r.Address+"/"+repository+":"+tag, name.Insecure)
	if err != nil {
		return "", fmt.Errorf("name the image: %w", err)
	}
	if err := remote.Write(ref, img); err != nil {
		return "", fmt.Errorf("push the image: %w", err)
	}
	digest, err := img.Digest()
	if err != nil {
		return "", fmt.Errorf("digest of the image: %w", err)
	}
	return Host + "/" + repository + "@" + digest.String(), nil
}

func layerOf(files []File) (v1.Layer, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f.Name, Size: int64(len(f.Text)), Mode: 0o644}); err != nil {
			return nil, fmt.Errorf("write a layer: %w", err)
		}
		if _, err := io.WriteString(w, f.Text); err != nil {
			return nil, fmt.Errorf("write a layer: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write a layer: %w", err)
	}
	return static.NewLayer(b.Bytes(), types.OCIUncompressedLayer), nil
}
