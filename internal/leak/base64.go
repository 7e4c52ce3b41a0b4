package leak

import (
	"bytes"
	"encoding/base64"
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

// runs calls visit with every run of base64 in the data, of one line or folded. Of every shortestRun bytes one is looked
// at: no run of that length can hide between.
func runs(data []byte, visit func(run)) {
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
		visit(run{start, end})
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

// decode decodes a run; nil, what it holds is no text and nothing that is packed. phase is how many bytes of the run stand
// before the data.
func decode(data []byte, phase int) []byte {
	if skip := (4 - phase%4) % 4; skip < len(data) {
		data = data[skip:]
	}
	var head [shortestRun]byte
	if len(data) < shortestRun {
		return nil
	}
	plain := [18]byte{}
	if n, err := base64.RawStdEncoding.Decode(plain[:], standard(head[:0], data[:shortestRun])); err != nil || !promising(plain[:n]) {
		return nil
	}
	all := standard(make([]byte, 0, len(data)), data)
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(all)))
	n, _ := base64.RawStdEncoding.Decode(out, all) // what cannot be decoded ends the run
	return out[:n]
}

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

// promising says whether decoded bytes begin as text does, or as something packed.
func promising(plain []byte) bool {
	if bytes.HasPrefix(plain, []byte("\x1f\x8b")) || bytes.HasPrefix(plain, []byte("PK\x03\x04")) {
		return true
	}
	for _, c := range plain {
		if (c < ' ' || c > '~') && !isSpace(c) {
			return false
		}
	}
	return len(plain) > 0
}
