package pages

import (
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"

	"github.com/hustings/hustings/internal/leak/unpack"
)

// errCoding is the error of a body that is encoded in a way that is not undone here.
var errCoding = errors.New("it is encoded in a way that is not undone here")

// codings are the encodings of an answer's body, in the order in which they are undone.
func codings(header http.Header) ([]string, error) {
	const most = 3
	var names []string
	for _, name := range strings.Split(strings.Join(header.Values("Content-Encoding"), ","), ",") {
		name = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(name)), "x-")
		switch name {
		case "", "identity":
		case "gzip", "zstd", "br", "deflate":
			names = append([]string{name}, names...)
		default:
			return nil, errCoding
		}
		if len(names) > most {
			return nil, errCoding
		}
	}
	return names, nil
}

// decode undoes a body's encodings, and calls look with what it is then. Identity was asked for: a body that is not what its
// header says is taken as it is.
func decode(names []string, r io.Reader, b *unpack.Budget, look func(io.Reader) error) error {
	if len(names) == 0 {
		return look(r)
	}
	const begins = 4096
	head := bufio.NewReaderSize(r, begins)
	// Its error comes again when the body is read.
	begin, _ := head.Peek(begins)
	inner := func(r io.Reader) error { return decode(names[1:], r, b, look) }
	kind := codingOf(names[0], begin)
	if kind == unpack.None {
		return inner(head)
	}
	if kind == rawDeflate {
		return inner(flate.NewReader(head))
	}
	return unpack.Walk(kind, head, b, func(m unpack.Member) error { return inner(m.Body) })
}

// rawDeflate is what some servers call deflate; the others mean zlib.
const rawDeflate = unpack.Kind("deflate")

// codingOf is what a body is that is said to be encoded in a way; none, it is not.
func codingOf(name string, begin []byte) unpack.Kind {
	const zlibMethod, zlibCheck = 0x78, 31
	sniffed := unpack.Sniff("", begin)
	switch name {
	case "gzip", "zstd":
		if string(sniffed) == name {
			return sniffed
		}
		return unpack.None
	case "br":
		if undoes(brotli.NewReader(bytes.NewReader(begin))) {
			return unpack.Brotli
		}
		return unpack.None
	case "deflate":
		if len(begin) > 1 && begin[0] == zlibMethod && (int(begin[0])<<8|int(begin[1]))%zlibCheck == 0 {
			return unpack.Zlib
		}
		if undoes(flate.NewReader(bytes.NewReader(begin))) {
			return rawDeflate
		}
		return unpack.None
	}
	return unpack.None
}

// undoes says whether a decoder makes something of how a body begins. It is hostile: where the decoder breaks, the body is
// taken as it is.
func undoes(r io.Reader) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	const enough = 256
	n, err := io.CopyN(io.Discard, r, enough)
	return err == nil || n > 0 && errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
