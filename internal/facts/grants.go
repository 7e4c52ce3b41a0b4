package facts

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Granted says whether a class lets a namespace claim a host: Unknown where that depends on labels that are not known.
// A selector that is empty or cannot be parsed grants nothing.
func Granted(class *hustingsv1alpha1.SiteClass, ns Namespace, host hustingsv1alpha1.Host) Certainty {
	answer := No
	for _, grant := range class.Spec.Hosts {
		if !slices.ContainsFunc(grant.Suffixes, func(s hustingsv1alpha1.Host) bool { return within(host, s) }) {
			continue
		}
		switch holds := grantsTo(grant, ns); holds {
		case Yes:
			return Yes
		case Unknown:
			answer = Unknown
		case No:
		}
	}
	return answer
}

// within says whether host is domain or a name under it.
func within(host, domain hustingsv1alpha1.Host) bool {
	return host == domain || strings.HasSuffix(string(host), "."+string(domain))
}

func grantsTo(grant hustingsv1alpha1.HostGrant, ns Namespace) Certainty {
	if slices.Contains(grant.Namespaces, ns.Name) {
		return Yes
	}
	if grant.NamespaceSelector == nil {
		return No
	}
	selector, err := metav1.LabelSelectorAsSelector(grant.NamespaceSelector)
	if err != nil || selector.Empty() {
		return No
	}
	if !ns.Known {
		return Unknown
	}
	if selector.Matches(labels.Set(ns.Labels)) {
		return Yes
	}
	return No
}
