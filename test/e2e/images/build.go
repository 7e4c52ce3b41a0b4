package images

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Options of Build.
type Options struct {
	// Cache is the folder that Fetch filled.
	Cache string
	// Version is named on the index page.
	Version string
	// Layers are put on top, in their order.
	Layers [][]File
}

// Fetch fills a folder with what the images of every runtime are made from. What is there is kept, but for programs.
func Fetch(ctx context.Context, cache string) error {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	for _, r := range Runtimes {
		if len(r.packages) > 0 {
			if err := fetch(ctx, cache, r.packages); err != nil {
				return err
			}
			if _, err := rootFile(ctx, cache, r.packages); err != nil {
				return err
			}
		}
		if r.program != "" {
			if err := compile(ctx, cache, r.program); err != nil {
				return err
			}
		}
	}
	return nil
}

// Build makes an image of a runtime, from what Fetch has brought. The same options and packages make the same digest.
func Build(ctx context.Context, r Runtime, o Options) (v1.Image, error) {
	own, err := r.layer(o)
	if err != nil {
		return nil, err
	}
	image := empty.Image
	if len(r.packages) > 0 {
		layer, err := root(ctx, o.Cache, r.packages)
		if err != nil {
			return nil, err
		}
		if image, err = mutate.AppendLayers(image, layer); err != nil {
			return nil, fmt.Errorf("add the packages of %s: %w", r.Name, err)
		}
	}
	for _, files := range append([][]File{own}, o.Layers...) {
		if image, err = appendFiles(image, files); err != nil {
			return nil, fmt.Errorf("add files to %s: %w", r.Name, err)
		}
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("read the config of %s: %w", r.Name, err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Config = v1.Config{
		Entrypoint: r.entrypoint, StopSignal: r.stopSignal, User: fmt.Sprintf("%d:%[1]d", User), WorkingDir: "/",
		Env: append([]string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, r.env...),
	}
	return mutate.ConfigFile(image, config)
}

// layer is what an image has on top of its packages.
func (r Runtime) layer(o Options) ([]File, error) {
	copied := maps.Clone(r.copied)
	files := slices.Concat(users(), r.config, r.pages(o.Version))
	if r.copied != nil {
		files = nil
	}
	if r.program != "" {
		copied = map[string]string{"/" + path.Base(r.program): compiled(o.Cache, r.program)}
	}
	for _, name := range slices.Sorted(maps.Keys(copied)) {
		content, err := os.ReadFile(copied[name])
		if err != nil {
			return nil, fmt.Errorf("read a program of %s: %w", r.Name, err)
		}
		files = append(files, File{Path: name, Content: content, Mode: 0o755})
	}
	return files, nil
}

func appendFiles(image v1.Image, files []File) (v1.Image, error) {
	content, err := tarOf(files)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}, tarball.WithCompressionLevel(gzip.BestSpeed))
	if err != nil {
		return nil, err
	}
	return mutate.AppendLayers(image, layer)
}
