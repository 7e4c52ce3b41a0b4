package apply

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// AnnotationDigest of a child is the hash of the object as it was rendered. It tells our own change, where the plan's
// object has another hash, from somebody else's, where it has the same.
const AnnotationDigest = "hustings.dev/digest"

// wanted is a planned child as it is sent.
type wanted struct {
	ref    object.Ref
	digest string
	// content is the object with its digest and owner. It is sent as it is, so it holds nothing but what we decide.
	content map[string]any
}

// want makes the content of a planned child for a site.
func want(site *hustingsv1alpha1.CampaignSite, planned object.Object) (wanted, error) {
	content, err := contentOf(planned)
	if err != nil {
		return wanted{}, fmt.Errorf("encode %s: %w", object.RefOf(planned), err)
	}
	content = runtime.DeepCopyJSON(content)
	delete(content, "status")
	dropNulls(content)
	encoded, err := json.Marshal(content) // maps are encoded in the order of their keys
	if err != nil {
		return wanted{}, fmt.Errorf("encode %s: %w", object.RefOf(planned), err)
	}
	sum := sha256.Sum256(encoded)
	w := wanted{ref: object.RefOf(planned), digest: hex.EncodeToString(sum[:16]), content: content}
	u := unstructured.Unstructured{Object: content}
	annotations := maps.Clone(u.GetAnnotations())
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[AnnotationDigest] = w.digest
	u.SetAnnotations(annotations)
	owner, err := runtime.DefaultUnstructuredConverter.ToUnstructured(new(ownerReference(site)))
	if err != nil {
		return wanted{}, fmt.Errorf("encode the owner of %s: %w", w.ref, err)
	}
	return w, unstructured.SetNestedSlice(content, []any{owner}, "metadata", "ownerReferences")
}

// neverCurrent is a resourceVersion that no object has: etcd counts from 1, and the first write makes 2.
const neverCurrent = "1"

// createOnly is the body of an apply that makes the object, or conflicts with one that exists, whatever it is:
// docs/design/0001-create-as-apply.md.
func (w wanted) createOnly() ([]byte, error) { return w.with("resourceVersion", neverCurrent) }

// updateOnly is the body of an apply that changes the object with that UID, or fails where it is gone.
func (w wanted) updateOnly(uid types.UID) ([]byte, error) { return w.with("uid", string(uid)) }

func (w wanted) with(key, value string) ([]byte, error) {
	content := maps.Clone(w.content)
	metadata, _ := content["metadata"].(map[string]any)
	metadata = maps.Clone(metadata)
	metadata[key] = value
	content["metadata"] = metadata
	return json.Marshal(content)
}

// contentOf is an object as maps and lists. It may share memory with o and must not be changed.
func contentOf(o object.Object) (map[string]any, error) {
	if u, ok := o.(*unstructured.Unstructured); ok {
		return u.Object, nil
	}
	return runtime.DefaultUnstructuredConverter.ToUnstructured(o)
}

// dropNulls takes away what Go writes for absent times and lists: to apply a null is to own the field.
func dropNulls(content map[string]any) {
	for key, value := range content {
		switch v := value.(type) {
		case nil:
			delete(content, key)
		case map[string]any:
			dropNulls(v)
		case []any:
			for _, item := range v {
				if m, ok := item.(map[string]any); ok {
					dropNulls(m)
				}
			}
		}
	}
}
