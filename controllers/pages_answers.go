package controllers

import (
	"context"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/event"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/scan"
)

// maxPageFindings are listed of one verdict in a site's status.
const maxPageFindings = 16

// Answers hold what was last seen of sites' pages and of what they mount, until the sites' status says it: that is where a
// restart finds it.
type Answers struct {
	mu   sync.Mutex
	last map[types.UID]hustingsv1alpha1.LeakStatus
	// changed tells a site that there is something new of it.
	changed chan event.GenericEvent
}

// NewAnswers makes an empty one.
func NewAnswers() *Answers {
	return &Answers{last: map[types.UID]hustingsv1alpha1.LeakStatus{}, changed: make(chan event.GenericEvent, 64)}
}

// of is what was last seen of a site.
func (a *Answers) of(site *hustingsv1alpha1.CampaignSite) hustingsv1alpha1.LeakStatus {
	a.mu.Lock()
	defer a.mu.Unlock()
	if last, known := a.last[site.UID]; known {
		return *last.DeepCopy()
	}
	return *site.Status.Leaks.DeepCopy()
}

// put remembers what was seen of a site, and tells the site if that is new.
func (a *Answers) put(ctx context.Context, site *hustingsv1alpha1.CampaignSite, seen hustingsv1alpha1.LeakStatus) {
	if equality.Semantic.DeepEqual(a.of(site), seen) {
		return
	}
	a.mu.Lock()
	a.last[site.UID] = seen
	a.mu.Unlock()
	select {
	case a.changed <- event.GenericEvent{Object: site}:
	case <-ctx.Done():
	}
}

// forget drops what is known of a site that is gone.
func (a *Answers) forget(uid types.UID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.last, uid)
}

// pagesFact is one verdict as a fact.
func pagesFact(v hustingsv1alpha1.PagesVerdict) facts.Scan {
	return facts.Scan{Verdict: v.Verdict, Message: v.Message, Findings: v.Findings, Total: v.FindingsTotal}
}

// mergePages is what a new look makes of what was known.
//
//   - A leak stands until a look that saw everything finds none, or that saw all of the one place that it was in: a site that
//     answers half of the time is not clean, and one that is too large for a look is never seen as a whole.
//   - A look that could not be made says nothing about a rollout that was looked at before.
//   - What is the same secret in the same file is the same finding, though the page has grown by a line, and the reason
//     of a look that was not complete may be worded anew: neither is worth a write.
func mergePages(known hustingsv1alpha1.PagesVerdict, isSameRollout bool, result scan.Result) hustingsv1alpha1.PagesVerdict {
	return merge(known, isSameRollout, result, result.Saw)
}

// merge is mergePages, where saw says whether all was seen of the file of a finding.
func merge(known hustingsv1alpha1.PagesVerdict, isSameRollout bool, result scan.Result, saw func(string) bool) hustingsv1alpha1.PagesVerdict {
	seen := hustingsv1alpha1.PagesVerdict{Verdict: verdictOf(result.Verdict), Message: bounded(result.Message, maxFinding)}
	switch seen.Verdict {
	case hustingsv1alpha1.VerdictLeaking:
		seen.Findings, seen.FindingsTotal = leakRows(result.Result, maxPageFindings)
		if len(result.Gaps) > 0 {
			seen = withStanding(seen, known, saw)
		}
	case hustingsv1alpha1.VerdictClean:
		seen.Message = ""
	case hustingsv1alpha1.VerdictIncomplete:
		left := standing(known, saw)
		if known.Verdict == hustingsv1alpha1.VerdictLeaking && (left.FindingsTotal > 0 || len(known.Findings) == 0) {
			return left
		}
	case hustingsv1alpha1.VerdictError:
		if known.Verdict == hustingsv1alpha1.VerdictLeaking || isSameRollout && known.Verdict != "" {
			return known
		}
	}
	if isSameAnswer(known, seen) {
		return known
	}
	return seen
}

// standing is what is left of what was known after a look that did not see all: a leak whose only place was seen wholly is
// gone, for the look has not found it.
func standing(known hustingsv1alpha1.PagesVerdict, saw func(string) bool) hustingsv1alpha1.PagesVerdict {
	left := known
	left.Findings = nil
	for _, f := range known.Findings {
		if f.Places <= 1 && saw(f.File) {
			left.FindingsTotal--
			continue
		}
		left.Findings = append(left.Findings, f)
	}
	left.FindingsTotal = max(left.FindingsTotal, int32(len(left.Findings)))
	return left
}

// withStanding adds to what was seen the leaks that were known, are in places that were not, and are no others.
func withStanding(seen, known hustingsv1alpha1.PagesVerdict, saw func(string) bool) hustingsv1alpha1.PagesVerdict {
	for _, f := range standing(known, saw).Findings {
		isSeen := slices.ContainsFunc(seen.Findings, func(s hustingsv1alpha1.LeakFinding) bool {
			return s.Rule == f.Rule && s.Fingerprint == f.Fingerprint
		})
		if isSeen {
			continue
		}
		seen.FindingsTotal += max(1, f.Places)
		if len(seen.Findings) < maxPageFindings {
			seen.Findings = append(seen.Findings, f)
		}
	}
	return seen
}

// isSameAnswer says whether two verdicts find the same: what an allowance makes of them depends on every number here.
func isSameAnswer(known, seen hustingsv1alpha1.PagesVerdict) bool {
	return known.Verdict == seen.Verdict && known.FindingsTotal == seen.FindingsTotal && (known.Message == "") == (seen.Message == "") &&
		slices.EqualFunc(known.Findings, seen.Findings, func(a, b hustingsv1alpha1.LeakFinding) bool {
			return a.Rule == b.Rule && a.File == b.File && a.Fingerprint == b.Fingerprint && a.Places == b.Places
		})
}
