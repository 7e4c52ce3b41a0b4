package apply

import (
	"hash/maphash"
	"reflect"
	"sync"
)

const (
	// mostKept is how many values a generation of a pool has: those of some 1,600 sites, each of which brings four or five of its own.
	mostKept = 8192
	// mostBytes is how many bytes they have together, and heaviest how many one has. What was deleted may be there for long, so
	// that whoever makes and deletes large objects must not fill the memory with them.
	mostBytes, heaviest = 8 << 20, 8 << 10
)

// pool keeps values that may come again, and forgets what did not come for long: it has two generations, and when the young
// one is full, the old one goes. Whoever has a value that was forgotten keeps it; the next that is equal is another one.
type pool struct {
	seed       maphash.Seed
	lock       sync.Mutex
	young, old map[place]reflect.Value
	// bytes of what is young.
	bytes int
}

// place is where a pool has a value. Two values may have the same.
type place struct {
	of   reflect.Type
	hash uint64
	// bytes of the value.
	bytes int
}

func newPool() *pool {
	return &pool{seed: maphash.MakeSeed(), young: map[place]reflect.Value{}}
}

// placeOf is where a value is kept; false, it is too large.
func (p *pool) placeOf(v reflect.Value) (place, bool) {
	h := hasher{seed: p.seed}
	at := place{of: v.Type(), hash: h.hash(v)}
	at.bytes = h.bytes
	return at, at.bytes <= heaviest
}

// find is the value that equals v.
func (p *pool) find(at place, v reflect.Value) (reflect.Value, bool) {
	known, ok := p.get(at)
	if !ok || !reflect.DeepEqual(known.Interface(), v.Interface()) {
		return reflect.Value{}, false
	}
	return known, true
}

// keep lets v be found. It takes a copy of the slice, map or pointer itself, for where v is changes with its object.
func (p *pool) keep(at place, v reflect.Value) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.put(at, reflect.ValueOf(v.Interface()))
}

// get is what is at a place; what is asked for stays for another generation.
func (p *pool) get(at place) (reflect.Value, bool) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if v, ok := p.young[at]; ok {
		return v, true
	}
	v, ok := p.old[at]
	if ok {
		p.put(at, v)
	}
	return v, ok
}

func (p *pool) put(at place, v reflect.Value) {
	if len(p.young) >= mostKept || p.bytes+at.bytes > mostBytes {
		p.young, p.old, p.bytes = map[place]reflect.Value{}, p.young, 0
	}
	p.young[at] = v
	p.bytes += at.bytes
}

// hasher hashes values, equal ones alike, and adds up what they hold.
type hasher struct {
	seed  maphash.Seed
	bytes int
}

func (s *hasher) hash(v reflect.Value) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	s.write(&h, v)
	return h.Sum64()
}

func (s *hasher) write(h *maphash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		s.bytes += v.Len()
		maphash.WriteComparable(h, v.String())
	case reflect.Bool:
		maphash.WriteComparable(h, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		maphash.WriteComparable(h, v.Int())
	case reflect.Pointer, reflect.Interface:
		maphash.WriteComparable(h, v.IsNil())
		if !v.IsNil() {
			s.bytes += int(v.Elem().Type().Size())
			s.write(h, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			s.write(h, v.Field(i))
		}
	case reflect.Slice:
		s.bytes += v.Len() * int(v.Type().Elem().Size())
		maphash.WriteComparable(h, v.Len())
		for i := range v.Len() {
			s.write(h, v.Index(i))
		}
	case reflect.Map:
		s.bytes += v.Len() * int(v.Type().Key().Size()+v.Type().Elem().Size())
		var sum uint64 // in any order
		for entry := v.MapRange(); entry.Next(); {
			sum += s.hash(entry.Key()) ^ 3*s.hash(entry.Value())
		}
		maphash.WriteComparable(h, sum)
	default: // others are rare, and whoever finds a value compares it
	}
}
