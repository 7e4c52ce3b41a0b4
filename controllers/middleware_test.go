package controllers

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

func TestAMiddlewareIsTheSameByAnyWay(t *testing.T) {
	for name, text := range map[string]string{
		"with a spec":    `{"apiVersion":"traefik.io/v1alpha1","kind":"Middleware","metadata":{"name":"a"},"spec":{"rateLimit":{"average":20,"period":"1s","x":[0.5,true,null]}}}`,
		"without a spec": `{"apiVersion":"traefik.io/v1alpha1","kind":"Middleware","metadata":{"name":"a"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			var want map[string]any
			if err := utiljson.Unmarshal([]byte(text), &want); err != nil {
				t.Fatal(err)
			}
			m := &Middleware{}
			if err := json.Unmarshal([]byte(text), m); err != nil {
				t.Fatal(err)
			}
			m = m.DeepCopyObject().(*Middleware)
			got, err := runtime.DefaultUnstructuredConverter.ToUnstructured(m)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("as maps (-want +got):\n%s", diff)
			}
			again, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			var encoded map[string]any
			if err := utiljson.Unmarshal(again, &encoded); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, encoded); diff != "" {
				t.Errorf("as JSON (-want +got):\n%s", diff)
			}
		})
	}
}
