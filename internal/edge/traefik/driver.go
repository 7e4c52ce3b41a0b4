// Package traefik programs Traefik 3.6 and later by Ingress objects and Middlewares
// (https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/).
//
// What it must know of Traefik:
//   - its rate limiter forgets a client that was idle for 1 to 2 s and gives it a whole new burst, so a burst above
//     twice the rate is a higher rate in disguise (pkg/middlewares/ratelimiter);
//   - whatever changes in what it routes builds all middlewares anew, and every client's count starts again, so it is told
//     to follow the Service and not each of its pods (cmd/traefik/traefik.go, switchRouter);
//   - limits count in every replica, and for every router; an Ingress has a router a host;
//   - middlewares apply in order, so headers come first: answers of 429 and 403 carry them too;
//   - a router whose Middleware is missing answers 404: protections are written before routes, removed after them;
//   - it knows a Middleware by namespace and name, a Service by these and its port, a router by those of the Ingress and the
//     host, each written as one with every run of other characters than letters and digits as one hyphen. Of two that are
//     the same, one is lost (pkg/provider/kubernetes/ingress/kubernetes.go, pkg/provider/configuration.go, Normalize).
package traefik

import (
	"fmt"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/render"
)

// Annotations of an Ingress that Traefik reads.
const (
	annotationEntryPoints = "traefik.ingress.kubernetes.io/router.entrypoints"
	annotationMiddlewares = "traefik.ingress.kubernetes.io/router.middlewares"
	annotationTLS         = "traefik.ingress.kubernetes.io/router.tls"
	annotationIssuer      = "cert-manager.io/cluster-issuer"
)

// annotationNativeLB of a Service has Traefik use its cluster address.
const annotationNativeLB = "traefik.ingress.kubernetes.io/service.nativelb"

// The entry points of Traefik's own chart.
const (
	entryPointHTTP  = "web"
	entryPointHTTPS = "websecure"
)

// middlewareKind is Traefik's Middleware.
var middlewareKind = schema.GroupVersionKind{Group: "traefik.io", Version: "v1alpha1", Kind: "Middleware"}

// Driver is the edge.Driver of Traefik.
type Driver struct{}

// Kinds of the objects that Render makes.
func (Driver) Kinds() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{middlewareKind, networkingv1.SchemeGroupVersion.WithKind("Ingress")}
}

// OptionalKinds are those that come with Traefik's own CRDs.
func (Driver) OptionalKinds() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{middlewareKind}
}

// ServiceAnnotations keep Traefik from following each pod: a site under attack that scales, or rolls out, would give every
// attacker a new burst.
func (Driver) ServiceAnnotations() map[string]string {
	return map[string]string{annotationNativeLB: "true"}
}

// Render makes the Middlewares, their chain, and the two Ingresses: HTTPS, and HTTP that only redirects.
func (Driver) Render(s intent.Site) ([]object.Object, []hustingsv1alpha1.EdgeEnforcement) {
	rate := rateOf(s.Edge)
	chain := []*unstructured.Unstructured{headers(s), allowList(s), siteInFlight(s), clientInFlight(s), rateLimit(s, rate), body(s)}
	var objects []object.Object
	var names []string
	for _, m := range chain {
		if m != nil {
			objects = append(objects, m)
			names = append(names, m.GetName())
		}
	}
	objects = append(objects, chainOf(s, names), redirect(s))
	if len(s.Hosts) > 0 && s.TLS.SecretName != "" {
		objects = append(objects, redirectIngress(s), ingress(s))
	}
	return objects, enforcement(s, rate)
}

// ingress is the route of the site, HTTPS only, behind the whole chain.
func ingress(s intent.Site) *networkingv1.Ingress {
	i := route(s, "", entryPointHTTPS, suffixChain)
	i.Annotations[annotationTLS] = "true"
	i.Spec.TLS = []networkingv1.IngressTLS{{Hosts: s.Hosts, SecretName: s.TLS.SecretName}}
	if s.TLS.ClusterIssuer != "" {
		i.Annotations[annotationIssuer] = s.TLS.ClusterIssuer
	}
	return i
}

// redirectIngress sends plain HTTP to HTTPS. It is limited like the site: an answer of 301 costs as well.
func redirectIngress(s intent.Site) *networkingv1.Ingress {
	return route(s, "-redirect", entryPointHTTP, suffixRate, suffixRedirect)
}

// route has one rule a host, all of them with the one path: Traefik counts limits for every router. Its name ends in a hash:
// a host may begin like the end of another route's name.
func route(s intent.Site, suffix, entryPoint string, middlewares ...string) *networkingv1.Ingress {
	base := render.BaseName(s.Namespace, s.Name)
	refs := make([]string, 0, len(middlewares))
	for _, m := range middlewares {
		refs = append(refs, fmt.Sprintf("%s-%s@kubernetescrd", oneHyphen(s.Namespace), base+m))
	}
	i := &networkingv1.Ingress{
		TypeMeta: metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "Ingress"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.Namespace, Name: render.HashedName(s.Namespace, s.Name, suffix), Labels: render.Labels(base),
			Annotations: map[string]string{
				annotationEntryPoints: entryPoint,
				annotationMiddlewares: strings.Join(refs, ","),
			},
		},
		Spec: networkingv1.IngressSpec{IngressClassName: ptr.To(s.Edge.IngressClassName)},
	}
	for _, host := range s.Hosts {
		i.Spec.Rules = append(i.Spec.Rules, networkingv1.IngressRule{
			Host: host,
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{
					Path: "/", PathType: ptr.To(networkingv1.PathTypePrefix),
					Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
						Name: base, Port: networkingv1.ServiceBackendPort{Number: render.ServicePort},
					}},
				}},
			}},
		})
	}
	return i
}

// oneHyphen writes every run of hyphens as one, as Traefik has a namespace in the names that are referred to. Base names have
// no such runs.
func oneHyphen(namespace string) string {
	return strings.Join(strings.FieldsFunc(namespace, func(r rune) bool { return r == '-' }), "-")
}
