package compliance

import (
	"net/netip"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func imageRegistryAllowedControl() Control {
	return Control{
		ID: "image.registry-allowed", Group: GroupImage, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "The image comes from a registry that the class allows",
		Remediation: "Push the image to a registry of the class's spec.images.registries and name it in spec.image, or ask the platform team to allow the registry.",
		Check:       imageRegistryAllowed,
	}
}

func imageRegistryAllowed(in Input) Outcome {
	registries := in.Facts.Class.Spec.Images.Registries
	out := in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		for _, c := range containers(&d.obj.Spec.Template.Spec) {
			if why := RefuseImage(c.Image, registries); why != "" && c.Image != in.Facts.Image.Pin(in.Site.Spec.Image) {
				findings = append(findings, found(d.ref, c.path+".image", "%s", why))
			}
		}
		return findings
	})
	if out.Result == hustingsv1alpha1.ResultError {
		return out
	}
	if why := RefuseImage(in.Site.Spec.Image, registries); why != "" {
		out.Findings = append(out.Findings, asked("spec.image", "%s", why))
	}
	return judged(out.Findings)
}

// RefuseImage says why an image may not run where only those registries are allowed; empty, it may. What may not run is
// not asked for either: a registry that somebody made up is no place to connect to.
func RefuseImage(image string, registries []string) string {
	registry, _, named := strings.Cut(image, "/")
	if !named || !strings.ContainsAny(registry, ".:") {
		return "the image names no registry: which one is meant depends on the node"
	}
	if strings.Contains(registry, "@") {
		return "the image's registry holds credentials"
	}
	host := registry
	if i := strings.LastIndexByte(registry, ':'); i >= 0 && !strings.HasSuffix(registry, "]") {
		host = registry[:i]
	}
	if isPrivateName(host) {
		return "the image's registry is the node itself, an address or a name inside the cluster: what is there is not under the platform team's control"
	}
	if !slices.ContainsFunc(registries, func(allowed string) bool { return under(image, allowed) }) {
		const most = 5
		return "the class does not allow the image's registry or folder; it allows " + strings.Join(registries[:min(most, len(registries))], ", ")
	}
	return ""
}

// isPrivateName says whether a registry's host is an IP literal, the node itself or a name that only a cluster knows.
func isPrivateName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	if !strings.Contains(host, ".") {
		return true
	}
	return slices.ContainsFunc([]string{".localhost", ".local", ".svc", ".internal"}, func(s string) bool { return strings.HasSuffix(host, s) })
}

// under says whether an image is in a registry or a folder of one; "r.org/team" is not the folder of "r.org/teammate".
func under(image, folder string) bool {
	rest, ok := strings.CutPrefix(image, folder)
	if !ok || folder == "" || slices.Contains(strings.Split(rest, "/"), "..") {
		return false
	}
	switch {
	case strings.HasPrefix(rest, "/"), strings.HasPrefix(rest, "@"):
		return true
	default:
		// A colon is a tag only after a repository: after a bare host it is another port of it.
		return strings.HasPrefix(rest, ":") && strings.Contains(folder, "/")
	}
}
