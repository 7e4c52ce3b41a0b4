package apply

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func TestClassOf(t *testing.T) {
	resource := schema.GroupResource{Group: "apps", Resource: "deployments"}
	kind := schema.GroupKind{Group: "apps", Kind: "Deployment"}
	terminating := apierrors.NewForbidden(resource, "x", errors.New("the namespace is being terminated"))
	terminating.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	for name, test := range map[string]struct {
		err  error
		want Class
	}{
		"a schema's refusal":                     {apierrors.NewInvalid(kind, "x", field.ErrorList{field.Required(field.NewPath("spec"), "")}), Refused},
		"admission's, quota's or RBAC's refusal": {apierrors.NewForbidden(resource, "x", errors.New("exceeded quota")), Refused},
		"a request that makes no sense":          {apierrors.NewBadRequest("no"), Refused},
		"a namespace that is being deleted":      {terminating, Waiting},
		"another object under the same name":     {apierrors.NewInvalid(kind, "x", field.ErrorList{field.Invalid(field.NewPath("metadata", "uid"), "a", "field is immutable")}), Waiting},
		"a kind that discovery does not know":    {&meta.NoKindMatchError{GroupKind: kind}, MissingKind},
		"a path that is not served":              {apierrors.NewGenericServerResponse(404, "patch", resource, "x", "404 page not found", 0, true), MissingKind},
		"a namespace that is gone":               {apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "x"), Transient},
		"a conflict":                             {apierrors.NewConflict(resource, "x", errors.New("changed")), Transient},
		"too many requests":                      {apierrors.NewTooManyRequests("later", 3), Transient},
		"an error of the server":                 {apierrors.NewInternalError(errors.New("etcd")), Transient},
		"no answer":                              {errors.New("connection refused"), Transient},
	} {
		t.Run(name, func(t *testing.T) {
			if got := classOf(test.err); got != test.want {
				t.Errorf("class = %d, want %d", got, test.want)
			}
		})
	}
}
