package object

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// Contents are objects as maps and lists. Whoever looks at the same object after another gets what that one got: to
// convert an object is most of what it costs to compare it. The zero value is ready, and nil converts every time.
//
// An object must not change while its content is kept, and a content must not be changed at all: it is shared, and may
// share memory with its object.
type Contents struct{ known map[Object]map[string]any }

// Of is the content of an object.
func (c *Contents) Of(o Object) (map[string]any, error) {
	if u, ok := o.(*unstructured.Unstructured); ok {
		return u.Object, nil
	}
	if c == nil {
		return runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	}
	if content, found := c.known[o]; found {
		return content, nil
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, err
	}
	if c.known == nil {
		c.known = map[Object]map[string]any{}
	}
	c.known[o] = content
	return content, nil
}
