package main

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// packages of npm whose bundles and source maps are scanned.
func packages() []string {
	return []string{
		"react-dom@19.3.1", "vue@3.5.45", "three@0.187.0", "plotly.js-dist-min@4.1.2", "monaco-editor@0.57.0", "d3@7.9.2",
		"lodash@4.18.1", "moment@2.31.0", "chart.js@4.6.1", "swiper@14.4.0", "bootstrap@5.3.9", "jquery@4.0.0", "leaflet@1.9.4",
		"mapbox-gl@3.32.0", "pdfjs-dist@6.5.438", "@sentry/browser@11.12.0", "antd@6.6.8", "echarts@6.1.0",
	}
}

// unseenPackages are packages that no rule was tuned on: what is alarmed there tells how it will be on the sites of others.
func unseenPackages() []string {
	return []string{
		"firebase@13.2.0", "@supabase/supabase-js@2.119.1", "tinymce@8.9.2", "video.js@8.24.1", "highlight.js@11.12.0",
		"quill@2.0.3", "@stripe/stripe-js@10.2.1", "algoliasearch@5.64.0",
	}
}

// source is a file of a package.
type source struct {
	name string
	data []byte
}

// npmFiles fetches packages, unless they are there, and takes their bundles and source maps, no more than so many bytes
// of one package.
func npmFiles(cache string, names []string, perPackage int) ([]source, error) {
	var all []source
	total := 0
	for _, p := range names {
		archive, err := fetch(cache, p)
		if err != nil {
			return nil, err
		}
		files, err := unpack(archive)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", p, err)
		}
		slices.SortFunc(files, func(a, b source) int { return cmp.Or(len(b.data)-len(a.data), strings.Compare(a.name, b.name)) })
		taken := 0
		for _, f := range files {
			if taken+len(f.data) <= perPackage && total+len(f.data) <= npmSize {
				taken, total = taken+len(f.data), total+len(f.data)
				all = append(all, source{p + "/" + f.name, f.data})
			}
		}
	}
	return all, nil
}

// fetch is the archive of a package.
func fetch(cache, name string) (string, error) {
	file := strings.NewReplacer("/", "-", "@", "-").Replace(strings.TrimPrefix(name, "@")) + ".tgz"
	archive := filepath.Join(cache, file)
	if _, err := os.Stat(archive); err == nil {
		return archive, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("make a folder: %w", err)
	}
	npm := exec.Command("npm", "pack", "--silent", name)
	npm.Dir = cache
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm pack %s: %w: %s", name, err, last(out))
	}
	return archive, nil
}

// last is the last line of what a program said.
func last(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// unpack is the code in a package that is large enough to be a bundle.
func unpack(archive string) ([]source, error) {
	const least = 20_000
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var files []source
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains([]string{".js", ".mjs", ".cjs", ".map"}, path.Ext(h.Name)) || h.Size < least {
			continue
		}
		data, err := io.ReadAll(t)
		if err != nil {
			return nil, err
		}
		files = append(files, source{strings.TrimPrefix(h.Name, "package/"), data})
	}
}
