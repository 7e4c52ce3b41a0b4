package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/mounted"
	"github.com/hustings/hustings/internal/scan/service"
)

// TestWhatIsMountedIsLoggedWithoutIt: neither a key nor what stands around it leaves the scanner, by its answer or its log.
func TestWhatIsMountedIsLoggedWithoutIt(t *testing.T) {
	var log bytes.Buffer
	w := newWorker(options{}, []byte(strings.Repeat("k", 32)), nil, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	got := w.lookAtMounted(t.Context(), service.PagesRequest{Namespace: "alice", Site: "vote", Mounted: []mounted.ConfigMap{
		{Name: "site-config", Files: []mounted.File{
			{Key: "settings.js", Data: []byte("stripe = '" + madeUpKey() + "' // for the bank")},
			{Key: madeUpKey() + ".zip", Data: []byte("PK\x03\x04" + madeUpKey())},
		}},
	}})
	if got.Verdict != scan.Leaking || got.Failures != 1 || len(got.Gaps) == 0 {
		t.Errorf("%s with %d findings and %d gaps", got.Verdict, got.Failures, len(got.Gaps))
	}
	for _, secret := range []string{madeUpKey(), "the bank"} {
		if strings.Contains(fmt.Sprintf("%+v", got), secret) || strings.Contains(log.String(), secret) {
			t.Error("what is mounted is told")
		}
	}
	if !strings.Contains(log.String(), `"site":"vote"`) {
		t.Errorf("the log says nothing of the look: %s", log.String())
	}
}
