package folder

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func packed(t *testing.T, text []byte, times int) string {
	t.Helper()
	for range times {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write(text)
		must(t, err)
		must(t, w.Close())
		text = b.Bytes()
	}
	return string(text)
}

func TestHostileFolders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make    func(t *testing.T, dir string)
		verdict scan.Verdict
		message string
		// places where something was found.
		places string
	}{
		"nothing": {func(*testing.T, string) {}, scan.Clean, "", ""},
		"a file of holes": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "holes"), "a", 0o600)
			must(t, os.Truncate(filepath.Join(dir, "holes"), 256<<20))
		}, scan.Clean, "", ""},
		"a leak after holes": {func(t *testing.T, dir string) {
			f, err := os.Create(filepath.Join(dir, "holes"))
			must(t, err)
			_, err = f.WriteAt([]byte("\n"+token()), 64<<20)
			must(t, errors.Join(err, f.Close()))
		}, scan.Leaking, "", "holes:2:1"},
		"a bomb": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a.gz"), packed(t, make([]byte, 32<<20), 1), 0o600)
		}, scan.Incomplete, "200 times larger", ""},
		"archives in archives": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a.gz"), packed(t, []byte(token()), 9), 0o600)
		}, scan.Incomplete, "nested", ""},
		"an archive that is cut": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a.gz"), packed(t, []byte(strings.Repeat("ab", 99)), 1)[:20], 0o600)
		}, scan.Incomplete, "ends early", ""},
		"links in a circle": {func(t *testing.T, dir string) {
			must(t, os.Symlink("b", filepath.Join(dir, "a")))
			must(t, os.Symlink("a", filepath.Join(dir, "b")))
			must(t, os.Symlink("..", filepath.Join(dir, "c")))
			write(t, filepath.Join(dir, "d"), token(), 0o600)
		}, scan.Leaking, "", "d:1:1"},
		"links to devices": {func(t *testing.T, dir string) {
			must(t, os.Symlink("/dev/zero", filepath.Join(dir, "a")))
			must(t, os.Symlink("/proc/self/environ", filepath.Join(dir, "b")))
		}, scan.Clean, "", ""},
		"a pipe, a socket and a device": {func(t *testing.T, dir string) {
			must(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
			must(t, syscall.Mknod(filepath.Join(dir, "socket"), syscall.S_IFSOCK|0o600, 0))
			if err := syscall.Mknod(filepath.Join(dir, "zero"), syscall.S_IFCHR|0o600, 1<<8|5); err != nil && !errors.Is(err, syscall.EPERM) {
				t.Fatal(err)
			}
		}, scan.Clean, "", ""},
		"a name that moves a cursor": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a\x1b[2J\rb"), token(), 0o600)
		}, scan.Leaking, "", `a\u{1b}[2J\u{d}b:1:1`},
		"a name that begins a line": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a\n{\"level\":\"error\"}"), token(), 0o600)
		}, scan.Leaking, "", `a\u{a}{"level":"error"}:1:1`},
		"a name that turns text round": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a\u202egpj.exe"), token(), 0o600)
		}, scan.Leaking, "", `a\u{202e}gpj.exe:1:1`},
		"a name that is no UTF-8": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "d\xff", "a\xfe\xffb"), token(), 0o600)
		}, scan.Leaking, "", `d\xff/a\xfe\xffb:1:1`},
		"names as long as can be": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, strings.Repeat("a", 255), strings.Repeat("b", 255), strings.Repeat("c", 255)), token(), 0o600)
		}, scan.Leaking, "", strings.Repeat("a", 255) + "/" + strings.Repeat("b", 255) + "/" + strings.Repeat("c", 255) + ":1:1"},
		"names that are looked like flags and paths": {func(t *testing.T, dir string) {
			for _, n := range []string{"-rf", "--", "...", "~", "C:", "%2e%2e%2f", `..\x`} {
				write(t, filepath.Join(dir, n), token(), 0o600)
			}
		}, scan.Leaking, "", "%2e%2e%2f:1:1|--:1:1|-rf:1:1|...:1:1|..\\x:1:1|C::1:1|~:1:1"},
		"folders by the hundred within one another": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, strings.Repeat("d/", 400), "a"), token(), 0o600)
		}, scan.Leaking, "", strings.Repeat("d/", 400) + "a:1:1"},
		"folders within one another for long": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a"), token(), 0o600)
			root, err := os.OpenRoot(dir)
			must(t, err)
			for range 520 {
				must(t, root.Mkdir("d", 0o700))
				next, err := root.OpenRoot("d")
				must(t, errors.Join(err, root.Close()))
				root = next
			}
			must(t, root.Close())
		}, scan.Leaking, "", "a:1:1"},
		"a file by two names": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a"), token(), 0o600)
			must(t, os.Link(filepath.Join(dir, "a"), filepath.Join(dir, "b")))
		}, scan.Leaking, "", "a:1:1|b:1:1"},
		"a file that runs as somebody else": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "a"), token(), 0o600)
			must(t, os.Chmod(filepath.Join(dir, "a"), 0o6755|os.ModeSetuid))
		}, scan.Leaking, "", "a:1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c.make(t, dir)
			began := time.Now()
			r := looked(t, dir)
			var at []string
			for _, f := range r.Findings {
				at = append(at, f.Place.String())
			}
			slices.Sort(at)
			if got := strings.Join(at, "|"); r.Verdict != c.verdict || !strings.Contains(r.Message, c.message) || got != c.places {
				t.Errorf("got %s: %q at %q, want %s: %q at %q", r.Verdict, r.Message, got, c.verdict, c.message, c.places)
			}
			if strings.Contains(fmt.Sprintf("%+v", r), token()) {
				t.Error("the result tells a secret")
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestFilesThatChangeWhileTheScanRuns changes a file between the one that is looked at first and itself.
func TestFilesThatChangeWhileTheScanRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(path string) error
		message string
	}{
		"it is removed":           {os.Remove, "z: openat: no such file"},
		"it becomes a pipe":       {func(p string) error { return errors.Join(os.Remove(p), syscall.Mkfifo(p, 0o600)) }, "z: it is no regular file any more"},
		"it becomes a folder":     {func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) }, "z: it is no regular file any more"},
		"it becomes a link out":   {func(p string) error { return errors.Join(os.Remove(p), os.Symlink("/etc/passwd", p)) }, "z: openat: path escapes"},
		"it becomes a link to it": {func(p string) error { return errors.Join(os.Remove(p), os.Symlink("z", p)) }, "z: openat: "},
		"its folder goes":         {func(p string) error { return os.RemoveAll(filepath.Join(filepath.Dir(p), "zz")) }, "zz"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "a"), "first", 0o600)
			write(t, filepath.Join(dir, "z"), "last", 0o600)
			write(t, filepath.Join(dir, "zz", "zz"), "last", 0o600)
			changed := false
			o := Options{Limits: Limits(), Workers: 1}
			o.Progress = func(int, int64) {
				if !changed {
					changed = true
					must(t, c.change(filepath.Join(dir, "z")))
				}
			}
			r, err := Scan(context.Background(), leak.New(nil), dir, o)
			if err != nil || r.Verdict != scan.Incomplete || !strings.Contains(r.Message, c.message) {
				t.Errorf("got %s: %q, %v, want %q", r.Verdict, r.Message, err, c.message)
			}
		})
	}
}

// flaky is a file whose reading fails.
type flaky struct{ err error }

func (f flaky) Read([]byte) (int, error) { return 0, f.err }

func TestFilesThatChangeWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a b\n", 100_000)
	for name, c := range map[string]struct {
		r    io.Reader
		size int64
		want string
	}{
		"it stays as it is":           {strings.NewReader(text), int64(len(text)), ""},
		"it is empty":                 {strings.NewReader(""), 0, ""},
		"it becomes longer":           {strings.NewReader(text), int64(len(text)) - 1, "it became longer while it was read"},
		"it was empty":                {strings.NewReader("a"), 0, "it became longer while it was read"},
		"it becomes shorter":          {strings.NewReader(text), int64(len(text)) + 1, "it became shorter while it was read"},
		"it becomes empty":            {strings.NewReader(""), 7, "it became shorter while it was read"},
		"it cannot be read":           {flaky{syscall.EIO}, 7, "input/output error"},
		"it cannot be read any more":  {io.MultiReader(strings.NewReader(text), flaky{syscall.ESTALE}), int64(len(text)) + 7, "stale"},
		"it cannot be read afterward": {io.MultiReader(strings.NewReader(text), flaky{syscall.EIO}), int64(len(text)), "input/output error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := leak.New(nil)
			job := s.Job(Limits())
			(&walk{scanner: s, options: Options{Limits: Limits()}}).look(t.Context(), job, leak.Place{File: "f"}, c.r, c.size)
			got := ""
			for _, gap := range job.Result().Gaps {
				got += gap.Why
			}
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPathsThatAreNoneToScan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, loop := filepath.Join(dir, "pipe"), filepath.Join(dir, "loop")
	must(t, syscall.Mkfifo(pipe, 0o600))
	must(t, os.Symlink("loop", loop))
	for _, path := range []string{"/dev/zero", "/dev/null", pipe, loop, filepath.Join(dir, "none"), "", "a\x00b"} {
		if r, err := Scan(context.Background(), leak.New(nil), path, Options{Limits: Limits()}); err == nil {
			t.Errorf("%q: got %s and no error", path, r.Verdict)
		}
	}
}

func TestALinkThatIsAskedForIsFollowed(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "in", "app.js"), token(), 0o600)
	must(t, os.Symlink(filepath.Join(outside, "in"), filepath.Join(dir, "folder")))
	must(t, os.Symlink(filepath.Join(outside, "in", "app.js"), filepath.Join(dir, "file")))
	for _, name := range []string{"folder", "file"} {
		if r := looked(t, filepath.Join(dir, name)); r.Verdict != scan.Leaking || r.Findings[0].Place.File != "app.js" {
			t.Errorf("%s: got %+v", name, r)
		}
	}
}

func TestLimitsOfAFolderEndIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 50 {
		write(t, filepath.Join(dir, fmt.Sprint(i)), strings.Repeat("a b\n", 1000), 0o600)
	}
	for name, change := range map[string]func(*leak.Limits){
		"more than 100000 bytes unpacked": func(l *leak.Limits) { l.Bytes = 100_000 },
		"more than 20 files":              func(l *leak.Limits) { l.Files = 20 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := Options{Limits: Limits()}
			change(&o.Limits)
			r, err := Scan(context.Background(), leak.New(nil), dir, o)
			if err != nil || r.Verdict != scan.Incomplete || !strings.Contains(r.Message, name) {
				t.Errorf("got %s: %q, %v", r.Verdict, r.Message, err)
			}
		})
	}
}
