package unpack

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The signatures of what stands in a zip.
const (
	zipLocal      = "PK\x03\x04"
	zipDirectory  = "PK\x01\x02"
	zipEnd        = "PK\x05\x06"
	zipEnd64      = "PK\x06\x06"
	zipLocator64  = "PK\x06\x07"
	zipDescriptor = "PK\x07\x08"
)

// How members are packed.
const (
	zipStored   = 0
	zipDeflated = 8
	zipBzip2    = 12
	zipZstd     = 93
)

// The flags of a member.
const (
	zipEncrypted = 1 << 0
	// zipSizesLater: a descriptor after the member says how large it is.
	zipSizesLater = 1 << 3
)

// zipWalk reads a zip from its beginning to its end, by what stands before each member, not by the directory at the end.
// So no byte is unpacked twice however members overlap, members that the directory leaves out are seen, and none of it is
// kept in memory. The directory is compared with what was seen: what it names and was not seen is damage.
type zipWalk struct {
	*walk
	br      *bufio.Reader
	inflate io.ReadCloser
	seen    []zipPlace
	listed  []zipPlace
	// directoryAt is where the directory being read began; -1 outside one.
	directoryAt int64
	ended       bool
}

// zipPlace is where a member is and how it is packed.
type zipPlace struct {
	at, packed int64
	method     uint16
}

// zipEntry is a member's own header.
type zipEntry struct {
	zipPlace
	name  string
	flags uint16
	crc   uint32
	// wide descriptors have sizes of 8 bytes.
	wide bool
}

func (w *walk) zip() error {
	z := &zipWalk{walk: w, br: bufio.NewReaderSize(w.src, 1<<16), directoryAt: -1}
	for {
		sig, err := z.br.Peek(4)
		switch {
		case len(sig) == 0 && errors.Is(err, io.EOF):
			if !z.ended {
				z.note(damaged(Zip, "it ends early"))
			}
			return nil
		case w.src.err != nil:
			return w.src.err
		}
		if err := z.part(string(sig)); err != nil {
			return err
		}
	}
}

// part reads what begins with a signature.
func (z *zipWalk) part(sig string) error {
	if sig == zipDirectory {
		if z.directoryAt < 0 {
			z.directoryAt = z.at()
		}
		return z.directory()
	}
	switch sig {
	case zipLocal:
		return z.entry()
	case zipEnd:
		return z.end()
	case zipEnd64:
		const sizeAt, fixed = 4, 12
		h, err := z.br.Peek(fixed)
		if err != nil {
			return z.failed(early(err))
		}
		return z.skip(fixed + int64(min(binary.LittleEndian.Uint64(h[sizeAt:]), math.MaxInt32)))
	case zipLocator64:
		return z.skip(20)
	default:
		return z.between()
	}
}

// at is where in the zip the next byte stands.
func (z *zipWalk) at() int64 { return z.src.n - int64(z.br.Buffered()) }

func (z *zipWalk) skip(n int64) error {
	if _, err := io.CopyN(io.Discard, z.br, n); err != nil {
		return z.failed(early(err))
	}
	return nil
}

// since is a meter of what begins here.
func (z *zipWalk) since() *meter {
	start := z.at()
	return &meter{packed: func() int64 { return z.at() - start }}
}

// between shows bytes that belong to no member as they are.
func (z *zipWalk) between() error {
	name := "between members"
	if z.ended {
		name = "after the end"
	}
	mt := z.since()
	mt.framing = true
	return z.only(Member{Name: name}, &zipGap{br: z.br}, mt)
}

// entry visits a member. Damage ends the walk only where it hides where the member ends.
func (z *zipWalk) entry() error {
	e, err := z.header()
	if err != nil {
		return z.failed(err)
	}
	known := e.flags&zipSizesLater == 0 || e.packed > 0
	if e.flags&zipEncrypted != 0 {
		z.note(damaged(Zip, "a member is encrypted"))
		if !known {
			return z.only(Member{Name: e.name}, &zipGap{br: z.br}, z.since())
		}
		return z.pass(e, e.packed)
	}
	if known {
		return z.sized(e)
	}
	return z.unsized(e)
}

// sized visits a member that says how long it is.
func (z *zipWalk) sized(e zipEntry) error {
	z.seen = append(z.seen, e.zipPlace)
	packed := &exactly{z.br, e.packed}
	r, done, err := z.unpacker(e.method, packed)
	switch {
	case errors.Is(err, ErrBudget):
		return err
	case err != nil:
		z.note(z.failed(err))
	default:
		sum := &crcReader{r: r}
		mt := z.since()
		damage, err := z.member(Member{Name: e.name}, sum, mt)
		done()
		if err != nil {
			return err
		}
		z.judge(damage, packed.n, e.flags&zipSizesLater != 0 || sum.sum == e.crc)
	}
	return z.pass(e, packed.n)
}

// pass steps over what is left of a member, and over its descriptor: it may have one though its sizes were known.
func (z *zipWalk) pass(e zipEntry, left int64) error {
	if err := z.skip(left); err != nil {
		return err
	}
	if sig, err := z.br.Peek(4); err == nil && e.flags&zipSizesLater != 0 && string(sig) == zipDescriptor {
		_, err := z.descriptor(e.wide, e.packed)
		return err
	}
	return nil
}

// judge notes what is wrong with a member that was visited.
func (z *zipWalk) judge(damage error, left int64, sumRight bool) {
	switch {
	case damage != nil:
		z.note(damage)
	case left > 0:
		z.note(damaged(Zip, "a member is longer than what it holds"))
	case !sumRight:
		z.note(damaged(Zip, "a member has a wrong checksum"))
	}
}

// unsized visits a member whose sizes stand after it.
func (z *zipWalk) unsized(e zipEntry) error {
	var r io.Reader
	switch e.method {
	case zipStored:
		r = &zipUntilDescriptor{br: z.br}
	case zipDeflated:
		r = z.deflated(z.br)
	default:
		return damaged(Zip, "a member does not say where it ends")
	}
	sum, start := &crcReader{r: r}, z.at()
	damage, err := z.member(Member{Name: e.name}, sum, z.since())
	if err == nil {
		err = damage
	}
	if err != nil {
		return err
	}
	e.packed = z.at() - start
	z.seen = append(z.seen, e.zipPlace)
	crc, err := z.descriptor(e.wide, e.packed)
	if err != nil {
		return err
	}
	z.judge(nil, 0, crc == sum.sum)
	return nil
}

// header reads what stands before a member.
func (z *zipWalk) header() (zipEntry, error) {
	const fixed, unknown = 30, math.MaxUint32
	e := zipEntry{zipPlace: zipPlace{at: z.at()}}
	var h [fixed]byte
	if _, err := io.ReadFull(z.br, h[:]); err != nil {
		return e, early(err)
	}
	e.flags, e.method = binary.LittleEndian.Uint16(h[6:]), binary.LittleEndian.Uint16(h[8:])
	e.crc, e.packed = binary.LittleEndian.Uint32(h[14:]), int64(binary.LittleEndian.Uint32(h[18:]))
	name := make([]byte, binary.LittleEndian.Uint16(h[26:]))
	extra := make([]byte, binary.LittleEndian.Uint16(h[28:]))
	if _, err := io.ReadFull(z.br, name); err != nil {
		return e, early(err)
	}
	if _, err := io.ReadFull(z.br, extra); err != nil {
		return e, early(err)
	}
	e.name = pathLabel(string(name))
	large := zip64(extra)
	e.wide = large != nil
	if e.packed == unknown && len(large) >= 16 {
		e.packed = int64(min(binary.LittleEndian.Uint64(large[8:]), math.MaxInt64))
	}
	return e, nil
}

// zip64 is the extra field that holds what does not fit in 4 bytes; nil if there is none.
func zip64(extra []byte) []byte {
	const id = 1
	for len(extra) >= 4 {
		n := int(binary.LittleEndian.Uint16(extra[2:]))
		if n > len(extra)-4 {
			return nil
		}
		if binary.LittleEndian.Uint16(extra) == id {
			return extra[4 : 4+n]
		}
		extra = extra[4+n:]
	}
	return nil
}

// unpacker undoes how a member of a known length is packed.
func (z *zipWalk) unpacker(method uint16, r io.Reader) (io.Reader, func(), error) {
	done := func() {}
	switch method {
	case zipStored:
		return r, done, nil
	case zipDeflated:
		return z.deflated(r), done, nil
	case zipBzip2:
		return decoder(Bzip2, r, z.b)
	case zipZstd:
		return decoder(Zstd, r, z.b)
	}
	return nil, nil, fmt.Errorf("a member is packed by method %d", method)
}

// deflated uses one decoder for all members.
func (z *zipWalk) deflated(r io.Reader) io.Reader {
	if z.inflate == nil {
		z.inflate = flate.NewReader(r)
	} else if err := z.inflate.(flate.Resetter).Reset(r, nil); err != nil {
		// Reset has nothing to fail at; a new one serves as well.
		z.inflate = flate.NewReader(r)
	}
	return z.inflate
}

// descriptor reads what stands after a member that did not say how long it is: its checksum and two sizes, of 4 or 8
// bytes, with or without a signature. The size that is known already tells which.
func (z *zipWalk) descriptor(wide bool, packed int64) (crc uint32, err error) {
	h, err := z.br.Peek(24)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, z.failed(err)
	}
	skip := 0
	if bytes.HasPrefix(h, []byte(zipDescriptor)) {
		skip, h = 4, h[4:]
	}
	switch {
	case len(h) >= 20 && binary.LittleEndian.Uint64(h[4:]) == uint64(packed) && (wide || binary.LittleEndian.Uint32(h[8:]) == 0 && packed > 0):
		skip += 20
	case len(h) >= 12 && binary.LittleEndian.Uint32(h[4:]) == uint32(packed):
		skip += 12
	default:
		return 0, damaged(Zip, "a member does not end where it says")
	}
	crc = binary.LittleEndian.Uint32(h)
	return crc, z.skip(int64(skip))
}
