package controllers

import (
	"strings"
	"testing"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// TestNoEventIsTooLong: the API server counts bytes, and refuses what has more of them.
func TestNoEventIsTooLong(t *testing.T) {
	for _, message := range []string{strings.Repeat("a", 2000), strings.Repeat("ä", 600), strings.Repeat("€", 1023), "short"} {
		recorder := events.NewFakeRecorder(1)
		r := &CampaignSiteReconciler{Recorder: recorder}
		r.record(&hustingsv1alpha1.CampaignSite{}, nil, corev1.EventTypeWarning, "Why", actionReconcile, message)
		note := strings.TrimPrefix(<-recorder.Events, "Warning Why ")
		if len(note) > 1024 || !utf8.ValidString(note) || !strings.HasPrefix(message, strings.TrimSuffix(note, ellipsis)) {
			t.Errorf("%d bytes: %.20s…%s", len(note), note, note[max(0, len(note)-10):])
		}
	}
}
