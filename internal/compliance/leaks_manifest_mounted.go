package compliance

import (
	"fmt"
	"strings"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// withMounted is the outcome of what was found in the site and its objects, and of what the last look at the ConfigMaps saw
// that it mounts. That look counts for what runs only: a plan that waited for it would wait for ConfigMaps that come with or
// after their site, and a site that is refused is not looked at.
func withMounted(in Input, findings []Finding) Outcome {
	if in.Phase != Live {
		return judged(findings)
	}
	out := mounted(in)
	if len(findings) == 0 {
		return out
	}
	return judged(append(findings, out.Findings...))
}

// mounted judges the last look at the ConfigMaps that a site mounts.
func mounted(in Input) Outcome {
	scan := in.Facts.Mounted
	switch {
	case scan.Verdict != "":
		return scannedAt(in, scan, "spec.files", func(f hustingsv1alpha1.LeakFinding) Finding { return mountedFinding(in.Site, f) })
	case len(in.Site.Spec.Files) == 0:
		return judged(nil)
	case in.Facts.Image.NoScanner:
		return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "nobody looks at the ConfigMaps of spec.files: the operator runs without a scanner"}
	}
	return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "nobody has looked yet at the ConfigMaps of spec.files; it is done with its pages, or soon where its pods do not come up"}
}

// mountedFinding says which key of which ConfigMap holds a secret. The file of a leak is the name and the key, with a slash
// between them; one that is cut or withheld names neither.
func mountedFinding(site *hustingsv1alpha1.CampaignSite, f hustingsv1alpha1.LeakFinding) Finding {
	for i, mount := range site.Spec.Files {
		key, is := strings.CutPrefix(f.File, string(mount.ConfigMapName)+"/")
		if !is {
			continue
		}
		f.File = key
		return Finding{
			Object: object.Ref{APIVersion: "v1", Kind: "ConfigMap", Namespace: site.Namespace, Name: string(mount.ConfigMapName)},
			Path:   "data[" + key + "]", Cause: fmt.Sprintf("spec.files[%d].configMapName", i),
			Message: fmt.Sprintf("ConfigMap/%s: %s", mount.ConfigMapName, describeLeak(f)),
		}
	}
	return Finding{Path: "spec.files", Cause: "spec.files", Message: describeLeak(f)}
}
