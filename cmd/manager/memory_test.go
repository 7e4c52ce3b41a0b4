package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/onsi/gomega"
)

func TestMemoryIsGivenBackOnlyInQuietAndWhereThereIsSome(t *testing.T) {
	before := heap{collections: 7, idle: 3 * leastIdle}
	for name, test := range map[string]struct {
		now  heap
		want bool
	}{
		"nothing was collected":             {heap{collections: 7, idle: leastIdle}, true},
		"there is hardly any":               {heap{collections: 7, idle: leastIdle - 1}, false},
		"something was collected meanwhile": {heap{collections: 8, idle: 3 * leastIdle}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.now.isQuietSince(before); got != test.want {
				t.Errorf("is quiet: %t, want %t", got, test.want)
			}
		})
	}
}

func TestMemoryOfABurstIsGivenBack(t *testing.T) {
	percent := debug.SetGCPercent(-1) // so that all of the burst is there when it is over
	burst := make([][]byte, 64)
	for i := range burst {
		burst[i] = make([]byte, 1<<20)
	}
	runtime.KeepAlive(burst)
	debug.SetGCPercent(percent)
	before := heapNow()
	if before.idle < leastIdle {
		t.Fatalf("only %d bytes are idle", before.idle)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- memory{period: 10 * time.Millisecond}.Start(ctx) }()
	gomega.NewWithT(t).Eventually(func() uint64 { return heapNow().idle }).Should(gomega.BeNumerically("<", leastIdle))
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
