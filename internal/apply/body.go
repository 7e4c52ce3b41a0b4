package apply

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

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

// want makes the content of a planned child for a site. What of it is as planned is shared with what contents hold.
func want(site *hustingsv1alpha1.CampaignSite, planned object.Object, contents *object.Contents) (wanted, error) {
	w := wanted{ref: object.RefOf(planned)}
	whole, err := contents.Of(planned)
	if err != nil {
		return wanted{}, fmt.Errorf("encode %s: %w", w.ref, err)
	}
	w.content = withoutNulls(whole)
	if _, has := w.content["status"]; has {
		w.content = maps.Clone(w.content)
		delete(w.content, "status")
	}
	encoded, err := json.Marshal(w.content) // maps are encoded in the order of their keys
	if err != nil {
		return wanted{}, fmt.Errorf("encode %s: %w", w.ref, err)
	}
	sum := sha256.Sum256(encoded)
	w.digest = hex.EncodeToString(sum[:16])
	w.content = edited(w.content, "metadata", func(metadata map[string]any) {
		metadata["ownerReferences"] = []any{ownerReference(site)}
		annotations, _ := metadata["annotations"].(map[string]any)
		annotations = maps.Clone(annotations)
		if annotations == nil {
			annotations = map[string]any{}
		}
		annotations[AnnotationDigest] = w.digest
		metadata["annotations"] = annotations
	})
	return w, nil
}

// edited is a map of which one section was changed, which is a copy in it.
func edited(content map[string]any, section string, change func(map[string]any)) map[string]any {
	content = maps.Clone(content)
	was, _ := content[section].(map[string]any)
	is := make(map[string]any, len(was)+1)
	maps.Copy(is, was)
	change(is)
	content[section] = is
	return content
}

// updateOnly is the body of an apply that changes the object with that UID, or fails where it is gone.
func (w wanted) updateOnly(uid types.UID) ([]byte, error) {
	return json.Marshal(edited(w.content, "metadata", func(metadata map[string]any) { metadata["uid"] = string(uid) }))
}

// withoutNulls takes away what Go writes for absent times and lists: to apply a null is to own the field. It copies what
// it changes, and nothing else.
func withoutNulls(content map[string]any) map[string]any {
	if !hasNull(content) {
		return content
	}
	out := make(map[string]any, len(content))
	for key, value := range content {
		switch v := value.(type) {
		case nil:
		case map[string]any:
			out[key] = withoutNulls(v)
		case []any:
			out[key] = withoutNullsEach(v)
		default:
			out[key] = v
		}
	}
	return out
}

func withoutNullsEach(list []any) []any {
	out := slices.Clone(list)
	for i := range out {
		if m, ok := out[i].(map[string]any); ok {
			out[i] = withoutNulls(m)
		}
	}
	return out
}

func hasNull(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, item := range v {
			if item == nil || hasNull(item) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasNull)
	}
	return false
}
