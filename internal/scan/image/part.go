package image

import (
	"context"
	"errors"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// image looks at one image.
func (r *run) image(ctx context.Context, img platformImage) error {
	if err := r.part(ctx, img.config, true, img.platform); err != nil {
		return err
	}
	for _, d := range img.layers {
		if err := r.part(ctx, d, false, ""); err != nil {
			return err
		}
	}
	return nil
}

// part looks at a config or a layer, once. The platform is that of a config in an index.
func (r *run) part(ctx context.Context, d v1.Descriptor, config bool, platform string) error {
	key := layerKey{digest: d.Digest, ruleset: r.scanner.Ruleset(), limits: r.o.Limits, config: config}
	if r.tally.spent || r.scanned[key] {
		return nil
	}
	r.scanned[key] = true
	r.at = leak.Place{Layer: d.Digest.String(), File: layerFile}
	if config {
		r.at = leak.Place{Layer: configLayer, File: "config"}
	}
	if why := objection(d); why != "" {
		r.tally.miss(r.at, why)
		return nil
	}
	s, err := r.known(ctx, key, d)
	var no *unfit
	if errors.As(err, &no) {
		r.tally.miss(r.at, no.why)
		return nil
	}
	if err != nil {
		return err
	}
	if platform != "" {
		s.name(platform)
	}
	r.tally.add(r.at, s)
	if !config && !known(d.MediaType) {
		// Said here and not of the layer itself, which another image may name rightly.
		r.tally.miss(r.at, "its media type is none of a layer")
	}
	return nil
}

// known is what is in a part: remembered, or looked at now.
func (r *run) known(ctx context.Context, key layerKey, d v1.Descriptor) (seen, error) {
	left := r.tally.left()
	if s, ok := r.o.Layers.find(key, d.Size); ok && !r.unpackedDigests {
		r.progress(int(d.Size))
		if s.files > left.Files {
			return seen{limit: tooManyFiles}, nil
		}
		if s.bytes > left.Bytes {
			return seen{limit: tooManyBytes}, nil
		}
		return s, nil
	}
	if d.Size > left.Bytes {
		return seen{}, unfitf("its descriptor names %d bytes, and it is not fetched: %s", d.Size, r.tally.why(tooManyBytes))
	}
	look := r.layer
	if key.config {
		look = r.config
	}
	s, err := look(ctx, d, left)
	if err == nil && !s.cut && !r.unpackedDigests {
		r.o.Layers.keep(key, d.Size, s)
	}
	return s, err
}

// name adds a platform to the places of a config: those of an index look alike.
func (s *seen) name(platform string) {
	for i := range s.result.Findings {
		s.result.Findings[i].Place.File += " (" + platform + ")"
	}
	for i := range s.result.Gaps {
		s.result.Gaps[i].Place.File += " (" + platform + ")"
	}
}

// config looks at the strings of a config.
func (r *run) config(ctx context.Context, d v1.Descriptor, left leak.Limits) (seen, error) {
	raw, err := readPart(ctx, r.store, d)
	if err != nil {
		return seen{}, err
	}
	r.progress(len(raw))
	return r.strings(ctx, document{configLayer, raw}, left)
}

// strings looks at the strings of a document.
func (r *run) strings(ctx context.Context, doc document, left leak.Limits) (seen, error) {
	job := r.scanner.Job(left)
	job.Until(func() error { return context.Cause(ctx) })
	var s seen
	err := eachString(doc.name, doc.raw, func(label, text string) error {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		return job.Scan(leak.Place{Layer: configLayer, File: label}, strings.NewReader(text))
	})
	if errors.Is(err, errNoJSON) {
		at := leak.Place{Layer: configLayer, File: doc.name}
		job.Miss(at, errNoJSON.Error())
		err = job.Scan(at, strings.NewReader(string(doc.raw)))
	}
	if late := context.Cause(ctx); late != nil {
		return seen{}, late
	}
	if err != nil {
		// Nothing else ends a scan of bytes that are there.
		s.cut, s.limit = true, plain(err)
	}
	s.take(r.scanner, job, 0, 0)
	return s, nil
}

// take takes what a job saw, and what unpacking has counted.
func (s *seen) take(scanner *leak.Scanner, job *leak.Job, bytes, files int64) {
	s.result = job.Result()
	if s.limit != "" {
		// The tally says it of the whole image.
		s.result.Gaps = slices.DeleteFunc(s.result.Gaps, func(g leak.Gap) bool { return g.Why == s.limit })
	}
	scan.Withhold(scanner, &s.result)
	s.bytes, s.files = max(bytes, s.result.Bytes), max(int(files), s.result.Files)
}

// readPart reads all of a small part.
func readPart(ctx context.Context, s store, d v1.Descriptor) ([]byte, error) {
	if d.Size > maxManifest {
		return nil, unfitf("more than %d MiB", maxManifest>>20)
	}
	body, err := s.part(ctx, d)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // it was read to its end, or the error says more
	v, err := verify(ctx, body, d, s.explain)
	if err != nil {
		return nil, err
	}
	return v.whole(maxManifest)
}
