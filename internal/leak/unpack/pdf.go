package unpack

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// pdfReader is a PDF with the streams inflated that are deflated, in their places: texts, scripts, forms and what is attached.
// Pictures stay as they are, and so does what cannot be inflated, such as what is encrypted.
type pdfReader struct {
	r *bufio.Reader
	// raw is what is still to be given of what was read; tail are the last bytes of the PDF that came before.
	raw, tail []byte
	inflate   io.ReadCloser
	inside    bool
	begun     bool
	err       error
}

// longestDictionary is how much before a stream is looked at for what it says about it.
const longestDictionary = 2 << 10

func newPDF(r io.Reader) *pdfReader {
	const buffer = 32 << 10
	return &pdfReader{r: bufio.NewReaderSize(r, buffer)}
}

// Read implements io.Reader.
func (d *pdfReader) Read(p []byte) (int, error) {
	for {
		switch {
		case d.inside:
			n, err := d.inflate.Read(p)
			d.inside = err == nil // what goes on after a broken stream is looked at as it is
			if n > 0 {
				return n, nil
			}
		case len(d.raw) > 0:
			n := copy(p, d.raw)
			d.raw = d.raw[n:]
			return n, nil
		case d.err != nil:
			return 0, d.err
		case d.isDeflated():
			d.tail = d.tail[:0]
			d.inside = d.begin() == nil
		default:
			d.line()
		}
	}
}

// line reads up to the end of a line, or a buffer.
func (d *pdfReader) line() {
	line, err := d.r.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		d.err = err
	}
	if !d.begun && len(line) > 0 {
		line[0], d.begun = ' ', true // what comes out is no PDF any more
	}
	d.raw = line // it stays until the next is read
	if d.tail = append(d.tail, line...); len(d.tail) > 2*longestDictionary {
		d.tail = append(d.tail[:0], d.tail[len(d.tail)-longestDictionary:]...)
	}
}

// isDeflated says whether a stream begins that is deflated and is no picture.
func (d *pdfReader) isDeflated() bool {
	const deflate, check = 8, 31
	line, ends := bytes.CutSuffix(d.tail, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	dictionary, is := bytes.CutSuffix(line, []byte("stream"))
	if !ends || !is || bytes.HasSuffix(dictionary, []byte("end")) {
		return false
	}
	dictionary = dictionary[max(0, bytes.LastIndex(dictionary, []byte("obj"))):]
	if !bytes.Contains(dictionary, []byte("/Fl")) || bytes.Contains(dictionary, []byte("/Image")) {
		return false
	}
	head, err := d.r.Peek(2)
	return err == nil && head[0]&0xf == deflate && (int(head[0])<<8|int(head[1]))%check == 0
}

// begin begins a stream.
func (d *pdfReader) begin() (err error) {
	if d.inflate == nil {
		d.inflate, err = zlib.NewReader(d.r)
		return err
	}
	return d.inflate.(zlib.Resetter).Reset(d.r, nil)
}
