package compliance

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// Evaluate runs every control of the catalogue on in, in the catalogue's order. The objects are read once for all.
func Evaluate(in Input) []Verdict {
	controls := Catalogue()
	if in.Contents == nil {
		in.Contents = &object.Contents{}
	}
	in.read = newView(in.Objects, in.Contents)
	verdicts := make([]Verdict, 0, len(controls))
	for _, control := range controls {
		v := Verdict{Control: control, Outcome: control.Check(in)}
		finish(in, control.ID, v.Findings)
		switch v.Result {
		case hustingsv1alpha1.ResultFail:
			if waiver := waiverOf(in, control.ID); waiver != "" {
				v.Result, v.Waiver = hustingsv1alpha1.ResultWaived, waiver
			}
		case hustingsv1alpha1.ResultUnknown:
			v.Accepted = slices.Contains(in.Facts.Class.Spec.Accept, control.ID)
		case hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultNotApplicable, hustingsv1alpha1.ResultError,
			hustingsv1alpha1.ResultWaived:
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// finish orders findings by object, keeping a check's own order within one, and turns what a check left in Fingerprint
// into the fingerprint.
func finish(in Input, id hustingsv1alpha1.ControlID, findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int { return a.Object.Compare(b.Object) })
	for i := range findings {
		findings[i].Fingerprint = fingerprint(in, id, findings[i])
	}
}

// fingerprint identifies a finding by its control, place and discriminator. The parts are separated by a byte that none
// of them holds, so that no two lists of parts are spelled alike. Messages are left out: rewording one must not make
// every known finding a new one.
func fingerprint(in Input, id hustingsv1alpha1.ControlID, f Finding) string {
	at := f.Object
	if at == (object.Ref{}) {
		at = object.Ref{Kind: "CampaignSite", Namespace: in.Site.Namespace, Name: in.Site.Name}
	}
	hash := sha256.New()
	for _, part := range []string{string(id), at.Kind, at.Namespace, at.Name, f.Path, f.Fingerprint} {
		// A hash never returns an error.
		_, _ = io.WriteString(hash, part)
		_, _ = hash.Write([]byte{0})
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// waiverOf names the waiver that covers a failure of the site; the first by name, where several do. Where the time is
// not known, none does: an expired waiver would be taken for a valid one.
func waiverOf(in Input, id hustingsv1alpha1.ControlID) string {
	if in.Facts.Now.IsZero() {
		return ""
	}
	covering := ""
	for i := range in.Facts.Waivers {
		w := &in.Facts.Waivers[i]
		if w.Spec.Control != id || !w.Spec.Expires.After(in.Facts.Now) || !names(w, in.Site) {
			continue
		}
		if covering == "" || w.Name < covering {
			covering = w.Name
		}
	}
	return covering
}

// names says whether a waiver lists a site.
func names(w *hustingsv1alpha1.Waiver, site *hustingsv1alpha1.CampaignSite) bool {
	return slices.Contains(w.Spec.Sites, hustingsv1alpha1.SiteRef{
		Namespace: site.Namespace, Name: hustingsv1alpha1.ObjectName(site.Name),
	})
}
