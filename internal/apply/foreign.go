package apply

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/hustings/hustings/internal/render"
)

// foreign is what other field managers did to a child, as far as it matters.
type foreign struct {
	// managers that changed or added a field, sorted.
	managers []string
	// added are the fields that somebody added and that the plan does not have. To apply the plan again leaves them.
	added []addition
	// changed are the planned fields that somebody set to another value, as paths.
	changed []string
}

// addition is a field that the plan does not have.
type addition struct {
	path string
	// pointer is where it is in the live object, as the tokens of a JSON pointer.
	pointer []string
}

// foreignIn reads the field managers of a live object. Fields of others that the plan has with the same value are
// theirs as well as ours, which is no harm; those that are gone since are skipped.
func foreignIn(entries []metav1.ManagedFieldsEntry, planned, live map[string]any) (foreign, error) {
	var out foreign
	for _, entry := range entries {
		if !isForeign(entry) || entry.FieldsV1 == nil {
			continue
		}
		var set fieldpath.Set
		if err := set.FromJSON(entry.FieldsV1.GetRawReader()); err != nil {
			return foreign{}, fmt.Errorf("read the fields of manager %s: %w", entry.Manager, err)
		}
		before := len(out.added) + len(out.changed)
		for path := range set.Leaves().All() {
			out.judge(path.Copy(), planned, live)
		}
		if len(out.added)+len(out.changed) > before {
			out.managers = append(out.managers, entry.Manager)
		}
	}
	slices.Sort(out.managers)
	out.managers = slices.Compact(out.managers)
	return out, nil
}

// isForeign says whether an entry speaks of fields that somebody else wrote on the object itself. Autoscalers write the
// subresource scale, controllers the subresource status: both are theirs.
func isForeign(entry metav1.ManagedFieldsEntry) bool {
	return entry.Manager != render.FieldManager && entry.Manager != ancientManager && entry.Subresource == ""
}

// ancientManager is to whom the API server gives the fields of the oldest when there are more than ten
// (k8s.io/apimachinery/pkg/util/managedfields/internal/capmanagers.go). Ours may be among them.
const ancientManager = "ancient-changes"

// judge follows one field of another manager through the plan and the live object.
func (f *foreign) judge(path fieldpath.Path, planned, live any) {
	var pointer []string
	for i, element := range path {
		next, token, ok := descend(live, element)
		if !ok {
			return
		}
		pointer = append(pointer, token)
		wanted, _, isPlanned := descend(planned, element)
		last := i == len(path)-1
		if !isPlanned && (last || !holdsOthers(element)) {
			if !isTolerated(path) {
				f.added = append(f.added, addition{textOf(path[:i+1]), pointer})
			}
			return
		}
		planned, live = wanted, next
	}
	if !reflect.DeepEqual(planned, live) {
		f.changed = append(f.changed, textOf(path))
	}
}

// holdsOthers says whether a map is one that several writers share by key, so that it is never removed whole.
func holdsOthers(element fieldpath.PathElement) bool {
	return element.FieldName != nil && (*element.FieldName == "annotations" || *element.FieldName == "labels")
}

// isTolerated says whether others may add a field: their own labels and annotations, what an autoscaler decides, what
// `kubectl rollout restart` leaves behind, and the pull secrets that some platforms give every ServiceAccount. Nobody
// may add annotations that change a route, or ours.
func isTolerated(path fieldpath.Path) bool {
	names := make([]string, 0, len(path))
	for _, element := range path {
		if element.FieldName == nil {
			return false
		}
		names = append(names, *element.FieldName)
	}
	switch names[0] {
	case "status", "secrets", "imagePullSecrets":
		return true
	case "metadata":
		return len(names) < 3 || names[1] != "annotations" || !isGuarded(names[2])
	}
	return slices.Equal(names, []string{"spec", "replicas"}) ||
		slices.Equal(names, []string{"spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"})
}

func isGuarded(annotation string) bool {
	return strings.HasPrefix(annotation, "traefik.ingress.kubernetes.io/") || strings.HasPrefix(annotation, "hustings.dev/")
}

// descend finds the child of a map or list that an element selects, and its token in a JSON pointer.
func descend(in any, element fieldpath.PathElement) (any, string, bool) {
	switch {
	case element.FieldName != nil:
		m, _ := in.(map[string]any)
		child, ok := m[*element.FieldName]
		return child, *element.FieldName, ok
	case element.Index != nil:
		list, _ := in.([]any)
		if *element.Index < 0 || *element.Index >= len(list) {
			return nil, "", false
		}
		return list[*element.Index], strconv.Itoa(*element.Index), true
	}
	list, _ := in.([]any)
	for i, item := range list {
		if selects(element, item) {
			return item, strconv.Itoa(i), true
		}
	}
	return nil, "", false
}

// selects says whether an item of a list is the one that an element names by its keys or its value.
func selects(element fieldpath.PathElement, item any) bool {
	if element.Value != nil {
		return sameValue((*element.Value).Unstructured(), item)
	}
	m, ok := item.(map[string]any)
	if !ok || element.Key == nil {
		return false
	}
	for _, key := range *element.Key {
		have, present := m[key.Name]
		if !present && key.Name == "protocol" {
			have = "TCP" // the one key of a list that the API server fills in
		}
		if !sameValue(key.Value.Unstructured(), have) {
			return false
		}
	}
	return true
}

// sameValue compares scalars; numbers may have been decoded to different types.
func sameValue(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// textOf is a path as people read it: spec.template.spec.containers[name="site"].env.
func textOf(path fieldpath.Path) string { return strings.TrimPrefix(path.String(), ".") }
