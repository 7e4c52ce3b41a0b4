package manifest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func named(name string) string { return "apiVersion: v1\nkind: A\nmetadata: {name: " + name + "}\n" }

func names(documents []Document) string {
	var out []string
	for i := range documents {
		out = append(out, documents[i].Name())
	}
	return strings.Join(out, " ")
}

func TestReadWalksFoldersInOrder(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "b.yaml"), named("b"))
	write(t, filepath.Join(root, "a", "z.yml"), named("az"))
	write(t, filepath.Join(root, "a", "c.json"), `{"apiVersion":"v1","kind":"A","metadata":{"name":"ac"}}`)
	write(t, filepath.Join(root, "notes.txt"), "\x00")
	write(t, filepath.Join(root, ".git", "x.yaml"), "not: [yaml")
	write(t, filepath.Join(root, "kustomization.yaml"), "resources: [b.yaml]\n")
	for link, to := range map[string]string{"loop": root, "linked.yaml": filepath.Join(root, "b.yaml")} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	documents, problems := Read([]string{root, filepath.Join(root, "b.yaml"), Stdin, Stdin}, strings.NewReader(named("in")))
	if len(problems) > 0 || names(documents) != "ac az b  in" {
		t.Errorf("got %q, %v", names(documents), problems)
	}
	through, problems := Read([]string{filepath.Join(root, "loop")}, nil)
	if len(problems) > 0 || len(through) != 4 {
		t.Errorf("a root that is a link: got %q, %v", names(through), problems)
	}
}

func TestReadRefusesWhatIsNotAFile(t *testing.T) {
	root := t.TempDir()
	pipe := filepath.Join(root, "pipe.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(root, "large.yaml")
	write(t, large, "")
	if err := os.Truncate(large, 1<<30); err != nil {
		t.Fatal(err)
	}
	dangling := filepath.Join(root, "dangling.yaml")
	if err := os.Symlink(filepath.Join(root, "nowhere"), dangling); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		pipe: "not a regular file", "/dev/zero": "not a regular file", large: "larger than 256 MiB",
		dangling: "no such file", filepath.Join(root, "missing.yaml"): "no such file",
	} {
		_, problems := Read([]string{path}, nil)
		if len(problems) != 1 || !strings.Contains(problems[0].Error(), want) || problems[0].File != path {
			t.Errorf("%s: got %v", path, problems)
		}
	}
	if _, problems := Read([]string{root}, nil); len(problems) != 3 {
		t.Errorf("in a folder: got %v", problems)
	}
}

// endless never says that it is over.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	return len(p), nil
}

func TestReadEndsWhereStandardInputDoesNot(t *testing.T) {
	_, problems := Read([]string{Stdin}, endless{})
	if len(problems) != 1 || !strings.Contains(problems[0].Error(), "larger than") {
		t.Errorf("got %v", problems)
	}
}

func TestReadReportsAnInputThatBreaksOff(t *testing.T) {
	r := io.MultiReader(strings.NewReader(object), brokenReader{})
	documents, problems := Read([]string{Stdin}, r)
	if len(documents) != 0 || len(problems) != 1 {
		t.Errorf("got %v, %v", documents, problems)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken") }
