package e2e

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// byHand applies a site's objects in another namespace, one after the other as kubectl would, without the operator, and
// returns how long it took until the first page was served.
func byHand(ctx context.Context, site *hustingsv1alpha1.CampaignSite, visitor *visitor) time.Duration {
	GinkgoHelper()
	objects := children(ctx, site)
	namespace := newNamespace(ctx)
	began := time.Now()
	for _, o := range objects {
		Expect(env.client.Create(ctx, moved(o, site.Namespace, namespace))).To(Succeed())
	}
	url := "https://" + strings.ReplaceAll(host(site), site.Namespace, namespace) + "/"
	Eventually(visitor.page(ctx, url)).WithTimeout(2 * time.Minute).Should(HavePrefix("200"))
	took := time.Since(began)
	_, err := env.kubectl(ctx, "delete", "namespace", namespace, "--wait=false")
	Expect(err).NotTo(HaveOccurred())
	return took
}

// moved is an object as somebody would write it for another namespace. It has another name for its site, or the policies
// that ship with the operator would refuse its pods.
func moved(o unstructured.Unstructured, from, to string) *unstructured.Unstructured {
	raw, err := o.MarshalJSON()
	Expect(err).NotTo(HaveOccurred())
	out := &unstructured.Unstructured{}
	text := strings.NewReplacer(from, to, "hustings.dev/site", "example.org/site", "app.kubernetes.io/managed-by", "example.org/managed-by").Replace(string(raw))
	Expect(out.UnmarshalJSON([]byte(text))).To(Succeed())
	for _, field := range []string{"ownerReferences", "managedFields", "resourceVersion", "uid", "creationTimestamp", "generation"} {
		unstructured.RemoveNestedField(out.Object, "metadata", field)
	}
	delete(out.Object, "status")
	for _, field := range []string{"clusterIP", "clusterIPs"} {
		unstructured.RemoveNestedField(out.Object, "spec", field)
	}
	return out
}
