package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// dockerIndex lists the images in what docker save writes.
const dockerIndex = "manifest.json"

// saved is an image in the list.
type saved struct {
	Config string
	Layers []string
}

// savedConfig is what of a config is needed.
type savedConfig struct {
	RootFS struct {
		DiffIDs []v1.Hash `json:"diff_ids"`
	} `json:"rootfs"`
}

// dockerStore is what docker save writes. Its layers are known by the digest of what they unpack to.
type dockerStore struct {
	fileStore
	paths map[v1.Hash]string
}

func newDockerStore(f files) *dockerStore {
	s := &dockerStore{paths: map[v1.Hash]string{}}
	s.fileStore = fileStore{f, func(d v1.Descriptor) string { return s.paths[d.Digest] }}
	return s
}

// survey implements store.
func (s *dockerStore) survey(context.Context) (contents, error) {
	all := contents{unpackedDigests: true}
	raw, err := small(s, dockerIndex)
	if err != nil {
		return all, s.explain(err)
	}
	var images []saved
	if err := json.Unmarshal(raw, &images); err != nil || len(images) == 0 {
		all.miss(dockerIndex, "it is no list of images that can be read")
		return all, nil
	}
	if len(images) > maxImages {
		all.miss(dockerIndex, fmt.Sprintf("more than %d images", maxImages))
		images = images[:maxImages]
	}
	for i, image := range images {
		name := fmt.Sprintf("%s[%d]", dockerIndex, i)
		var no *unfit
		if err := s.image(&all, image); errors.As(err, &no) {
			all.miss(name, no.why)
		} else if err != nil {
			return all, err
		}
	}
	return all, nil
}

// image notes an image of the list.
func (s *dockerStore) image(all *contents, image saved) error {
	raw, err := small(s, image.Config)
	if err != nil {
		return s.explain(err)
	}
	var config savedConfig
	if err := json.Unmarshal(raw, &config); err != nil {
		return unfitf("its config cannot be read")
	}
	if len(image.Layers) > maxLayers {
		return unfitf("more than %d layers", maxLayers)
	}
	if len(config.RootFS.DiffIDs) != len(image.Layers) {
		return unfitf("it lists %d layers, and its config %d", len(image.Layers), len(config.RootFS.DiffIDs))
	}
	digest, size, err := v1.SHA256(bytes.NewReader(raw))
	if err != nil {
		return faultf(err, "its config cannot be read")
	}
	s.paths[digest] = image.Config
	out := platformImage{config: v1.Descriptor{MediaType: types.DockerConfigJSON, Digest: digest, Size: size}}
	for i, path := range image.Layers {
		layer := v1.Descriptor{MediaType: types.DockerLayer, Digest: config.RootFS.DiffIDs[i]}
		s.paths[layer.Digest] = path
		r, size, err := s.open(path)
		if err != nil {
			return faultf(err, "a layer is missing in the tarball")
		}
		if err := r.Close(); err != nil {
			return faultf(err, "a layer cannot be read")
		}
		layer.Size = size
		out.layers = append(out.layers, layer)
	}
	all.images = append(all.images, out)
	return nil
}
