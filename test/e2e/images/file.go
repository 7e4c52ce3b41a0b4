package images

import (
	"archive/tar"
	"bytes"
	"path"
	"strings"
)

// File of a layer. A file that is Gone is deleted from the layers below.
type File struct {
	Path    string // absolute; a folder's ends in /
	Content []byte
	Mode    int64 // 0o644 if it is 0
	Link    string
	Gone    bool
}

// write puts a file into a layer. It has no time: the same files are the same layer.
func (f File) write(w *tar.Writer) error {
	h := &tar.Header{Name: path.Clean(f.Path)[1:], Mode: f.Mode, Size: int64(len(f.Content)), Format: tar.FormatPAX}
	switch {
	case f.Gone:
		h.Name, h.Size = path.Join(path.Dir(h.Name), ".wh."+path.Base(h.Name)), 0
	case strings.HasSuffix(f.Path, "/"):
		h.Typeflag, h.Name = tar.TypeDir, h.Name+"/"
	case f.Link != "":
		h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, f.Link, 0
	}
	if h.Mode == 0 {
		h.Mode = 0o644
	}
	if err := w.WriteHeader(h); err != nil || h.Size == 0 {
		return err
	}
	_, err := w.Write(f.Content)
	return err
}

func tarOf(files []File) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		if err := f.write(w); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), w.Close()
}
