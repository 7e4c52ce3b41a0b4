package pages

import (
	"fmt"
	"time"

	"github.com/hustings/hustings/internal/leak"
)

// Budget bounds a look. Sizes are in bytes, after decoding.
type Budget struct {
	// URLs that are looked at; the entry pages' variants and the list of paths that must not be served are on top.
	URLs int
	// Depth is how many links a page may be away from an entry page. What a page needs may be a little deeper.
	Depth int
	// Body is how much is looked at of one answer, and Bytes of all together.
	Body, Bytes int64
	// Wall is how long a look may take, and Request the wait for an answer, and then for its body.
	Wall, Request time.Duration
	// Rate is how many requests a second each address gets, and InFlight how many at the same time.
	Rate, InFlight int
	// Redirects in a row.
	Redirects int
	// Queries is how many URLs may differ in their query only, and Alike how many paths may differ in their numbers only.
	Queries, Alike int
	// Addresses that are asked.
	Addresses int
}

// DefaultBudget is that of a site of a few hundred pages.
func DefaultBudget() Budget {
	return Budget{
		URLs: 500, Depth: 5, Body: 10 << 20, Bytes: 64 << 20, Wall: time.Minute, Request: 10 * time.Second,
		Rate: 10, InFlight: 4, Redirects: 5, Queries: 20, Alike: 100, Addresses: 3,
	}
}

// withDefaults fills in what was left out.
func (b Budget) withDefaults() Budget {
	d := DefaultBudget()
	orDefault(&b.URLs, d.URLs)
	orDefault(&b.Depth, d.Depth)
	orDefault(&b.Body, d.Body)
	orDefault(&b.Bytes, d.Bytes)
	orDefault(&b.Wall, d.Wall)
	orDefault(&b.Request, d.Request)
	orDefault(&b.Rate, d.Rate)
	orDefault(&b.InFlight, d.InFlight)
	orDefault(&b.Redirects, d.Redirects)
	orDefault(&b.Queries, d.Queries)
	orDefault(&b.Alike, d.Alike)
	orDefault(&b.Addresses, d.Addresses)
	return b
}

func orDefault[T int | int64 | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// limits of the engine: what pages hold in archives and encodings comes on top of their bytes.
func limits(b Budget) leak.Limits {
	l := leak.DefaultLimits()
	l.Bytes, l.Files = 4*b.Bytes, 50_000
	return l
}

// overtime is the cause of a context that took longer than it may.
type overtime time.Duration

// Error says how long that is.
func (o overtime) Error() string {
	return fmt.Sprintf("more than %.6g s", time.Duration(o).Seconds())
}

// size as people read it.
func size(n int64) string {
	for _, unit := range []struct {
		bits int
		name string
	}{{30, "GiB"}, {20, "MiB"}, {10, "KiB"}} {
		if n >= 1<<unit.bits && n%(1<<unit.bits) == 0 {
			return fmt.Sprintf("%d %s", n>>unit.bits, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
