package apply

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const plannedDeployment = `
metadata:
  annotations: {hustings.dev/digest: abc}
  labels: {hustings.dev/site: vote}
spec:
  template:
    metadata: {labels: {hustings.dev/site: vote}}
    spec:
      containers:
      - {name: site, image: good, ports: [{containerPort: 8080}]}
`

// liveDeployment is plannedDeployment as others left it.
const liveDeployment = `
metadata:
  annotations: {hustings.dev/digest: abc, team: north, hustings.dev/extra: x, traefik.ingress.kubernetes.io/router.tls: "false"}
  labels: {hustings.dev/site: vote, foo: bar}
spec:
  replicas: 7
  template:
    metadata:
      annotations: {kubectl.kubernetes.io/restartedAt: now, sidecar: "on"}
      labels: {hustings.dev/site: vote, evil: x}
    spec:
      dnsPolicy: Default
      hostNetwork: true
      containers:
      - {name: before, image: evil}
      - {name: site, image: bad, ports: [{containerPort: 8080, protocol: TCP, hostPort: 80}], env: [{name: A, value: b}]}
      - {name: after, image: evil}
status: {replicas: 1}
`

func TestForeignIn(t *testing.T) {
	for name, test := range map[string]struct {
		entry   metav1.ManagedFieldsEntry
		fields  string
		added   []addition
		changed []string
	}{
		"an added field is one to take away": {
			fields: `{"f:spec":{"f:template":{"f:spec":{"f:hostNetwork":{},"f:dnsPolicy":{}}}}}`,
			added: []addition{
				{"spec.template.spec.dnsPolicy", []string{"spec", "template", "spec", "dnsPolicy"}},
				{"spec.template.spec.hostNetwork", []string{"spec", "template", "spec", "hostNetwork"}},
			},
		},
		"an added item of a list is taken away whole": {
			fields: `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"after\"}":{".":{},"f:image":{},"f:name":{}}}}}}}`,
			added: []addition{
				{`spec.template.spec.containers[name="after"]`, []string{"spec", "template", "spec", "containers", "2"}},
				{`spec.template.spec.containers[name="after"]`, []string{"spec", "template", "spec", "containers", "2"}},
			},
		},
		"a port is found though the plan leaves its protocol to the API server": {
			fields: `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"site\"}":{"f:ports":{"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{"f:hostPort":{}}}}}}}}}`,
			added: []addition{{
				`spec.template.spec.containers[name="site"].ports[containerPort=8080,protocol="TCP"].hostPort`,
				[]string{"spec", "template", "spec", "containers", "1", "ports", "0", "hostPort"},
			}},
		},
		"a planned field with another value is changed, and no addition": {
			fields:  `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"site\"}":{"f:image":{}}}}}}}`,
			changed: []string{`spec.template.spec.containers[name="site"].image`},
		},
		"a planned field with the planned value is nobody's fault": {
			fields: `{"f:metadata":{"f:labels":{"f:hustings.dev/site":{}}}}`,
		},
		"labels and annotations of others stay, but for those that change a route or are ours": {
			fields: `{"f:metadata":{"f:labels":{"f:foo":{}},"f:annotations":{"f:team":{},"f:hustings.dev/extra":{},"f:traefik.ingress.kubernetes.io/router.tls":{}}}}`,
			added: []addition{
				{"metadata.annotations.hustings.dev/extra", []string{"metadata", "annotations", "hustings.dev/extra"}},
				{"metadata.annotations.traefik.ingress.kubernetes.io/router.tls", []string{"metadata", "annotations", "traefik.ingress.kubernetes.io/router.tls"}},
			},
		},
		"a restart stays, other annotations and labels of pods do not": {
			fields: `{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{".":{},"f:kubectl.kubernetes.io/restartedAt":{},"f:sidecar":{}},"f:labels":{"f:evil":{}}}}}}`,
			added: []addition{
				{"spec.template.metadata.annotations.sidecar", []string{"spec", "template", "metadata", "annotations", "sidecar"}},
				{"spec.template.metadata.labels.evil", []string{"spec", "template", "metadata", "labels", "evil"}},
			},
		},
		"replicas are an autoscaler's":    {fields: `{"f:spec":{"f:replicas":{}}}`},
		"a status is not ours":            {fields: `{"f:status":{"f:replicas":{}}}`},
		"a field that is gone is no harm": {fields: `{"f:spec":{"f:paused":{}}}`},
		"what is written to a subresource is its controller's": {
			entry:  metav1.ManagedFieldsEntry{Manager: "evil", Subresource: "scale"},
			fields: `{"f:spec":{"f:template":{"f:spec":{"f:hostNetwork":{}}}}}`,
		},
		"of what the oldest of many did, some is ours": {
			entry:  metav1.ManagedFieldsEntry{Manager: "ancient-changes"},
			fields: `{"f:spec":{"f:template":{"f:spec":{"f:hostNetwork":{}}}}}`,
		},
		"our own fields are not foreign": {
			entry:  metav1.ManagedFieldsEntry{Manager: "hustings"},
			fields: `{"f:spec":{"f:template":{"f:spec":{"f:hostNetwork":{}}}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			entry := test.entry
			if entry.Manager == "" {
				entry.Manager = "evil"
			}
			entry.FieldsV1 = metav1.NewFieldsV1(test.fields)
			got, err := foreignIn([]metav1.ManagedFieldsEntry{entry}, parse(t, plannedDeployment), parse(t, liveDeployment))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.added, got.added, cmp.AllowUnexported(addition{})); diff != "" {
				t.Errorf("added (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.changed, got.changed); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
			if named := len(got.managers) == 1; named != (len(test.added)+len(test.changed) > 0) {
				t.Errorf("managers = %v", got.managers)
			}
		})
	}
}

func TestForeignInRefusesFieldsThatItCannotRead(t *testing.T) {
	entry := metav1.ManagedFieldsEntry{Manager: "evil", FieldsV1: metav1.NewFieldsV1(`{"f:spec":`)}
	if _, err := foreignIn([]metav1.ManagedFieldsEntry{entry}, nil, nil); err == nil {
		t.Error("no error")
	}
}

// parse reads YAML with the number types of unstructured objects.
func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	content := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &content); err != nil {
		t.Fatal(err)
	}
	return content
}
