package compliance

import (
	"slices"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func podRestrictedControl() Control {
	return Control{
		ID: "pod.restricted", Group: GroupPod, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "The pod meets the Pod Security Standard \"restricted\"",
		Remediation: "Undo what was changed by hand; the operator renders a restricted pod. https://kubernetes.io/docs/concepts/security/pod-security-standards/ says what each check asks for.",
		Check:       podRestricted,
	}
}

func podRestricted(in Input) Outcome {
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		template := &d.obj.Spec.Template
		for _, check := range restrictedChecks() {
			result := check.run(&template.ObjectMeta, &template.Spec)
			if result.Allowed {
				continue
			}
			findings = append(findings, found(d.ref, podPath, "%s: %s (%s)", check.id, result.ForbiddenReason, result.ForbiddenDetail).apart(string(check.id)))
		}
		return findings
	})
}

// restrictedCheck is one check of the standard at its latest version.
type restrictedCheck struct {
	id  policy.CheckID
	run policy.CheckPodFn
}

// restrictedChecks are the checks of "restricted" at its latest version, with the baseline checks that none of them
// overrides, by id. The library's own evaluator returns results without ids, so it cannot be used.
//
// The variable is set once and never changes; the checks are pure functions.
var restrictedChecks = sync.OnceValue(func() []restrictedCheck {
	checks := policy.DefaultChecks()
	overridden := map[policy.CheckID]bool{}
	for _, c := range checks {
		if c.Level == api.LevelRestricted {
			for _, id := range c.Versions[len(c.Versions)-1].OverrideCheckIDs {
				overridden[id] = true
			}
		}
	}
	out := make([]restrictedCheck, 0, len(checks))
	for _, c := range checks {
		if !overridden[c.ID] {
			out = append(out, restrictedCheck{c.ID, c.Versions[len(c.Versions)-1].CheckPod})
		}
	}
	slices.SortFunc(out, func(a, b restrictedCheck) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	return out
})
