// Package crd embeds the CustomResourceDefinitions of the group hustings.dev, so that the command checks manifests by
// the very schemas that the cluster serves. The files are generated from api/v1alpha1.
package crd

import (
	"embed"
	"fmt"
	"io/fs"
)

// bases is read-only: an embed.FS cannot be changed.
//
//go:embed bases/*.yaml
var bases embed.FS

// Bases are the definitions as YAML, one each, in the order of their file names.
func Bases() ([][]byte, error) {
	names, err := fs.Glob(bases, "bases/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list the definitions: %w", err)
	}
	out := make([][]byte, 0, len(names))
	for _, name := range names {
		data, err := bases.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the definition: %w", err)
		}
		out = append(out, data)
	}
	return out, nil
}
