package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// quietFor is how long nothing must have been collected before memory is given back.
	quietFor = 10 * time.Second
	// leastIdle is how many bytes are worth it: to give back is to collect once, and to ask for them again later.
	leastIdle = 8 << 20
)

// memory gives back to the operating system what a burst of work has left, once there is quiet. The Go runtime keeps as much as
// a next burst would need (https://go.dev/doc/gc-guide), which is a good part of what the operator holds on a node that others
// share. It does so whether it leads or stands by: the caches are the same.
type memory struct {
	period time.Duration
}

// Start works until ctx ends.
func (m memory) Start(ctx context.Context) error {
	tick := time.NewTicker(m.period)
	defer tick.Stop()
	before := heapNow()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := heapNow()
		if now.isQuietSince(before) {
			debug.FreeOSMemory()
			now = heapNow()
		}
		before = now
	}
}

// NeedLeaderElection says that one that stands by does so as well.
func (memory) NeedLeaderElection() bool { return false }

// heap is what the runtime says of its heap.
type heap struct {
	// collections is how often it was collected, by itself or because somebody asked for it.
	collections uint64
	// idle are the bytes that are in no use and were not given back, and those that came since the last collection, which may
	// be of no use by now.
	idle uint64
}

func heapNow() heap {
	samples := []metrics.Sample{
		{Name: "/gc/cycles/total:gc-cycles"},
		{Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"}, // at the last collection
	}
	metrics.Read(samples)
	collections, free := samples[0].Value.Uint64(), samples[1].Value.Uint64()
	objects, live := samples[2].Value.Uint64(), samples[3].Value.Uint64()
	return heap{collections: collections, idle: free + objects - min(live, objects)}
}

// isQuietSince says whether nothing was collected since then, and there is something to give back.
func (h heap) isQuietSince(before heap) bool {
	return h.collections == before.collections && h.idle >= leastIdle
}
