package integration

import (
	"context"
	"fmt"
	"maps"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
)

// Kinds that histories are asked of.
var (
	claimKind      = hustingsv1alpha1.GroupVersion.WithKind("HostClaim")
	siteKind       = hustingsv1alpha1.GroupVersion.WithKind("CampaignSite")
	deploymentKind = appsv1.SchemeGroupVersion.WithKind("Deployment")
	ingressKind    = networkingv1.SchemeGroupVersion.WithKind("Ingress")
)

// follow records what happens to some kinds, ours or those of sites' objects, from here to the end of the test, beginning
// with what there is.
func follow(kinds ...schema.GroupVersionKind) *Recorder {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Recorder{cancel: cancel, c: env, ctx: ctx}
	DeferCleanup(r.Stop)
	for _, kind := range kinds {
		if kind.Group == hustingsv1alpha1.GroupVersion.Group {
			r.watch(kind)
			continue
		}
		r.Watch(kind)
	}
	return r
}

// seen is how far a history has come: that of an object, once the object is as it is now.
func seen(r *Recorder, o client.Object) bool {
	return slices.ContainsFunc(r.history(), func(e recorded) bool {
		return e.object.GetUID() == o.GetUID() && e.object.GetResourceVersion() == o.GetResourceVersion()
	})
}

// doubled are the moments at which more than one site routed a host. One site has two routes of it: the second sends those
// who come without TLS to the first.
func doubled(history []recorded, host hustingsv1alpha1.Host) []string {
	routes := map[string]string{} // namespace/name -> site
	var out []string
	for _, e := range history {
		if e.kind != ingressKind.Kind {
			continue
		}
		delete(routes, nameOf(e.object))
		if e.event != watch.Deleted && slices.Contains(hostsOf(e.object), string(host)) {
			routes[nameOf(e.object)] = fmt.Sprint(apply.OwnerUIDs(e.object))
		}
		if len(slices.Compact(slices.Sorted(maps.Values(routes)))) > 1 {
			out = append(out, fmt.Sprintf("rv %d: %v route %s", e.version, routes, host))
		}
	}
	return out
}

// holdersOf are the sites that held a host one after the other, by UID. To hold it twice in a row is to hold it once only
// where the claim was not made anew.
func holdersOf(history []recorded, host hustingsv1alpha1.Host) []string {
	var out []string
	for _, e := range history {
		if e.kind != claimKind.Kind || e.object.GetName() != string(host) || e.event == watch.Deleted {
			continue
		}
		holder, _, _ := unstructured.NestedString(e.object.Object, "spec", "holder", "uid")
		if e.event == watch.Added || !slices.Contains(out, holder) {
			out = append(out, holder)
		}
	}
	return out
}

func nameOf(o client.Object) string { return o.GetNamespace() + "/" + o.GetName() }

func hostsOf(ingress *unstructured.Unstructured) []string {
	rules, _, _ := unstructured.NestedSlice(ingress.Object, "spec", "rules")
	var out []string
	for _, r := range rules {
		if rule, ok := r.(map[string]any); ok {
			out = append(out, fmt.Sprint(rule["host"]))
		}
	}
	return out
}
