package leak

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The sizes of pieces, in bytes.
const (
	// pieceSize is how much is looked at at once.
	pieceSize = 4 << 20
	// lookBack is what a piece has before its own part: a name stands that near to its value.
	lookBack = 4 << 10
	// lookAhead is what a piece has after its own part: no value is longer.
	lookAhead = 64 << 10
)

// object in pieces.
type pieces struct {
	at    Place
	depth int
	// line and column of the first byte of the piece, from 0.
	line, column int
	// run is how long the run of base64 is that the piece begins within, negative where it does not.
	run int
	// binary: it is no text.
	binary bool
	// crowd is the list of people that may go on; nil, there is none.
	crowd *crowd
}

// plain looks at an object as it is, piece by piece. Every needle is one piece's own; the pieces overlap, so that what
// stands around a needle is there whole.
func (j *Job) plain(at Place, r io.Reader, depth int) error {
	state := pieces{at: at, depth: depth}
	defer j.flush(&state)
	buffer := j.buffers[min(depth, len(j.buffers)-1)]
	j.buffers[min(depth, len(j.buffers)-1)] = nil // an object inside this one has its own
	defer func() { j.buffers[min(depth, len(j.buffers)-1)] = buffer[:0] }()
	buffer = buffer[:0]
	from := 0
	for {
		var err error
		buffer, err = j.fill(buffer, r)
		last := errors.Is(err, io.EOF)
		if from == 0 {
			state.binary = isBinary(buffer)
		}
		if j.over != nil {
			return j.endError(at)
		}
		if err != nil && !last {
			// What was read is looked at all the same.
			return errors.Join(j.piece(&state, buffer, from, len(buffer)), j.readError(at, err))
		}
		to := len(buffer)
		if !last {
			to -= lookAhead
		}
		if err := j.piece(&state, buffer, from, to); err != nil {
			return err
		}
		if last {
			return nil
		}
		drop := max(0, to-lookBack)
		state.skip(buffer[:drop])
		if state.crowd != nil {
			state.crowd.end -= drop
		}
		buffer = append(buffer[:0], buffer[drop:]...)
		from = to - drop
	}
}

// isBinary says whether an object that begins so is no text: a zero is in the headings of all programs, and in no text.
func isBinary(begin []byte) bool {
	const enough = 8000
	return bytes.IndexByte(begin[:min(len(begin), enough)], 0) >= 0
}

// fill reads until the buffer holds a piece or the object ends. Small objects get small buffers.
func (j *Job) fill(buffer []byte, r io.Reader) ([]byte, error) {
	const whole = lookBack + pieceSize + lookAhead
	for len(buffer) < whole && !j.isOver() {
		if len(buffer) == cap(buffer) {
			buffer = slices.Grow(buffer, min(max(4096, len(buffer)), whole-len(buffer)))
		}
		n, err := r.Read(buffer[len(buffer):min(cap(buffer), whole)])
		buffer = buffer[:len(buffer)+n]
		if err != nil {
			return buffer, err
		}
	}
	return buffer, nil
}

// skip counts the lines and columns of bytes that are behind.
func (s *pieces) skip(data []byte) {
	if len(data) == 0 {
		return
	}
	s.line, s.column = advance(s.line, s.column, data)
	n := before(data, len(data), len(data), func(c byte) bool { return base64Byte[c] })
	if n == len(data) {
		s.run += n
	} else {
		s.run = n
	}
}

// cursor is an offset and where it is. Parts come in order, kind by kind, and to count from the beginning for each would
// take time that grows with their square.
type cursor struct{ offset, line, column int }

// advance is the line and column after some bytes.
func advance(line, column int, data []byte) (int, int) {
	if n := bytes.Count(data, []byte{'\n'}); n > 0 {
		return line + n, len(data) - bytes.LastIndexByte(data, '\n') - 1
	}
	return line, column + len(data)
}

// piece looks at the part of an object between from and to.
func (j *Job) piece(s *pieces, data []byte, from, to int) error {
	p := &pass{scanner: j.scanner, data: data, from: from, to: to, binary: s.binary, ended: j.asks}
	p.look()
	if from == 0 && s.line == 0 && s.column == 0 {
		p.files(s.at)
	}
	p.settle()
	j.report(s, p)
	if p.over {
		return j.endError(s.at)
	}
	j.people(s, data, from, to)
	if s.depth >= j.limits.Depth {
		p.hidden(s.run, func(string, int, []byte) bool {
			j.Miss(s.at, fmt.Sprintf("nested more than %d deep", j.limits.Depth))
			return false
		})
		return nil
	}
	var err error
	c := cursor{0, s.line, s.column}
	p.hidden(s.run, func(how string, start int, plain []byte) bool {
		err = j.decoded(s, p, &c, how, start, plain)
		return err == nil
	})
	return err
}

// hidden calls visit with what the data holds in another spelling, until it returns false. phase is how long the run of
// base64 is already that the data begins within.
func (p *pass) hidden(phase int, visit func(how string, start int, plain []byte) bool) {
	ended := false
	runs(p.data, func(r run) bool {
		before := 0
		if r.start == 0 {
			before = phase
		} else if r.start < p.from || r.start >= p.to {
			return true
		}
		if p.covers(r.start, r.end) {
			return true
		}
		if plain := decode(p.data[r.start:r.end], before); plain != nil {
			ended = !visit("base64", r.start, plain)
		}
		return !ended
	})
	for _, e := range p.escaped {
		if ended || !visit(e.how.name, e.start, e.how.undo(p.data[e.start:e.end])) {
			return
		}
	}
}

// decoded looks at what was hidden at an offset of a piece.
func (j *Job) decoded(s *pieces, p *pass, c *cursor, how string, start int, plain []byte) error {
	if j.isOver() {
		return j.endError(s.at)
	}
	if start < c.offset {
		*c = cursor{0, s.line, s.column}
	}
	line, column := advance(c.line, c.column, p.data[c.offset:start])
	*c = cursor{start, line, column}
	inside := s.at
	inside.Decoders = append(slices.Clip(slices.Clone(s.at.Decoders)), fmt.Sprintf("%s@%d:%d", how, line+1, column+1))
	if err := j.budget.TakeBytes(int64(len(plain))); err != nil {
		return j.budgetError(inside)
	}
	return j.object(inside, bytes.NewReader(plain), s.depth+1)
}
