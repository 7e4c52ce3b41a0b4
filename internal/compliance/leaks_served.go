package compliance

import (
	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func leaksServedControl() Control {
	return Control{
		ID: "leaks.served", Group: GroupLeaks, Severity: hustingsv1alpha1.SeverityCritical,
		Title:       "Nothing that the site serves holds a secret or a list of people",
		Remediation: "Take the secret out of the page, script or file that the finding names, roll that out, and replace the secret where it was issued: whoever visited the site may have it.",
		Check:       func(in Input) Outcome { return served(in, in.Facts.Served.Secrets) },
	}
}

// served judges what the last look at the site's pages saw.
func served(in Input, scan facts.Scan) Outcome {
	switch {
	case in.Facts.Offline():
		return Outcome{Result: hustingsv1alpha1.ResultNotApplicable, Message: "only a cluster can show it: the site is looked at there while it runs"}
	case scan.Verdict != "":
		return scanned(in, scan, "")
	case in.Facts.Image.NoScanner:
		return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "nobody looks at what the site serves: the operator runs without a scanner"}
	case in.Phase == Planned:
		return Outcome{Result: hustingsv1alpha1.ResultNotApplicable, Message: "nothing is served yet"}
	}
	return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "nobody has looked yet at what the site serves; it is done once its pods are there"}
}
