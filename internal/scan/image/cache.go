package image

import (
	"container/list"
	"slices"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/leak"
)

// LayerCache remembers what was found in configs and layers that were looked at wholly, so that a layer that images share
// is fetched once. It forgets what was not asked for the longest. It is safe for concurrent use, and made for one Scanner:
// fingerprints are the Scanner's.
type LayerCache struct {
	mostEntries int
	mostBytes   int64

	mu      sync.Mutex
	bytes   int64
	entries map[layerKey]*list.Element
	// order has the one that was asked for last in front.
	order *list.List
}

// NewLayerCache remembers so many layers, and so many bytes of findings.
func NewLayerCache(entries int, bytes int64) *LayerCache {
	return &LayerCache{mostEntries: entries, mostBytes: bytes, entries: map[layerKey]*list.Element{}, order: list.New()}
}

// layerKey is what a result depends on.
type layerKey struct {
	digest  v1.Hash
	ruleset string
	limits  leak.Limits
	config  bool
}

// layerEntry is what is known of a layer.
type layerEntry struct {
	key layerKey
	// size as it is packed.
	size int64
	seen seen
	cost int64
}

// find what is known of a layer of this size; the nil cache knows nothing.
func (c *LayerCache) find(key layerKey, size int64) (seen, bool) {
	if c == nil {
		return seen{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return seen{}, false
	}
	entry := element.Value.(*layerEntry) // the list holds nothing else
	if entry.size != size {
		return seen{}, false
	}
	c.order.MoveToFront(element)
	return entry.seen.clone(), true
}

// keep what was seen.
func (c *LayerCache) keep(key layerKey, size int64, s seen) {
	if c == nil {
		return
	}
	entry := &layerEntry{key: key, size: size, seen: s.clone(), cost: s.cost()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.entries[key]; ok {
		c.drop(old)
	}
	c.entries[key] = c.order.PushFront(entry)
	c.bytes += entry.cost
	for c.order.Len() > 0 && (c.order.Len() > c.mostEntries || c.bytes > c.mostBytes) {
		c.drop(c.order.Back())
	}
}

func (c *LayerCache) drop(element *list.Element) {
	entry := c.order.Remove(element).(*layerEntry) // the list holds nothing else
	delete(c.entries, entry.key)
	c.bytes -= entry.cost
}

// seen is what was seen of one config or layer.
type seen struct {
	result leak.Result
	// bytes and files that count against the image's limits.
	bytes int64
	files int
	// cut: a limit ended the look at it.
	cut bool
	// limit says which of the image's limits that was, if it was one of those.
	limit string
}

func (s seen) clone() seen {
	s.result.Findings = slices.Clone(s.result.Findings)
	s.result.Gaps = slices.Clone(s.result.Gaps)
	return s
}

// cost is about how much memory it takes.
func (s seen) cost() int64 {
	const fixed = 256
	n := fixed
	for _, f := range s.result.Findings {
		n += fixed + len(f.Place.File) + len(f.Excerpt) + len(f.Fingerprint) + len(f.Rule) + length(f.Place.Decoders)
	}
	for _, g := range s.result.Gaps {
		n += fixed + len(g.Place.File) + len(g.Why) + length(g.Place.Decoders)
	}
	return int64(n)
}

func length(texts []string) int {
	const header = 16
	n := 0
	for _, t := range texts {
		n += header + len(t)
	}
	return n
}
