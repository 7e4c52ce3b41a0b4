package image

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// unknownSize is the size of a descriptor that was made of a digest only.
const unknownSize = -1

// verified reads what a descriptor names. It ends with io.EOF only if size and digest are right.
type verified struct {
	// ctx ends a scan that takes too long also while no connection waits.
	ctx  context.Context
	from io.Reader
	want v1.Descriptor
	hash hash.Hash
	// anyDigest: the digest is checked elsewhere.
	anyDigest bool
	explain   func(error) error
	progress  func(n int)
	n         int64
	err       error
}

func verify(ctx context.Context, from io.Reader, want v1.Descriptor, explain func(error) error) (*verified, error) {
	h, err := v1.Hasher(want.Digest.Algorithm)
	if err != nil {
		return nil, unfitf("a digest of a kind that is not known")
	}
	return &verified{ctx: ctx, from: from, want: want, hash: h, explain: explain, progress: func(int) {}}, nil
}

// Read implements io.Reader.
func (v *verified) Read(p []byte) (int, error) {
	if v.err == nil {
		v.err = context.Cause(v.ctx)
	}
	if v.err != nil {
		return 0, v.err
	}
	if left := v.want.Size - v.n; v.want.Size >= 0 && int64(len(p))-1 > left {
		p = p[:left+1]
	}
	n, err := v.from.Read(p)
	v.n += int64(n)
	if v.want.Size >= 0 && v.n > v.want.Size {
		v.err = faultf(nil, "it is larger than the %d bytes that its descriptor names", v.want.Size)
		return 0, v.err
	}
	v.hash.Write(p[:n])
	v.progress(n)
	switch {
	case errors.Is(err, io.EOF):
		v.err = v.end()
	case err != nil && context.Cause(v.ctx) != nil:
		v.err = waited(v.ctx)
	case err != nil:
		v.err = v.explain(err)
	}
	return n, v.err
}

// end judges all that was read.
func (v *verified) end() error {
	switch {
	case v.want.Size >= 0 && v.n < v.want.Size:
		return faultf(nil, "it ends after %d of the %d bytes that its descriptor names", v.n, v.want.Size)
	case !v.anyDigest && hex.EncodeToString(v.hash.Sum(nil)) != v.want.Digest.Hex:
		return faultf(nil, "it does not have the digest that it was asked for by")
	}
	return io.EOF
}

// failed is what went wrong with the bytes themselves.
func (v *verified) failed() error {
	if v.err == nil || errors.Is(v.err, io.EOF) {
		return nil
	}
	return v.err
}

// whole reads all of something small.
func (v *verified) whole(most int64) ([]byte, error) {
	if v.want.Size > most {
		return nil, unfitf("more than %d MiB", most>>20)
	}
	var b bytes.Buffer
	if _, err := io.Copy(&b, io.LimitReader(v, most+1)); err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if int64(b.Len()) > most {
		return nil, unfitf("more than %d MiB", most>>20)
	}
	return b.Bytes(), nil
}
