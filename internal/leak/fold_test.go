package leak

import (
	"fmt"
	"strings"
	"testing"
)

// hashes are a table of them.
func hashes(n int, seed uint64) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(filled(fmt.Sprintf("user%d:$2y$10$<mixed:53>\n", i), seed+uint64(i)))
	}
	return b.String()
}

func scanKeyed(t *testing.T, files map[string]string) Result {
	t.Helper()
	j := New([]byte("k")).Job(DefaultLimits())
	for name, text := range files {
		if err := j.Scan(Place{File: name}, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	return j.Result()
}

func TestATableOfHashesIsTwentyFindingsAndOne(t *testing.T) {
	for title, text := range map[string]string{"plain": hashes(120, 1), "gzip": gzipOf(hashes(120, 1)), "in a string": strings.ReplaceAll(hashes(120, 1), "\n", `\u000a`)} {
		r := scanKeyed(t, map[string]string{"users.txt": text})
		if r.Failures != mostAlike+1 || len(r.Findings) != mostAlike+1 {
			t.Fatalf("%s: %d failures, %d findings", title, r.Failures, len(r.Findings))
		}
		last := r.Findings[mostAlike]
		if last.Excerpt != "[100 more in this file]" || last.Count != 0 || last.Severity != High {
			t.Errorf("%s: %+v", title, last)
		}
	}
	r := scanKeyed(t, map[string]string{"users.txt": hashes(120, 1)})
	if at := r.Findings[mostAlike].Place.Line; at != mostAlike+1 {
		t.Errorf("in line %d", at)
	}
}

func TestWhatIsFoldedHasAFingerprintOfAll(t *testing.T) {
	print := func(text string) string {
		r := scanKeyed(t, map[string]string{"users.txt": text})
		return r.Findings[len(r.Findings)-1].Fingerprint
	}
	table := hashes(60, 1)
	before := print(table)
	if before != print(table) {
		t.Error("it changes")
	}
	if before == print(table+hashes(1, 900)) {
		t.Error("another value does not change it")
	}
	placed := func(n int) string {
		r := scan(t, "users.txt", hashes(n, 1))
		return r.Findings[len(r.Findings)-1].Fingerprint
	}
	if placed(60) == placed(61) {
		t.Error("without a key, one more does not change it")
	}
}

func TestFewAndThoseOfOtherFilesAreNotFolded(t *testing.T) {
	r := scanKeyed(t, map[string]string{"a": hashes(mostAlike, 1), "b": hashes(mostAlike+1, 500), "c": donors(30)})
	if r.Failures != 2*mostAlike+2 || len(r.Findings) != 2*mostAlike+2 {
		t.Errorf("%d failures, %d findings", r.Failures, len(r.Findings))
	}
	for _, f := range r.Findings {
		if strings.Contains(f.Excerpt, "more in this file") {
			t.Errorf("%+v", f)
		}
	}
}
