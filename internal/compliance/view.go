package compliance

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/hustings/hustings/internal/object"
)

// The kinds that controls judge.
const (
	kindDeployment     = "Deployment"
	kindServiceAccount = "ServiceAccount"
	kindService        = "Service"
	kindNetworkPolicy  = "NetworkPolicy"
	kindIngress        = "Ingress"
	kindBudget         = "PodDisruptionBudget"
	kindAutoscaler     = "HorizontalPodAutoscaler"
	kindMiddleware     = "Middleware"
)

// view is a list of objects by kind, each kind ordered by name, so that no outcome depends on the order of the input.
type view struct {
	deployments     []child[*appsv1.Deployment]
	serviceAccounts []child[*corev1.ServiceAccount]
	services        []child[*corev1.Service]
	policies        []child[*networkingv1.NetworkPolicy]
	ingresses       []child[*networkingv1.Ingress]
	budgets         []child[*policyv1.PodDisruptionBudget]
	autoscalers     []child[*autoscalingv2.HorizontalPodAutoscaler]
	middlewares     []child[map[string]any]
	// all are all objects, of whatever kind.
	all []child[object.Object]
	// edge is what the edge would do with the objects, once a control has asked.
	edge *edgeView
	// errs says by kind why an object could not be read.
	errs map[string]error
}

// child is an object with its reference.
type child[T any] struct {
	ref object.Ref
	obj T
}

// objects reads the input's objects, unless Evaluate has done so.
func (in Input) objects() *view {
	if in.read != nil {
		return in.read
	}
	return newView(in.Objects, in.Contents)
}

func newView(objects []object.Object, contents *object.Contents) *view {
	v := &view{all: childrenOf(objects), errs: map[string]error{}}
	for _, c := range v.all {
		v.add(c, contents)
	}
	return v
}

// childrenOf are objects with their references, ordered by them.
func childrenOf(objects []object.Object) []child[object.Object] {
	all := make([]child[object.Object], 0, len(objects))
	for _, o := range objects {
		all = append(all, child[object.Object]{refOf(o), o})
	}
	slices.SortStableFunc(all, func(a, b child[object.Object]) int { return a.ref.Compare(b.ref) })
	return all
}

// add reads one object. Objects of other kinds stay in all only.
func (v *view) add(c child[object.Object], contents *object.Contents) {
	switch c.ref.APIVersion + " " + c.ref.Kind {
	case "apps/v1 Deployment":
		read(v, c, contents, &v.deployments)
	case "v1 ServiceAccount":
		read(v, c, contents, &v.serviceAccounts)
	case "v1 Service":
		read(v, c, contents, &v.services)
	case "networking.k8s.io/v1 NetworkPolicy":
		read(v, c, contents, &v.policies)
	case "networking.k8s.io/v1 Ingress":
		read(v, c, contents, &v.ingresses)
	case "policy/v1 PodDisruptionBudget":
		read(v, c, contents, &v.budgets)
	case "autoscaling/v2 HorizontalPodAutoscaler":
		read(v, c, contents, &v.autoscalers)
	case "traefik.io/v1alpha1 Middleware":
		content, err := contents.Of(c.obj)
		if err != nil {
			v.errs[kindMiddleware] = fmt.Errorf("read %s: %w", c.ref, err)
			return
		}
		v.middlewares = append(v.middlewares, child[map[string]any]{c.ref, content})
	}
}

// read appends c to list as a *T: as it is, or converted from its unstructured form.
func read[T any](v *view, c child[object.Object], contents *object.Contents, list *[]child[*T]) {
	if typed, ok := c.obj.(any).(*T); ok {
		*list = append(*list, child[*T]{c.ref, typed})
		return
	}
	content, err := contents.Of(c.obj)
	if err == nil {
		typed := new(T)
		if err = runtime.DefaultUnstructuredConverter.FromUnstructured(content, typed); err == nil {
			*list = append(*list, child[*T]{c.ref, typed})
			return
		}
	}
	v.errs[c.ref.Kind] = fmt.Errorf("read %s: %w", c.ref, err)
}

// refOf names an object. Typed objects out of a cache come without their kind; there the Go type says it.
func refOf(o object.Object) object.Ref {
	ref := object.RefOf(o)
	if ref.Kind != "" {
		return ref
	}
	switch o.(type) {
	case *appsv1.Deployment:
		ref.APIVersion, ref.Kind = "apps/v1", kindDeployment
	case *corev1.ServiceAccount:
		ref.APIVersion, ref.Kind = "v1", kindServiceAccount
	case *corev1.Service:
		ref.APIVersion, ref.Kind = "v1", kindService
	case *networkingv1.NetworkPolicy:
		ref.APIVersion, ref.Kind = "networking.k8s.io/v1", kindNetworkPolicy
	case *networkingv1.Ingress:
		ref.APIVersion, ref.Kind = "networking.k8s.io/v1", kindIngress
	case *policyv1.PodDisruptionBudget:
		ref.APIVersion, ref.Kind = "policy/v1", kindBudget
	case *autoscalingv2.HorizontalPodAutoscaler:
		ref.APIVersion, ref.Kind = "autoscaling/v2", kindAutoscaler
	}
	return ref
}
