package intent

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// Defaults of what neither the site nor its class says.
const (
	defaultReplicas  = 2
	defaultRunAsUser = 65532 // the "nonroot" user of distroless images
	defaultHealth    = "/"
	defaultCPU       = "100m"
	defaultMemory    = "128Mi"
)

// Resolve makes the Site of a spec. The errors name everything in the spec or the class that cannot be resolved, not
// only the first; the Site is zero where there are any.
//
// What the class forbids (a limit above its maxima, a host it does not grant) is not an error here: it is left out or
// lowered, and compliance says so. An error is what no class could make sense of.
func Resolve(site *hustingsv1alpha1.CampaignSite, snapshot facts.Snapshot) (Site, field.ErrorList) {
	class := snapshot.Class
	if class == nil {
		return Site{}, field.ErrorList{field.Required(field.NewPath("spec", "className"), "no SiteClass: nothing is allowed without a policy")}
	}
	spec := field.NewPath("spec")
	posture, ends := resolvePosture(site, class, snapshot.Now)

	s := Site{
		Namespace: site.Namespace, Name: site.Name, UID: site.UID,
		Class: class.Name, Posture: posture, PostureEnds: ends,
		Image: snapshot.Image.Pin(site.Spec.Image), Args: slices.Clone(site.Spec.Args),
		Port:          int32(site.Spec.Port),
		RunAsUser:     valueOr(site.Spec.RunAsUser, defaultRunAsUser),
		Replicas:      resolveReplicas(site.Spec.Replicas),
		Resources:     resolveResources(site.Spec.Resources),
		Health:        resolveHealth(site.Spec.Health),
		Env:           resolveEnv(site.Spec.Env),
		Files:         slices.Clone(site.Spec.Files),
		UserNamespace: class.Spec.Pods != nil && class.Spec.Pods.UserNamespaces == hustingsv1alpha1.UserNamespacesRequired,
	}
	slices.SortFunc(s.Files, func(a, b hustingsv1alpha1.FileMount) int { return cmpStrings(a.MountPath, b.MountPath) })

	var errs field.ErrorList
	var more field.ErrorList
	s.WritablePaths, more = resolveWritablePaths(site.Spec, spec)
	errs = append(errs, more...)
	s.Hosts, more = resolveHosts(site, snapshot, spec.Child("hosts"))
	errs = append(errs, more...)
	if s.Withdrawn = snapshot.Withdrawn(); s.Withdrawn {
		s.Hosts = nil
	}
	s.TLS = resolveTLS(site, class)
	s.Edge, more = resolveEdge(site, class, posture, spec.Child("edge"))
	errs = append(errs, more...)
	s.Network, more = resolveNetwork(site, class)
	errs = append(errs, more...)
	errs = append(errs, checkBounds(s, spec)...)
	if len(errs) > 0 {
		return Site{}, errs
	}
	return s, nil
}

// checkBounds repeats the bounds that the CRD's schema holds, for callers that saw no schema.
func checkBounds(s Site, spec *field.Path) field.ErrorList {
	var errs field.ErrorList
	if s.Image == "" {
		errs = append(errs, field.Required(spec.Child("image"), "name the image to run, pinned by digest"))
	}
	if s.Port < 1 || s.Port > 65535 {
		errs = append(errs, field.Invalid(spec.Child("port"), s.Port, "must be between 1 and 65535"))
	}
	if s.RunAsUser < 1 {
		errs = append(errs, field.Invalid(spec.Child("runAsUser"), s.RunAsUser, "must be at least 1: root is never allowed"))
	}
	if s.Replicas.Min < 1 || s.Replicas.Max < s.Replicas.Min {
		errs = append(errs, field.Invalid(spec.Child("replicas"), s.Replicas, "min must be at least 1 and max at least min"))
	}
	for name, q := range map[string]resource.Quantity{"cpu": s.Resources.CPU, "memory": s.Resources.Memory} {
		if q.Sign() <= 0 {
			errs = append(errs, field.Invalid(spec.Child("resources", name), q.String(), "must be more than 0"))
		}
	}
	slices.SortFunc(errs, func(a, b *field.Error) int { return cmpStrings(a.Field, b.Field) })
	return errs
}

func resolveReplicas(r *hustingsv1alpha1.Replicas) ReplicaRange {
	if r == nil {
		return ReplicaRange{defaultReplicas, defaultReplicas}
	}
	least := valueOr(r.Min, defaultReplicas)
	if r.Min == nil && r.Max != nil {
		least = min(least, *r.Max)
	}
	return ReplicaRange{least, valueOr(r.Max, least)}
}

func resolveResources(r *hustingsv1alpha1.Resources) Resources {
	out := Resources{CPU: resource.MustParse(defaultCPU), Memory: resource.MustParse(defaultMemory)}
	if r != nil && r.CPU != nil {
		out.CPU = r.CPU.DeepCopy()
	}
	if r != nil && r.Memory != nil {
		out.Memory = r.Memory.DeepCopy()
	}
	return out
}

func resolveHealth(h *hustingsv1alpha1.Health) string {
	if h == nil || h.Path == "" {
		return defaultHealth
	}
	return h.Path
}

func resolveEnv(env []hustingsv1alpha1.EnvVar) []hustingsv1alpha1.EnvVar {
	out := make([]hustingsv1alpha1.EnvVar, 0, len(env))
	for i := range env {
		out = append(out, *env[i].DeepCopy())
	}
	return out
}

// resolveWritablePaths sorts the paths and refuses those that would cover one another or a mounted file: the kubelet
// would mount them in an order that nobody chose.
func resolveWritablePaths(spec hustingsv1alpha1.CampaignSiteSpec, at *field.Path) ([]string, field.ErrorList) {
	var errs field.ErrorList
	taken := map[string]bool{}
	for i, f := range spec.Files {
		if taken[string(f.MountPath)] {
			errs = append(errs, field.Duplicate(at.Child("files").Index(i).Child("mountPath"), f.MountPath))
		}
		taken[string(f.MountPath)] = true
	}
	paths := make([]string, 0, len(spec.WritablePaths))
	for i, p := range spec.WritablePaths {
		if taken[string(p)] {
			errs = append(errs, field.Duplicate(at.Child("writablePaths").Index(i), p))
			continue
		}
		taken[string(p)] = true
		paths = append(paths, string(p))
	}
	slices.Sort(paths)
	return paths, errs
}

func resolveTLS(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass) TLS {
	if site.Spec.TLS != nil {
		return TLS{SecretName: string(site.Spec.TLS.SecretName)}
	}
	if issuer := class.Spec.Edge.ClusterIssuer; issuer != "" {
		return TLS{SecretName: certificateName(site.Name), ClusterIssuer: string(issuer)}
	}
	return TLS{}
}

// certificateName is the name of the Secret of a certificate that is issued for a site. Where it would be too long its end
// is a hash of the whole; such a name does not end in -tls, so that no other site's is the same.
func certificateName(site string) string {
	const hashDigits = 16
	name := site + "-tls"
	if len(name) <= validation.DNS1123SubdomainMaxLength {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	kept := strings.TrimRight(name[:validation.DNS1123SubdomainMaxLength-hashDigits-1], "-.")
	return kept + "-" + hex.EncodeToString(sum[:])[:hashDigits]
}

// postures, weakest first.
var postures = [...]hustingsv1alpha1.Posture{
	hustingsv1alpha1.PostureNormal, hustingsv1alpha1.PostureElevated,
	hustingsv1alpha1.PostureUnderAttack, hustingsv1alpha1.PostureLockdown,
}

func rank(p hustingsv1alpha1.Posture) int { return max(0, slices.Index(postures[:], p)) }

// resolvePosture takes the higher of the site's and the class's posture. The class's falls back to Normal at its time;
// where the time now is not known it stays raised: the stricter of the two guesses.
func resolvePosture(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass, now time.Time) (hustingsv1alpha1.Posture, time.Time) {
	own, fleet := rank(site.Spec.Posture), 0
	var ends time.Time
	if p := class.Spec.Posture; p != nil && (p.Until == nil || now.IsZero() || now.Before(p.Until.Time)) {
		fleet = rank(p.Level)
		if p.Until != nil {
			ends = p.Until.Time
		}
	}
	if fleet <= own {
		ends = time.Time{}
	}
	return postures[max(own, fleet)], ends
}

func valueOr[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

func cmpStrings[A, B ~string](a A, b B) int {
	switch {
	case string(a) < string(b):
		return -1
	case string(a) > string(b):
		return 1
	}
	return 0
}
