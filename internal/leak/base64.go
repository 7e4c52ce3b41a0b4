package leak

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"io"
	"slices"

	"github.com/hustings/hustings/internal/leak/unpack"
)

// The lengths of runs of base64, in bytes.
const (
	// shortestRun is the shortest that is decoded: 18 bytes are the least that holds a name and a value.
	shortestRun = 24
	// foldedLine is the shortest line of a run that goes on in the next: PEM folds at 64, MIME at 76.
	foldedLine = 60
)

// run is a run of base64.
type run struct{ start, end int }

// runs calls visit with every run of base64 in the data, of one line or folded, until it returns false. Of every shortestRun bytes one is looked
// at: no run of that length can hide between.
func runs(data []byte, visit func(run) bool) {
	for i := shortestRun - 1; i < len(data); i += shortestRun {
		if !base64Byte[data[i]] {
			continue
		}
		start := i
		for start > 0 && base64Byte[data[start-1]] {
			start--
		}
		end := i + 1
		for end < len(data) && base64Byte[data[end]] {
			end++
		}
		if end-start < shortestRun {
			i = end
			i += shortestRun - 1 - shortestRun // the next look is shortestRun-1 bytes on
			continue
		}
		end = unfold(data, start, end)
		if !visit(run{start, end}) {
			return
		}
		i = end - 1
	}
}

// unfold goes on with the lines that follow, where a run is folded.
func unfold(data []byte, start, end int) int {
	if end-start < foldedLine {
		return end
	}
	for {
		next := end
		for next < len(data) && isSpace(data[next]) && next-end < 40 {
			next++
		}
		if next == end || bytes.IndexByte(data[end:next], '\n') < 0 {
			return end
		}
		line := next
		for line < len(data) && base64Byte[data[line]] {
			line++
		}
		if line == next {
			return end
		}
		end = line
		if line-next < foldedLine {
			return end
		}
	}
}

var base64Byte = func() (set byteset) {
	for c := range 256 {
		b := byte(c)
		set[c] = isWord(b) || b == '+' || b == '/' || b == '-'
	}
	return set
}()

// decode decodes a run; nil, what it holds is no text, has none in it and is nothing that is packed. phase is how many bytes
// of the run stand before the data.
func decode(data []byte, phase int) []byte {
	if skip := (4 - phase%4) % 4; skip < len(data) {
		data = data[skip:]
	}
	if len(data) < shortestRun {
		return nil
	}
	var plain [headSize]byte
	var head [shortestRun]byte
	n, err := base64.RawStdEncoding.Decode(plain[:], standard(head[:0], data[:shortestRun]))
	if err != nil || !promising(plain[:n]) && !mayBePacked(plain[:n], data) && !holdsText(data) {
		return nil
	}
	return decodeAll(data)
}

// headSize is how many bytes shortestRun of base64 are.
const headSize = shortestRun / 4 * 3

// decodeAll decodes a run up to what cannot be decoded.
func decodeAll(data []byte) []byte {
	all := standard(make([]byte, 0, len(data)), data)
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(all)))
	n, _ := base64.RawStdEncoding.Decode(out, all)
	return out[:n]
}

// mayBePacked says whether a run whose decoded head is known is a container. What is random begins as zlib does every few
// thousand times, so more of that is undone.
func mayBePacked(head, run []byte) bool {
	if !beginsContainer(head) {
		return false
	}
	switch unpack.Sniff("", slices.Clone(head)) { // a copy, so that the head of most runs stays on the stack
	case unpack.None, unpack.Compress: // of which nothing but two bytes says so
		return false
	case unpack.Zlib:
		return isZlib(run)
	default:
		return true
	}
}

// beginsContainer says whether bytes may begin something that is packed, or UTF-16: most of what is random does not, and is
// told so at once.
func beginsContainer(head []byte) bool {
	switch head[0] {
	case 0x1f, 0xfd, 0x28, 'P', 'S', '!', '7', 'R', 0x04, 'L', 'B', 0x78, 0x5d, '%', 0xfe, 0xff, 0:
		return true
	}
	return head[0]&0xf0 == 0x50 || head[1] == 0
}

// isZlib says whether a run is zlib for sure: it can be inflated to its end, or for long.
func isZlib(run []byte) bool {
	const enough, most = 2 << 10, 1 << 20
	whole := len(run) <= enough
	r, err := zlib.NewReader(bytes.NewReader(decodeAll(run[:min(len(run), enough)])))
	if err != nil {
		return false
	}
	n, err := io.Copy(io.Discard, io.LimitReader(r, most))
	return n > 0 && (err == nil || !whole && errors.Is(err, io.ErrUnexpectedEOF))
}

// textGroups is how many groups of four digits of base64 have to be text, one after another. Of so many groups one is looked
// at: no text of headSize bytes can hide between.
const textGroups = headSize/3 - 1

// holdsText says whether a run that is no text at its beginning has some later, such as what programs and certificates hold.
func holdsText(data []byte) bool {
	const group = 4
	if bytes.IndexByte(data, '\n') >= 0 {
		data = standard(make([]byte, 0, len(data)), data)
	}
	for i := 0; i+group <= len(data); i += group * textGroups {
		first, last := i, i
		for last+group <= len(data) && last-i < group*textGroups && isTextGroup(data[last:]) {
			last += group
		}
		if last == i {
			continue
		}
		for first >= group && i-first < group*textGroups && isTextGroup(data[first-group:]) {
			first -= group
		}
		if last-first >= group*textGroups {
			return true
		}
	}
	return false
}

// isTextGroup says whether four digits of base64 are three bytes of text.
func isTextGroup(data []byte) bool {
	_ = data[3]
	bits := base64Value[data[0]]<<18 | base64Value[data[1]]<<12 | base64Value[data[2]]<<6 | base64Value[data[3]]
	return isPlain(byte(bits>>16)) && isPlain(byte(bits>>8)) && isPlain(byte(bits))
}

// base64Value is what the digits of both alphabets of base64 are worth.
var base64Value = func() (value [256]uint32) {
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		value[c] = uint32(i)
	}
	value['-'], value['_'] = value['+'], value['/']
	return value
}()

// wrapped is the text that a value is in base64; nil, it is none. Secrets of Kubernetes are kept so.
func wrapped(value []byte) []byte {
	const least = 12
	if len(value) < least {
		return nil
	}
	for _, c := range value {
		if !base64Byte[c] && c != '=' {
			return nil
		}
	}
	text, err := base64.StdEncoding.DecodeString(string(value))
	if err != nil || !promising(text) {
		return nil
	}
	return text
}

// standard is base64 in the standard alphabet, without line breaks.
func standard(out, data []byte) []byte {
	for _, c := range data {
		switch {
		case c == '-':
			c = '+'
		case c == '_':
			c = '/'
		case isSpace(c):
			continue
		}
		out = append(out, c)
	}
	return out[:len(out)/4*4+remainder(len(out))]
}

// remainder is how many bytes of the last, broken group can be decoded.
func remainder(n int) int {
	if n%4 == 1 {
		return 0
	}
	return n % 4
}

// promising says whether decoded bytes begin as text does.
func promising(plain []byte) bool {
	for _, c := range plain {
		if !isPlain(c) {
			return false
		}
	}
	return len(plain) > 0
}

func isPlain(c byte) bool { return c >= ' ' && c <= '~' || isSpace(c) }
