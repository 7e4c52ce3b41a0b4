package compliance

import (
	"fmt"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// judged is Fail where something was found, else Pass.
func judged(findings []Finding) Outcome {
	if len(findings) > 0 {
		return Outcome{Result: hustingsv1alpha1.ResultFail, Findings: findings}
	}
	return Outcome{Result: hustingsv1alpha1.ResultPass}
}

// plus adds findings to an outcome, which fails with any. An Error stays one: more was not looked at.
func (o Outcome) plus(findings ...Finding) Outcome {
	if o.Result == hustingsv1alpha1.ResultError || len(findings) == 0 {
		return o
	}
	return judged(append(o.Findings, findings...))
}

// unreadable is Error where an object of one of the kinds could not be read: what cannot be read cannot pass.
func (v *view) unreadable(kinds ...string) (Outcome, bool) {
	for _, kind := range kinds {
		if err := v.errs[kind]; err != nil {
			return Outcome{Result: hustingsv1alpha1.ResultError, Message: err.Error()}, true
		}
	}
	return Outcome{}, false
}

// found is one finding at a place of an object.
func found(at object.Ref, path, format string, args ...any) Finding {
	return Finding{Object: at, Path: path, Message: fmt.Sprintf(format, args...)}
}

// asked is one finding whose cause is a field of the CampaignSite, where it is also shown.
func asked(path, format string, args ...any) Finding {
	return Finding{Path: path, Cause: path, Message: fmt.Sprintf(format, args...)}
}

// missing is the finding of a kind that the site must have an object of.
func missing(kind string) Finding {
	return Finding{Message: "missing: the " + kind + " of the site", Fingerprint: kind}
}

// because adds the cause to a finding.
func (f Finding) because(cause string) Finding {
	f.Cause = cause
	return f
}

// apart adds what sets a finding apart from others at its place.
func (f Finding) apart(discriminator string) Finding {
	f.Fingerprint = discriminator
	return f
}
