package image

import (
	"context"
	"errors"
	"fmt"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// Scan looks at an image's config and layers. What goes wrong with the image or its registry is in the result: verdict
// Error if another try may help, with what was found until then, else a gap. That time ran out may be the registry's doing,
// or that of the machine, and is an Error as well. The error is about what was asked for, or that ctx is done.
func Scan(ctx context.Context, s *leak.Scanner, src Source, o Options) (scan.Result, error) {
	o = o.withDefaults()
	st, err := src.open(o)
	if err != nil {
		return scan.Result{}, fmt.Errorf("scan image: %w", err)
	}
	defer func() { _ = st.close() }() // it was only read
	timed, cancel := context.WithTimeoutCause(ctx, o.Wall, overtime(o.Wall))
	defer cancel()
	r := &run{scanner: s, o: o, store: st, tally: tally{limits: o.Limits}, scanned: map[layerKey]bool{}}
	found, err := st.survey(timed)
	if err == nil {
		err = r.all(timed, found)
	}
	if stopped := ctx.Err(); stopped != nil {
		return scan.Result{}, fmt.Errorf("scan image: %w", stopped)
	}
	r.tally.gaps(found.gaps...)
	return r.verdict(found.digest, err)
}

// overtime is the error of a scan that takes longer than it may.
type overtime time.Duration

// Error says how long that is.
func (o overtime) Error() string {
	return fmt.Sprintf("more than %.6g s", time.Duration(o).Seconds())
}

// run is one scan.
type run struct {
	scanner *leak.Scanner
	o       Options
	store   store
	tally   tally
	// scanned are the parts that were looked at: images of an index share layers.
	scanned         map[layerKey]bool
	unpackedDigests bool
	// at is the part that is being looked at.
	at          leak.Place
	done, total int64
}

// verdict is what the scan comes to.
func (r *run) verdict(digest string, err error) (scan.Result, error) {
	var (
		late overtime
		bad  *fault
		no   *unfit
	)
	again := "" // why another try may see more
	if r.at.File == "" {
		r.at = leak.Place{Layer: configLayer, File: "manifest"}
	}
	switch {
	case err == nil:
	case errors.As(err, &late):
		again = late.Error()
	case errors.As(err, &bad):
		again = bad.why
	case errors.As(err, &no):
		r.tally.miss(r.at, no.why)
	default:
		return scan.Result{}, fmt.Errorf("scan image: %w", err)
	}
	if again != "" {
		r.tally.miss(r.at, again)
	}
	result := scan.Judge(r.scanner.Ruleset(), r.tally.result)
	result.Digest = digest
	if again != "" {
		// Also where something was found before: a verdict that stands must be about the whole image.
		result.Verdict, result.Message = scan.Error, r.at.String()+": "+again
	}
	return result, nil
}

// all looks at everything there is.
func (r *run) all(ctx context.Context, found contents) error {
	r.unpackedDigests = found.unpackedDigests
	r.expect(found)
	for _, doc := range found.documents {
		r.at = leak.Place{Layer: configLayer, File: doc.name}
		s, err := r.strings(ctx, doc, r.tally.left())
		if err != nil {
			return err
		}
		r.tally.add(r.at, s)
	}
	for _, img := range found.images {
		if err := r.image(ctx, img); err != nil {
			return err
		}
	}
	return nil
}

// expect adds up how much there is to look at.
func (r *run) expect(found contents) {
	counted := map[v1.Hash]bool{}
	for _, img := range found.images {
		for _, d := range append([]v1.Descriptor{img.config}, img.layers...) {
			// What is too large is not fetched.
			if !counted[d.Digest] && objection(d) == "" && d.Size <= r.o.Limits.Bytes {
				counted[d.Digest] = true
				r.total += d.Size
			}
		}
	}
}

// progress tells whoever wants to know.
func (r *run) progress(n int) {
	if r.done += int64(n); r.o.Progress != nil {
		r.o.Progress(r.done, r.total)
	}
}
