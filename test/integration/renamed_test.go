package integration

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

var _ = Describe("What a site controls", func() {
	It("goes where it was called otherwise by an earlier operator, and stays where it is somebody's", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "renamed", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		before := children(ctx, site)
		owner := []metav1.OwnerReference{*metav1.NewControllerRef(get(ctx, site), hustingsv1alpha1.GroupVersion.WithKind("CampaignSite"))}
		service := func(name string, labels map[string]string) *corev1.Service {
			s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: site.Namespace, Name: name, OwnerReferences: owner, Labels: labels}}
			s.Spec.Ports = []corev1.ServicePort{{Port: 80}}
			return s
		}
		earlier := map[string]string{"hustings.dev/site": "renamed-before"}
		route := routeOf(get(ctx, site), "renamed-before."+domain)
		route.Name, route.Labels["hustings.dev/site"] = "renamed-before", earlier["hustings.dev/site"]
		theirs := service("their-own", nil)
		for _, o := range []client.Object{theirs, route, service("renamed-before", earlier)} {
			Expect(env.Client.Create(ctx, o)).To(Succeed())
		}
		for _, gone := range []client.Object{&networkingv1.Ingress{}, &corev1.Service{}} {
			Eventually(func() bool {
				return apierrors.IsNotFound(env.Client.Get(ctx, client.ObjectKey{Namespace: site.Namespace, Name: "renamed-before"}, gone))
			}).Should(BeTrue())
		}
		settled(ctx)
		Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(theirs), theirs)).To(Succeed())
		Expect(children(ctx, site)).To(Equal(before))
	}, SpecTimeout(minute))
})
