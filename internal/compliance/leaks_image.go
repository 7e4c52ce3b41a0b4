package compliance

import (
	appsv1 "k8s.io/api/apps/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func leaksImageControl() Control {
	return Control{
		ID: "leaks.image", Group: GroupLeaks, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "No layer of the image and nothing in its configuration holds a secret",
		Remediation: "Build the image without the secret, in every layer: what a later layer deletes is still there. Then replace the secret where it was issued. `hustings scan image` finds the same on a laptop; the platform team has all of it in `kubectl get imagescans`.",
		Check:       leaksImage,
	}
}

// leaksImage asks for a clean verdict on the very digest that runs, or is to run.
func leaksImage(in Input) Outcome {
	if in.Facts.Offline() {
		return Outcome{Result: hustingsv1alpha1.ResultNotApplicable, Message: "only a cluster can show it: images are scanned there before they run"}
	}
	v := in.objects()
	if out, bad := v.unreadable(kindDeployment); bad {
		return out
	}
	if in.isUnplanned() {
		out := Outcome{Result: hustingsv1alpha1.ResultNotApplicable, Message: "the verdict is about the image of the plan that is refused, and what runs is another"}
		return out.plus(unscanned(facts.DigestOf(in.Site.Status.Image.Running), v.deployments)...)
	}
	image := in.Facts.Image
	var out Outcome
	switch {
	case image.NoScanner && (image.Digest == "" || image.Scan.Verdict == ""):
		out = Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "nothing scans images here: the operator runs without a scanner"}
	case image.Digest == "":
		out = Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "which digest the image's tag means is not known, so that nothing was scanned"}
	case image.Scan.Verdict == "":
		out = Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "the image is being scanned; where this lasts, `kubectl get imagescans` and the operator's log say why"}
	default:
		out = scanned(in, image.Scan, "spec.image")
	}
	if image.Scan.Outdated && out.Result == hustingsv1alpha1.ResultPass && out.Message == "" {
		out.Message = "by the rules of an earlier version; it is scanned anew"
	}
	return out.plus(unscanned(image.Digest, v.deployments)...)
}

// unscanned are the containers of another image than the one that was let in.
func unscanned(digest string, deployments []child[*appsv1.Deployment]) []Finding {
	if digest == "" {
		return nil // there is no verdict that could be taken for theirs
	}
	var findings []Finding
	for _, d := range deployments {
		for _, c := range containers(&d.obj.Spec.Template.Spec) {
			if facts.DigestOf(c.Image) != digest {
				findings = append(findings, found(d.ref, c.path+".image", "container %s runs an image that the verdict is not about", c.Name))
			}
		}
	}
	return findings
}
