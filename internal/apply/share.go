package apply

import (
	"reflect"
	"unique"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// mostShared is the length of the longest text that is shared: longer ones are rarely said twice.
const mostShared = 1024

// sharedWhole are the types of which an object has the very value that another one has: the children of a site have their labels,
// selectors and owners in common, all sites of a class what their pods and policies are allowed, and most sites what is said of
// their controls. There are few values of each; four or five a site are its own.
var sharedWhole = map[reflect.Type]bool{
	reflect.TypeFor[map[string]string]():                              true,
	reflect.TypeFor[[]metav1.OwnerReference]():                        true,
	reflect.TypeFor[*metav1.LabelSelector]():                          true,
	reflect.TypeFor[corev1.ResourceList]():                            true,
	reflect.TypeFor[*corev1.Probe]():                                  true,
	reflect.TypeFor[*corev1.SecurityContext]():                        true,
	reflect.TypeFor[*corev1.PodSecurityContext]():                     true,
	reflect.TypeFor[*autoscalingv2.HorizontalPodAutoscalerBehavior](): true,
	reflect.TypeFor[[]networkingv1.NetworkPolicyIngressRule]():        true,
	reflect.TypeFor[[]networkingv1.NetworkPolicyEgressRule]():         true,
	reflect.TypeFor[[]hustingsv1alpha1.ControlStatus]():               true,
	reflect.TypeFor[[]hustingsv1alpha1.EdgeEnforcement]():             true,
}

// share lets equal parts and texts in the cache be one: most of what the children of a site say, its siblings and those of all
// other sites say as well. What nobody else can say is left alone, for to look it up costs memory itself. It writes to the
// object, so it must be the only one that has it: an informer trims what comes before it shows it to anybody, and once. What
// is shared is never written to.
func (p *pool) share(o metav1.Object) {
	p.shareMeta(o)
	v := reflect.ValueOf(o).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Name != "ObjectMeta" {
			p.shareIn(v.Field(i))
		}
	}
}

func (p *pool) shareMeta(o metav1.Object) {
	o.SetNamespace(shared(o.GetNamespace()))
	labels, owners, annotations := o.GetLabels(), o.GetOwnerReferences(), o.GetAnnotations()
	p.shareIn(reflect.ValueOf(&labels).Elem())
	p.shareIn(reflect.ValueOf(&owners).Elem())
	o.SetLabels(labels)
	o.SetOwnerReferences(owners)
	for key, value := range annotations {
		annotations[shared(key)] = value // to set a key again is to keep the new one
	}
}

func (p *pool) shareIn(v reflect.Value) {
	if !v.CanSet() {
		return
	}
	if !sharedWhole[v.Type()] {
		p.shareParts(v)
		return
	}
	if v.IsNil() {
		return
	}
	at, isSmall := p.placeOf(v)
	if !isSmall {
		p.shareParts(v)
		return
	}
	if known, ok := p.find(at, v); ok {
		v.Set(known)
		return
	}
	p.shareParts(v)
	p.keep(at, v)
}

func (p *pool) shareParts(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.Len() <= mostShared {
			v.SetString(shared(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			p.shareIn(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			p.shareIn(v.Field(i))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			p.shareIn(v.Index(i))
		}
	case reflect.Map:
		if m, ok := v.Interface().(map[string]string); ok {
			for key, value := range m {
				m[shared(key)] = shared(value)
			}
		}
	default:
	}
}

func shared(s string) string {
	if s == "" {
		return s
	}
	return unique.Make(s).Value()
}
