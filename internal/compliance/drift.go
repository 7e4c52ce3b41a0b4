package compliance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Differences compares an object as it was planned with the live one, both as maps and lists, and returns the paths of
// the planned fields that the live one does not have, sorted. Fields that only the live one has are left alone: the API
// server adds defaults, other controllers their own. But selectors and lists are compared whole, for one item more or
// less changes what they mean.
//
// Of the metadata it compares labels and annotations, and it leaves out the status.
func Differences(planned, live map[string]any) []string {
	c := comparison{}
	for _, key := range slices.Sorted(maps.Keys(planned)) {
		switch key {
		case "status":
		case "metadata":
			for _, part := range [...]string{"annotations", "labels"} {
				want, have := sectionOf(planned, "metadata"), sectionOf(live, "metadata")
				c.compare("metadata."+part, part, want[part], have[part])
			}
		default:
			c.compare(key, key, planned[key], live[key])
		}
	}
	slices.Sort(c.paths)
	return c.paths
}

// comparison collects paths.
type comparison struct{ paths []string }

// compare compares one field; key is its own name, parent's included in path.
func (c *comparison) compare(path, key string, planned, live any) {
	switch want := planned.(type) {
	case nil:
	case map[string]any:
		c.compareMaps(path, key, want, live)
	case []any:
		have, ok := live.([]any)
		if (!ok && !isZero(live)) || len(have) != len(want) {
			c.paths = append(c.paths, path)
			return
		}
		for i := range want {
			c.compare(fmt.Sprintf("%s[%d]", path, i), key, want[i], have[i])
		}
	default:
		if !sameScalar(key, planned, live) {
			c.paths = append(c.paths, path)
		}
	}
}

func (c *comparison) compareMaps(path, key string, want map[string]any, live any) {
	have, ok := live.(map[string]any)
	if !ok {
		if !isZero(want) || !isZero(live) {
			c.paths = append(c.paths, path)
		}
		return
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		inner := k
		if isQuantities(key) {
			inner = key
		}
		c.compare(join(path, k), inner, want[k], have[k])
	}
	if !isSelector(key) {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(have)) {
		if _, planned := want[k]; !planned && !isZero(have[k]) {
			c.paths = append(c.paths, join(path, k))
		}
	}
}

// sameScalar compares values; zero equals absent, numbers are equal whatever their type, and quantities by value.
func sameScalar(key string, planned, live any) bool {
	if isZero(planned) && isZero(live) {
		return true
	}
	want, wantsNumber := float(planned)
	have, hasNumber := float(live)
	if wantsNumber && hasNumber {
		return want == have
	}
	if isQuantities(key) {
		a, errA := resource.ParseQuantity(fmt.Sprint(planned))
		b, errB := resource.ParseQuantity(fmt.Sprint(live))
		return errA == nil && errB == nil && a.Cmp(b) == 0
	}
	return fmt.Sprintf("%T", planned) == fmt.Sprintf("%T", live) && fmt.Sprint(planned) == fmt.Sprint(live)
}

// Additions returns the paths of what a live object has beyond the planned one and must not have: fields that the API
// server never sets by itself and that open or run something. Sorted. Unlike Differences they cannot be put right by
// applying the plan again: somebody else owns them.
func Additions(planned, live map[string]any) []string {
	paths := additions(nil, "", planned, live)
	slices.Sort(paths)
	return paths
}

func additions(paths []string, path string, planned, live any) []string {
	switch have := live.(type) {
	case map[string]any:
		want, _ := planned.(map[string]any)
		for k, value := range have {
			at := join(path, k)
			if path == "" && k == "status" {
				continue
			}
			if _, isPlanned := want[k]; !isPlanned && isRisk(path, k) && !isZero(value) {
				paths = append(paths, at)
				continue
			}
			paths = additions(paths, at, want[k], value)
		}
	case []any:
		want, _ := planned.([]any)
		for i, value := range have {
			var item any
			if i < len(want) {
				item = want[i]
			}
			paths = additions(paths, fmt.Sprintf("%s[%d]", path, i), item, value)
		}
	}
	return paths
}

// isRisk says whether a field that nobody planned opens or runs something. None of them has a default that is not zero.
func isRisk(parent, key string) bool {
	switch key {
	case "hostNetwork", "hostPID", "hostIPC", "hostPort", "hostIP", "hostPath", "hostAliases", "shareProcessNamespace",
		"privileged", "allowPrivilegeEscalation", "capabilities", "add", "procMount", "sysctls",
		"initContainers", "ephemeralContainers", "command", "args", "env", "envFrom", "lifecycle",
		"volumes", "volumeMounts", "volumeDevices", "nodeName", "dnsConfig",
		"externalIPs", "externalName", "loadBalancerIP", "defaultBackend", "ingress", "egress":
		return true
	}
	// Any of Traefik's annotations changes a route.
	return parent == "metadata.annotations" && strings.HasPrefix(key, traefikAnnotations)
}

// isSelector says whether a field selects: there one more requirement, or one in place of none, means other objects.
func isSelector(key string) bool {
	switch key {
	case "selector", "podSelector", "namespaceSelector", "labelSelector", "matchLabels", "nodeSelector":
		return true
	}
	return false
}

// isQuantities says whether a field's values are quantities, which the API server may spell anew: 1000m and 1.
func isQuantities(key string) bool {
	switch key {
	case "limits", "requests", "sizeLimit", "divisor", "averageValue":
		return true
	}
	return false
}

// isZero says whether a value is what an absent field would be.
func isZero(v any) bool {
	switch t := v.(type) {
	case nil:
		return true
	case bool:
		return !t
	case string:
		return t == ""
	case map[string]any:
		for _, value := range t {
			if !isZero(value) {
				return false
			}
		}
		return true
	case []any:
		return len(t) == 0
	}
	n, ok := float(v)
	return ok && n == 0
}

func float(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case int:
		return float64(n), true
	case int32:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// join adds a key to a path. Keys with dots in them are bracketed, so that a path can be taken apart again.
func join(path, key string) string {
	switch {
	case strings.ContainsAny(key, "./"):
		return path + "[" + key + "]"
	case path == "":
		return key
	}
	return path + "." + key
}
