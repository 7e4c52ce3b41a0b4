package compliance

import (
	appsv1 "k8s.io/api/apps/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func imageDigestPinnedControl() Control {
	return Control{
		ID: "image.digest-pinned", Group: GroupImage, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "The image is pinned by digest, and that very image is the Deployment's",
		Remediation: "Pin spec.image by digest: registry/name@sha256:…; `crane digest IMAGE` prints it.",
		Check:       imageDigestPinned,
	}
}

func imageDigestPinned(in Input) Outcome {
	wanted, name := in.Facts.Image.Pin(in.Site.Spec.Image), "spec.image"
	if in.isUnplanned() {
		wanted, name = in.Site.Status.Image.Running, "the image that was let in"
	}
	required := in.Facts.Class.Spec.Images.RequireDigest == nil || *in.Facts.Class.Spec.Images.RequireDigest
	out := in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		for _, c := range containers(&d.obj.Spec.Template.Spec) {
			// The spec's own lack of a digest is one finding, below; only another image is a second one.
			if c.Image != wanted {
				findings = append(findings, found(d.ref, c.path+".image", "container %s does not run %s", c.Name, name))
			}
		}
		return findings
	})
	if out.Result == hustingsv1alpha1.ResultError {
		return out
	}
	if required && facts.DigestOf(in.Site.Spec.Image) == "" {
		out.Findings = append(out.Findings, asked("spec.image", "the image is not pinned by digest: what its tag means can change at any time"))
	}
	out = judged(out.Findings)
	if !required && out.Result == hustingsv1alpha1.ResultPass {
		out.Message = "the class does not require a digest; a tag is resolved once and pinned"
	}
	return out
}
