package unpack

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
)

const tarBlock = 512

// gate bounds what is read between two members: a tar may hold headers and nothing else, for ever.
type gate struct {
	r    io.Reader
	left int64
	open bool
}

// Read implements io.Reader.
func (g *gate) Read(p []byte) (int, error) {
	if g.open {
		return g.r.Read(p)
	}
	if g.left <= 0 {
		return 0, fmt.Errorf("%w: more than %s of headers before a member", ErrBudget, size(maxHeaders))
	}
	n, err := g.r.Read(p[:min(int64(len(p)), g.left)])
	g.left -= int64(n)
	return n, err
}

const maxHeaders = 1 << 20

// tar walks a tar, and those that follow it in the same stream, and what else does.
func (w *walk) tar() error {
	mt := w.wholly(true)
	for r := io.Reader(w.src); r != nil; {
		if err := w.oneTar(r, mt); err != nil {
			return err
		}
		block, err := w.afterTar()
		switch {
		case err != nil:
			return err
		case block == nil:
			r = nil
		case isTarHeader(block):
			r = io.MultiReader(bytes.NewReader(block), w.src)
		default:
			return w.only(Member{Name: "after the end"}, io.MultiReader(bytes.NewReader(block), w.src), mt)
		}
	}
	return nil
}

// oneTar walks to the mark of the end.
func (w *walk) oneTar(r io.Reader, mt *meter) error {
	g := &gate{r: r}
	tr := tar.NewReader(g)
	for {
		g.open, g.left = false, maxHeaders
		h, err := tr.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && (h == nil || !errors.Is(err, tar.ErrInsecurePath)) {
			return w.failed(err)
		}
		g.open = true
		if err := w.only(Member{Name: pathLabel(h.Name), Link: label(h.Linkname)}, tr, mt); err != nil {
			return err
		}
	}
}

// afterTar steps over the zeros that tars are filled up with, and returns the first block that has something else.
func (w *walk) afterTar() ([]byte, error) {
	block, zeros := make([]byte, tarBlock), make([]byte, tarBlock)
	for {
		n, err := io.ReadFull(w.src, block)
		if n > 0 && !bytes.Equal(block[:n], zeros[:n]) {
			return block[:n], nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && w.src.err == nil {
			return nil, nil
		}
		if err != nil {
			return nil, w.failed(err)
		}
	}
}
