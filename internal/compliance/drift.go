package compliance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Differences compares an object as it was planned with the live one, both as maps and lists, and returns the paths of
// the planned fields that the live one does not have, sorted. Fields that only the live one has are left alone: the API
// server adds defaults, other controllers their own. But selectors and lists are compared whole, for one item more or
// less changes what they mean.
//
// Of the metadata it compares labels and annotations. It leaves out the status, and the type, which a typed object out of
// a cache comes without: whoever compares two objects knows them to be of one kind.
func Differences(planned, live map[string]any) []string {
	c := comparison{}
	for key, want := range planned {
		switch key {
		case "status", "apiVersion", "kind":
		case "metadata":
			want, have := sectionOf(planned, "metadata"), sectionOf(live, "metadata")
			for _, part := range [...]string{"annotations", "labels"} {
				c.within("metadata", func() { c.field(part, part, want[part], have[part]) })
			}
		default:
			c.field(key, key, want, live[key])
		}
	}
	slices.Sort(c.paths)
	return c.paths
}

// comparison collects paths. Where it is at is one buffer, so that what does not differ costs no memory: it is most of
// what every reconcile looks at.
type comparison struct {
	at    []byte
	paths []string
}

// within does something at a key below.
func (c *comparison) within(key string, do func()) {
	length := len(c.at)
	c.at = appendKey(c.at, key)
	do()
	c.at = c.at[:length]
}

// field compares one field of a map; kind is the name of the field, or of the map where its keys are no fields.
func (c *comparison) field(key, kind string, planned, live any) {
	length := len(c.at)
	c.at = appendKey(c.at, key)
	c.compare(kind, planned, live)
	c.at = c.at[:length]
}

// item compares one item of a list.
func (c *comparison) item(i int, kind string, planned, live any) {
	length := len(c.at)
	c.at = append(strconv.AppendInt(append(c.at, '['), int64(i), 10), ']')
	c.compare(kind, planned, live)
	c.at = c.at[:length]
}

// differs notes the place where it is.
func (c *comparison) differs() { c.paths = append(c.paths, string(c.at)) }

func (c *comparison) compare(kind string, planned, live any) {
	switch want := planned.(type) {
	case nil:
	case map[string]any:
		c.compareMaps(kind, want, live)
	case []any:
		have, ok := live.([]any)
		if (!ok && !isZero(live)) || len(have) != len(want) {
			c.differs()
			return
		}
		for i := range want {
			c.item(i, kind, want[i], have[i])
		}
	default:
		if !sameScalar(kind, planned, live) {
			c.differs()
		}
	}
}

func (c *comparison) compareMaps(kind string, want map[string]any, live any) {
	have, ok := live.(map[string]any)
	if !ok {
		if !isZero(want) || !isZero(live) {
			c.differs()
		}
		return
	}
	for k, value := range want {
		inner := k
		if isQuantities(kind) {
			inner = kind
		}
		c.field(k, inner, value, have[k])
	}
	if !isSelector(kind) {
		return
	}
	for k, value := range have {
		if _, planned := want[k]; !planned && !isZero(value) {
			c.within(k, c.differs)
		}
	}
}

// sameScalar compares values; zero equals absent, numbers are equal whatever their type, and quantities by value.
func sameScalar(key string, planned, live any) bool {
	if want, isText := planned.(string); isText {
		if have, isText := live.(string); isText && want == have {
			return true
		}
	}
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
	c := comparison{}
	c.additions(planned, live)
	slices.Sort(c.paths)
	return c.paths
}

func (c *comparison) additions(planned, live any) {
	length := len(c.at)
	switch have := live.(type) {
	case map[string]any:
		want, _ := planned.(map[string]any)
		for k, value := range have {
			if length == 0 && k == "status" {
				continue
			}
			_, isPlanned := want[k]
			isAdded := !isPlanned && isRisk(c.at, k) && !isZero(value)
			c.at = appendKey(c.at, k)
			if isAdded {
				c.differs()
			} else {
				c.additions(want[k], value)
			}
			c.at = c.at[:length]
		}
	case []any:
		want, _ := planned.([]any)
		for i, value := range have {
			var item any
			if i < len(want) {
				item = want[i]
			}
			c.at = append(strconv.AppendInt(append(c.at, '['), int64(i), 10), ']')
			c.additions(item, value)
			c.at = c.at[:length]
		}
	}
}

// isRisk says whether a field that nobody planned opens or runs something. None of them has a default that is not zero.
func isRisk(parent []byte, key string) bool {
	switch key {
	case "hostNetwork", "hostPID", "hostIPC", "hostPort", "hostIP", "hostPath", "hostAliases", "shareProcessNamespace",
		"privileged", "allowPrivilegeEscalation", "capabilities", "add", "procMount", "sysctls",
		"initContainers", "ephemeralContainers", "command", "args", "env", "envFrom", "lifecycle",
		"volumes", "volumeMounts", "volumeDevices", "nodeName", "dnsConfig",
		"externalIPs", "externalName", "loadBalancerIP", "defaultBackend", "ingress", "egress":
		return true
	}
	// Any of Traefik's annotations changes a route.
	return string(parent) == "metadata.annotations" && strings.HasPrefix(key, traefikAnnotations)
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

// appendKey adds a key to a path. Keys with dots in them are bracketed, so that a path can be taken apart again.
func appendKey(path []byte, key string) []byte {
	switch {
	case strings.ContainsAny(key, "./"):
		return append(append(append(path, '['), key...), ']')
	case len(path) == 0:
		return append(path, key...)
	}
	return append(append(path, '.'), key...)
}
