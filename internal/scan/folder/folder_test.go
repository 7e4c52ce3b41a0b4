package folder

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// token is put together here, so that no scanner of this repository finds one.
func token() string { return "gh" + "p_" + strings.Repeat("a1B2c3D4e", 4) }

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func looked(t *testing.T, path string) scan.Result {
	t.Helper()
	r, err := Scan(context.Background(), leak.New(nil), path, Options{Limits: Limits(), Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAFolderIsLookedAtWholly(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "index.html"), "<p>hello", 0o644)
	write(t, filepath.Join(dir, ".git", "config"), `token = "`+token()+`"`, 0o600)
	write(t, filepath.Join(dir, "js", "app.js"), "a\nb='"+token()+"'", 0o644)
	r := looked(t, dir)
	if r.Verdict != scan.Leaking || r.Failures != 2 || r.Files != 3 {
		t.Fatalf("%+v", r)
	}
	if r.Findings[0].Place.String() != ".git/config:1:10" || r.Findings[1].Place.String() != "js/app.js:2:4" {
		t.Errorf("%v", r.Findings)
	}
}

func TestANameThatIsASecretIsNotTold(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "keys", token()+".txt"), token(), 0o600)
	r := looked(t, dir)
	if len(r.Findings) != 1 || r.Findings[0].Place.String() != "[name withheld: it holds a secret]:1:1" {
		t.Errorf("%d findings, or another place", len(r.Findings))
	}
}

func TestOneFileIsLookedAt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.js")
	write(t, file, token(), 0o644)
	if r := looked(t, file); r.Failures != 1 || r.Findings[0].Place.File != "app.js" {
		t.Errorf("%+v", r)
	}
}

func TestLinksAreNotFollowedAndPipesNotOpened(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "secret"), token(), 0o644)
	for name, target := range map[string]string{"file": filepath.Join(outside, "secret"), "folder": outside, "self": "."} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := looked(t, dir); r.Verdict != scan.Clean || r.Files != 0 {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNotThereIsAnError(t *testing.T) {
	if _, err := Scan(context.Background(), leak.New(nil), filepath.Join(t.TempDir(), "nothing"), Options{Limits: Limits()}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestACancelledScanSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), token(), 0o644)
	if _, err := Scan(ctx, leak.New(nil), dir, Options{Limits: Limits()}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// impatient is a context that is cancelled when it was asked so often.
type impatient struct {
	context.Context
	left atomic.Int64
}

func (c *impatient) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

func TestACancelledScanEndsWithinAFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), token()+"\n"+strings.Repeat("nationbuilder.com ", 200_000), 0o644) // takes half a minute
	ctx := &impatient{Context: context.Background()}
	ctx.left.Store(200) // to read the file takes fewer
	r, err := Scan(ctx, leak.New(nil), dir, Options{Limits: Limits()})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if r.Failures != 1 || len(r.Gaps) != 1 || !strings.Contains(r.Gaps[0].Why, "ended") {
		t.Errorf("what was found before is not kept: %+v", r.Result)
	}
}
