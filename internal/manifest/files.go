package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// stdinName is what positions in standard input are printed with.
const stdinName = "<stdin>"

// Read reads the documents of files, of folders and all that is below them, and of standard input where a path is "-".
// In folders it reads *.yaml, *.yml and *.json in the order of their names; hidden folders and links to folders are not
// entered. A file that is named twice is read once.
func Read(paths []string, stdin io.Reader) ([]Document, []Problem) {
	r := reader{stdin: stdin, seen: map[string]bool{}}
	for _, path := range paths {
		r.path(path)
	}
	slices.SortStableFunc(r.problems, Problem.Compare)
	return r.documents, r.problems
}

var errTooLarge = fmt.Errorf("is larger than %d MiB", maxFile>>20)

type reader struct {
	stdin     io.Reader
	seen      map[string]bool
	documents []Document
	problems  []Problem
}

func (r *reader) path(path string) {
	if path == Stdin {
		if !r.seen[Stdin] {
			r.seen[Stdin] = true
			r.stream(stdinName, r.stdin)
		}
		return
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		r.fail(path, err)
	case info.IsDir():
		r.folder(path)
	default:
		r.file(path)
	}
}

func (r *reader) folder(root string) {
	// The separator makes WalkDir enter a root that is itself a link.
	err := filepath.WalkDir(root+string(filepath.Separator), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			r.fail(path, err)
			if entry != nil && entry.IsDir() {
				return fs.SkipDir
			}
		case entry.IsDir():
			if name := entry.Name(); filepath.Clean(path) != filepath.Clean(root) && len(name) > 1 && name[0] == '.' {
				return fs.SkipDir
			}
		case isManifest(path):
			r.entry(path)
		}
		return nil
	})
	if err != nil {
		r.fail(root, err)
	}
}

// entry reads a file of a folder; links to folders are left out, so that no link leads in a circle.
func (r *reader) entry(path string) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		r.fail(path, err)
	case !info.IsDir():
		r.file(path)
	}
}

func isManifest(path string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(path)))
}

func (r *reader) file(path string) {
	path = filepath.Clean(path)
	key := path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		if absolute, err := filepath.Abs(real); err == nil {
			key = absolute
		}
	}
	if r.seen[key] {
		return
	}
	r.seen[key] = true
	// Looking before opening matters: opening a pipe waits for whoever writes into it.
	info, err := os.Stat(path)
	if err != nil {
		r.fail(path, err)
		return
	}
	if !info.Mode().IsRegular() {
		r.fail(path, errors.New("is not a regular file; pipe it in and pass - to read standard input"))
		return
	}
	if info.Size() > maxFile {
		r.fail(path, errTooLarge)
		return
	}
	f, err := os.Open(path)
	if err != nil {
		r.fail(path, err)
		return
	}
	defer func() { _ = f.Close() }() // nothing was written
	r.stream(path, f)
}

func (r *reader) stream(name string, in io.Reader) {
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		r.fail(name, err)
		return
	}
	if len(data) > maxFile {
		r.fail(name, errTooLarge)
		return
	}
	documents, problems := Parse(name, data)
	r.problems = append(r.problems, problems...)
	if room := MaxDocuments - len(r.documents); len(documents) > room {
		r.fail(name, fmt.Errorf("more than %d documents in one run; split the input", MaxDocuments))
		documents = documents[:room]
	}
	r.documents = append(r.documents, documents...)
}

// fail notes a problem with a file as a whole.
func (r *reader) fail(path string, err error) {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = cmp.Or(pathError.Err, err)
	}
	r.problems = append(r.problems, Problem{File: path, Message: err.Error()})
}
