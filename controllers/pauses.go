package controllers

import (
	"hash/fnv"
	"sync"
	"time"
)

// pauses are how long to wait before something is asked again, longer each time. They are kept in memory only: after a
// restart everything is asked early once.
type pauses struct {
	mu    sync.Mutex
	last  map[string]time.Duration
	count map[string]int
}

func newPauses() *pauses {
	return &pauses{last: map[string]time.Duration{}, count: map[string]int{}}
}

// next is the first pause, and each time twice the one before, up to the longest.
func (p *pauses) next(key string, shortest, longest time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	pause := min(max(shortest, 2*p.last[key]), longest)
	p.last[key] = pause
	p.count[key]++
	return pause
}

// forget begins anew.
func (p *pauses) forget(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.last, key)
	delete(p.count, key)
}

// times is how many pauses there were.
func (p *pauses) times(key string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count[key]
}

// spread is a time below most that is always the same for a key, so that what is due for many is not due at once.
func spread(key string, most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(key)) // a hash never returns an error
	return time.Duration(hash.Sum64() % uint64(most))
}
