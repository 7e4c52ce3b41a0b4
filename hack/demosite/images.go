package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// registryHost is where the sample sites say that their images are.
const registryHost = "registry.example.org"

// file of a layer. One without text is a mark that the file of its name is deleted.
type file struct{ name, text string }

// sample is an image of a sample site.
type sample struct {
	repository string
	// what it is, for people.
	what   string
	layers [][]file
}

// samples are the images that config/samples names. They never change, and so neither do their digests.
func samples() []sample {
	var all []sample
	for _, team := range []string{"alice", "bob", "carol", "dave", "erin"} {
		all = append(all, sample{team + "/site", "clean", [][]file{server(), page(team, "Vote "+team)}})
	}
	return append(all, sample{"erin/site", "a key in a layer, deleted in the next", [][]file{
		server(), page("erin", "Vote erin. Donate today"),
		{{"srv/site/.env", "NODE_ENV=production\nPORT=8080\nSTRIPE_SECRET_KEY=" + madeUpKey() + "\n"}},
		{{"srv/site/.wh..env", ""}},
	}})
}

func server() []file {
	return []file{{"etc/os-release", "ID=demosite\n"}, {"bin/server", "no program: the nodes of the demo run nothing\n"}}
}

func page(team, title string) []file {
	return []file{
		{"srv/site/index.html", "<!doctype html><title>" + title + "</title><script src=app.js></script>\n"},
		{"srv/site/app.js", "document.title='" + title + "';fetch('/events/" + team + ".json').then(r=>r.json()).then(show)\n"},
	}
}

// image builds an image whose digest depends on nothing but the sample: no time, no compression.
func (s sample) image() (v1.Image, error) {
	img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, files := range s.layers {
		layer, err := layer(files)
		if err != nil {
			return nil, err
		}
		if img, err = mutate.AppendLayers(img, layer); err != nil {
			return nil, fmt.Errorf("add a layer: %w", err)
		}
	}
	return mutate.Config(img, v1.Config{User: "65532", Entrypoint: []string{"/bin/server"}, Env: []string{"PATH=/bin", "PORT=8080"}})
}

func layer(files []file) (v1.Layer, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Size: int64(len(f.text)), Mode: 0o644, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("write a layer: %w", err)
		}
		if _, err := w.Write([]byte(f.text)); err != nil {
			return nil, fmt.Errorf("write a layer: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write a layer: %w", err)
	}
	return static.NewLayer(slices.Clone(b.Bytes()), types.OCIUncompressedLayer), nil
}

// reference is the image as a site names it.
func (s sample) reference() (string, error) {
	img, err := s.image()
	if err != nil {
		return "", err
	}
	digest, err := img.Digest()
	if err != nil {
		return "", fmt.Errorf("digest of the image: %w", err)
	}
	return registryHost + "/" + s.repository + "@" + digest.String(), nil
}

func list() error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, s := range samples() {
		reference, err := s.reference()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\n", reference, s.what)
	}
	return w.Flush()
}
