package compliance

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
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
	required := in.Facts.Class.Spec.Images.RequireDigest == nil || *in.Facts.Class.Spec.Images.RequireDigest
	out := in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		for _, c := range containers(&d.obj.Spec.Template.Spec) {
			// The spec's own lack of a digest is one finding, below; only another image is a second one.
			if c.Image != in.Site.Spec.Image {
				findings = append(findings, found(d.ref, c.path+".image", "container %s does not run spec.image", c.Name))
			}
		}
		return findings
	})
	if out.Result == hustingsv1alpha1.ResultError {
		return out
	}
	if required && !pinned(in.Site.Spec.Image) {
		out.Findings = append(out.Findings, asked("spec.image", "the image is not pinned by digest: what its tag means can change at any time"))
	}
	out = judged(out.Findings)
	if !required && out.Result == hustingsv1alpha1.ResultPass {
		out.Message = "the class does not require a digest"
	}
	return out
}

// pinned says whether an image ends with a whole sha256 digest.
func pinned(image string) bool {
	_, digest, _ := strings.Cut(image, "@sha256:")
	return len(digest) == 64 && strings.Trim(digest, "0123456789abcdef") == ""
}
