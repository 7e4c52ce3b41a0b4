package pages

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTheMarkIsBlankedWhereverItStands(t *testing.T) {
	t.Parallel()
	mark := newMark()
	if strings.Trim(mark, "abcdefghijklmnopqrstuvwxyz") != "" || mark == newMark() {
		t.Fatalf("mark %q", mark)
	}
	gone := strings.Repeat("-", len(mark))
	for _, edge := range []int{0, 1, 32<<10 - 30, 32<<10 - 10, 32 << 10, 64<<10 - 5, 100_000} {
		for name, text := range map[string]string{
			"once":            strings.Repeat("a", edge) + mark + "b",
			"twice":           strings.Repeat("a", edge) + mark + mark,
			"cut off":         strings.Repeat("a", edge) + mark[:len(mark)-1],
			"within its like": strings.Repeat("a", edge) + mark[:7] + mark + mark[7:],
		} {
			want := strings.ReplaceAll(text, mark, gone)
			for how, r := range map[string]io.Reader{
				"at once":       strings.NewReader(text),
				"byte by byte":  iotest.OneByteReader(strings.NewReader(text)),
				"with an error": iotest.DataErrReader(strings.NewReader(text)),
			} {
				got, err := io.ReadAll(&blanked{r: r, mark: []byte(mark)})
				if err != nil || !bytes.Equal(got, []byte(want)) {
					t.Errorf("%s at %d, %s: %d bytes, want %d, error %v", name, edge, how, len(got), len(want), err)
				}
			}
		}
	}
}

func TestAnErrorComesAfterWhatWasRead(t *testing.T) {
	t.Parallel()
	broken := io.MultiReader(strings.NewReader("vote"), iotest.ErrReader(io.ErrUnexpectedEOF))
	got, err := io.ReadAll(&blanked{r: broken, mark: []byte("mark")})
	if string(got) != "vote" || err != io.ErrUnexpectedEOF { //nolint:errorlint // the very error
		t.Errorf("got %q, %v", got, err)
	}
}
