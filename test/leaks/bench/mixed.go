package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"

	"github.com/hustings/hustings/test/leaks/corpus"
)

// mixed makes a tree as an image has one: bundles, pages, data, pictures, fonts, a program and compressed copies.
func (t *trees) mixed() error {
	for i, text := range t.texts {
		if err := t.write("mixed/js", fmt.Sprintf("%04d.js", i), text); err != nil {
			return err
		}
		if i%4 == 0 {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			if _, err := z.Write(text); err != nil {
				return fmt.Errorf("compress: %w", err)
			}
			if err := z.Close(); err != nil {
				return fmt.Errorf("compress: %w", err)
			}
			if err := t.write("mixed/js", fmt.Sprintf("%04d.js.gz", i), b.Bytes()); err != nil {
				return err
			}
		}
	}
	if err := t.program(); err != nil {
		return err
	}
	for i := range 25 {
		r := corpus.Rand(seed, "mixed", i)
		for name, data := range map[string][]byte{
			fmt.Sprintf("pages/%d/index.html", i): []byte(corpus.Page(r, megabyte)),
			fmt.Sprintf("api/%d.json", i):         bytes.Repeat(corpus.InnocentLists(seed + uint64(i))[5].Data, 12),
			fmt.Sprintf("img/%d.png", i):          append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), corpus.Noise(r, 27*megabyte/10)...),
			fmt.Sprintf("font/%d.woff2", i):       append([]byte("wOF2\x00\x01\x00\x00"), corpus.Noise(r, megabyte/5)...),
			fmt.Sprintf("style/%d.css", i):        bytes.Repeat([]byte(".donate-button{color:#e11d48;padding:0 12px}\n"), 400),
		} {
			if err := t.write("mixed", name, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// program puts this very program into the tree.
func (t *trees) program() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		return fmt.Errorf("read this program: %w", err)
	}
	return t.write("mixed", "usr/local/bin/server", data)
}
