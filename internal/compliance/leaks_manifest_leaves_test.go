package compliance

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// leaf is a string in an object, with what puts another in its place.
type leaf struct {
	path string
	set  func(string)
}

// leaves are all strings of a value.
func leaves(value any, path string, set func(any)) []leaf {
	var out []leaf
	switch v := value.(type) {
	case string:
		out = append(out, leaf{path, func(s string) { set(s) }})
	case []any:
		for i := range v {
			out = append(out, leaves(v[i], fmt.Sprintf("%s.%d", path, i), func(n any) { v[i] = n })...)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, leaves(v[key], path+"."+key, func(n any) { v[key] = n })...)
		}
	}
	return out
}

// plainPath is a path with a dot before each step.
func plainPath(path string) string {
	return "." + strings.NewReplacer("[", ".", "]", "").Replace(path)
}

// isNoLiteral says whether a field is what the API server writes, what an object is called by in every finding, or one that
// has a number in it.
func isNoLiteral(path string) bool {
	for _, end := range []string{".cpu", ".memory", ".ephemeral-storage", ".sizeLimit", ".creationTimestamp", ".uid"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return path == ".apiVersion" || path == ".kind" || path == ".metadata.name" || path == ".metadata.namespace" || strings.HasPrefix(path, ".status.")
}

// TestEveryStringOfEveryObjectIsJudged puts a key of Stripe into every string of every object in turn, as a type and as maps.
func TestEveryStringOfEveryObjectIsJudged(t *testing.T) {
	const enough = 250
	seen := 0
	for name, make := range map[string]func() *fixture{"planned": good, "live": live} {
		f := make()
		f.deployment.Spec.Template.Annotations = map[string]string{"note": "hello"}
		f.container().LivenessProbe.HTTPGet.HTTPHeaders = []corev1.HTTPHeader{{Name: "X-Probe", Value: "yes"}}
		set(f.headers, map[string]any{"X-Api": "hello"}, "headers", "customResponseHeaders")
		originals := f.Objects
		for i, o := range originals {
			whole := untyped(t, []object.Object{o})[0].(*unstructured.Unstructured)
			for n, l := range leaves(whole.Object, "", nil) {
				if isNoLiteral(l.path) {
					continue
				}
				seen++
				changed := whole.DeepCopy()
				leaves(changed.Object, "", nil)[n].set(stripeKey())
				f.Objects = slices.Clone(originals)
				f.Objects[i] = changed
				mustBeFound(t, name+" as maps", f, l.path)
				if _, is := o.(*unstructured.Unstructured); is {
					continue
				}
				typed := reflect.New(reflect.TypeOf(o).Elem()).Interface().(object.Object)
				if err := runtime.DefaultUnstructuredConverter.FromUnstructured(changed.Object, typed); err != nil {
					t.Fatalf("%s: %v", l.path, err)
				}
				f.Objects[i] = typed
				mustBeFound(t, name, f, l.path)
			}
		}
	}
	if seen < enough {
		t.Errorf("only %d strings were tried", seen)
	}
}

func mustBeFound(t *testing.T, what string, f *fixture, path string) {
	t.Helper()
	out := leaksManifest(f.Input)
	if !slices.ContainsFunc(out.Findings, func(found Finding) bool { return plainPath(found.Path) == path }) {
		t.Errorf("%s: a key in %s is not found: %s %+v", what, path, out.Result, out.Findings)
	}
}

// TestKeysOfMapsAreJudgedAndNotShown: the place of a finding must not be the secret.
func TestKeysOfMapsAreJudgedAndNotShown(t *testing.T) {
	key := stripeKey()
	for name, breaks := range map[string]func(*fixture){
		"a label":                   func(f *fixture) { f.service.Labels = map[string]string{key: "x"} },
		"an annotation":             func(f *fixture) { f.service.Annotations[key] = "x" },
		"a selector of nodes":       func(f *fixture) { f.pod().NodeSelector = map[string]string{key: ""} },
		"a header":                  func(f *fixture) { set(f.headers, map[string]any{key: "x"}, "headers", "customResponseHeaders") },
		"a field that is not known": func(f *fixture) { set(f.headers, map[string]any{"x": int64(1)}, "headers", key) },
		"the name of a variable":    func(f *fixture) { f.container().Env[0].Name = key },
		"an annotation of the site": func(f *fixture) { f.Site.Annotations = map[string]string{key: "x"} },
	} {
		t.Run(name, func(t *testing.T) {
			f := good()
			breaks(f)
			out := leaksManifest(f.Input)
			if len(out.Findings) != 1 || strings.Contains(fmt.Sprintf("%+v", out), key) {
				t.Errorf("%s with %d findings, or one that shows it", out.Result, len(out.Findings))
			}
		})
	}
}

// TestHashesByDesignAreNoSecrets: what the API server, controllers and the operator itself write alarms nobody.
func TestHashesByDesignAreNoSecrets(t *testing.T) {
	hash := strings.Repeat("3f9a0c7e5b1d8264", 4)
	f := live()
	for _, o := range f.Objects {
		o.SetUID("8d0f4c1e-6b7a-4f58-9a3c-2e1d0b9c8f7a")
		o.SetResourceVersion("188427391")
		o.SetGenerateName("vote-alice-")
		o.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "hustings.dev/v1alpha1", Kind: "CampaignSite", Name: "vote-alice", UID: "0b9c8f7a-4f58-9a3c-6b7a-8d0f4c1e2e1d"}})
		o.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "hustings", FieldsV1: metav1.NewFieldsV1(`{"f:spec":{"k:{\"name\":\"API_KEY\"}":{}}}`)}})
		annotations := maps.Clone(o.GetAnnotations())
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["hustings.dev/digest"] = hash
		annotations[corev1.LastAppliedConfigAnnotation] = `{"apiVersion":"v1","kind":"Service","metadata":{"uid":"8d0f4c1e-6b7a-4f58-9a3c-2e1d0b9c8f7a"},"spec":{"image":"registry.example.org/alice/site@sha256:` + hash + `"}}`
		o.SetAnnotations(annotations)
		labels := maps.Clone(o.GetLabels())
		if labels == nil {
			labels = map[string]string{}
		}
		labels["pod-template-hash"], labels["controller-revision-hash"] = "5d59d67564", "7c9f8d5b6b"
		o.SetLabels(labels)
	}
	f.spec().Image = "registry.example.org/alice/site@sha256:" + hash
	f.container().Image = f.spec().Image
	for _, objects := range [][]object.Object{f.Objects, untyped(t, f.Objects)} {
		f.Objects = objects
		if out := leaksManifest(f.Input); out.Result != hustingsv1alpha1.ResultPass {
			t.Errorf("%s: %+v", out.Result, out.Findings)
		}
	}
}

func BenchmarkLeaksManifest(b *testing.B) {
	for name, f := range map[string]*fixture{"planned": good(), "live": live()} {
		b.Run(name, func(b *testing.B) {
			f.read = newView(f.Objects, nil)
			leaksManifest(f.Input)
			b.ReportAllocs()
			for b.Loop() {
				leaksManifest(f.Input)
			}
		})
	}
}
