package image

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// manifest is an image's manifest or an index, whichever it is.
type manifest struct {
	SchemaVersion int             `json:"schemaVersion"`
	Manifests     descriptors     `json:"manifests"`
	Config        *descriptor     `json:"config"`
	Layers        descriptors     `json:"layers"`
	FSLayers      json.RawMessage `json:"fsLayers"`
}

// readManifest reads the bytes of a manifest or an index. What readers may take for different things is none: a node is not
// to run what was not looked at.
func readManifest(raw []byte) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, unfitf("it is no manifest that can be read")
	}
	if twice(raw) {
		return m, unfitf("it has a field twice, and readers differ on which one counts")
	}
	return m, nil
}

// descriptor is what of a descriptor is needed. The rest is left out, for a manifest of 4 MiB may unfold to a hundred times
// as much.
type descriptor struct{ v1.Descriptor }

// UnmarshalJSON implements json.Unmarshaler.
func (d *descriptor) UnmarshalJSON(raw []byte) error {
	var in struct {
		MediaType types.MediaType `json:"mediaType"`
		Size      int64           `json:"size"`
		Digest    v1.Hash         `json:"digest"`
		URLs      []string        `json:"urls"`
		Platform  *struct {
			OS           string `json:"os"`
			Architecture string `json:"architecture"`
			Variant      string `json:"variant"`
		} `json:"platform"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	d.Descriptor = v1.Descriptor{MediaType: in.MediaType, Size: in.Size, Digest: in.Digest}
	if len(in.URLs) > 0 {
		// That there are any is enough.
		d.URLs = []string{""}
	}
	if p := in.Platform; p != nil {
		d.Platform = &v1.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant}
	}
	return nil
}

// descriptors is a list of which no more is kept than is needed to see that it is too long.
type descriptors []v1.Descriptor

// UnmarshalJSON implements json.Unmarshaler.
func (l *descriptors) UnmarshalJSON(raw []byte) error {
	*l = nil
	from := json.NewDecoder(bytes.NewReader(raw))
	switch token, err := from.Token(); {
	case err != nil:
		return err
	case token == nil:
		return nil
	case token != json.Delim('['):
		return errors.New("it is no list")
	}
	*l = descriptors{}
	for from.More() && len(*l) <= max(maxLayers, maxEntries) {
		var d descriptor
		if err := from.Decode(&d); err != nil {
			return err
		}
		*l = append(*l, d.Descriptor)
	}
	return nil
}

// twice says whether an object names a field twice, at the top or in what has descriptors in it. Some readers tell large
// letters from small ones, and some do not.
func twice(raw []byte) bool {
	from := json.NewDecoder(bytes.NewReader(raw))
	return fieldTwice(from, 0)
}

// fields are those that say what an image consists of, and what for.
var fields = [...]string{
	"schemaVersion", "mediaType", "manifests", "config", "layers", "fsLayers", "digest", "size", "urls", "data", "platform",
	"os", "architecture", "variant",
}

// again says whether a field was seen before, and notes that it was.
func again(seen []bool, name string) bool {
	for i, field := range fields {
		if strings.EqualFold(field, name) {
			before := seen[i]
			seen[i] = true
			return before
		}
	}
	return false
}

// fieldTwice reads one value, which json.Unmarshal has read before.
func fieldTwice(from *json.Decoder, depth int) bool {
	// The deepest are a descriptor's in a list, and its platform's.
	const deepest = 4
	token, err := from.Token()
	if err != nil {
		return true
	}
	open, nested := token.(json.Delim)
	if !nested {
		return false
	}
	if depth == deepest {
		return skipped(from)
	}
	seen := [len(fields)]bool{}
	for from.More() {
		if open == '{' {
			key, err := from.Token()
			if name, ok := key.(string); err != nil || !ok || again(seen[:], name) {
				return true
			}
		}
		if fieldTwice(from, depth+1) {
			return true
		}
	}
	_, err = from.Token()
	return err != nil
}

// skipped reads to the end of what was opened, and says whether that cannot be done.
func skipped(from *json.Decoder) bool {
	for open := 1; open > 0; {
		token, err := from.Token()
		if err != nil {
			return true
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
	}
	return false
}
