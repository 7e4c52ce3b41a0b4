package unpack

import (
	"cmp"
	"encoding/binary"
	"io"
	"math"
	"slices"
)

// directory reads one entry of a directory.
func (z *zipWalk) directory() error {
	const fixed = 46
	var h [fixed]byte
	if _, err := io.ReadFull(z.br, h[:]); err != nil {
		return z.failed(early(err))
	}
	lengths := [3]int{}
	for i := range lengths {
		lengths[i] = int(binary.LittleEndian.Uint16(h[28+2*i:]))
	}
	if err := z.skip(int64(lengths[0])); err != nil {
		return err
	}
	extra := make([]byte, lengths[1])
	if _, err := io.ReadFull(z.br, extra); err != nil {
		return z.failed(early(err))
	}
	place := zipPlace{
		method: binary.LittleEndian.Uint16(h[10:]),
		packed: int64(binary.LittleEndian.Uint32(h[20:])),
		at:     int64(binary.LittleEndian.Uint32(h[42:])),
	}
	unpacked := binary.LittleEndian.Uint32(h[24:])
	place.widen(zip64(extra), unpacked)
	if len(z.listed) <= len(z.seen) {
		// One more than was seen is enough to know that something is wrong.
		z.listed = append(z.listed, place)
	}
	return z.skip(int64(lengths[2]))
}

// widen takes from the extra field what did not fit; it holds only that, in this order.
func (p *zipPlace) widen(large []byte, unpacked uint32) {
	next := func() int64 {
		if len(large) < 8 {
			return -1
		}
		n := binary.LittleEndian.Uint64(large)
		large = large[8:]
		return int64(min(n, math.MaxInt64))
	}
	if unpacked == math.MaxUint32 {
		next()
	}
	if p.packed == math.MaxUint32 {
		p.packed = next()
	}
	if p.at == math.MaxUint32 {
		p.at = next()
	}
}

// end reads the record that ends a zip, and compares its directory with what was seen.
func (z *zipWalk) end() error {
	const fixed = 22
	var h [fixed]byte
	if _, err := io.ReadFull(z.br, h[:]); err != nil {
		return z.failed(early(err))
	}
	base := int64(0)
	if at := binary.LittleEndian.Uint32(h[16:]); at != math.MaxUint32 && z.directoryAt >= 0 {
		// Another zip before this one moved it.
		base = z.directoryAt - int64(at)
	}
	for _, p := range z.listed {
		if p.at += base; !z.saw(p) {
			z.note(damaged(Zip, "its directory names a member that is not there, or twice"))
		}
	}
	z.listed, z.directoryAt, z.ended = nil, -1, true
	return z.skip(int64(binary.LittleEndian.Uint16(h[20:])))
}

// saw finds a member among those seen, which are in the order of their places, and strikes it off: what is named twice is
// there once.
func (z *zipWalk) saw(p zipPlace) bool {
	i, found := slices.BinarySearchFunc(z.seen, p, func(a, b zipPlace) int { return cmp.Compare(a.at, b.at) })
	if !found || z.seen[i] != p {
		return false
	}
	z.seen[i].packed = -1
	return true
}
