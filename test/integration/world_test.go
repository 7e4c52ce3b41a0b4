package integration

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/internal/render"
	"github.com/hustings/hustings/test/fixture"
)

// domain is granted to every namespace of these tests.
const domain = "example.org"

// newClass makes the class of all tests if it is not there.
func newClass(ctx context.Context, name string, change func(*hustingsv1alpha1.SiteClass)) *hustingsv1alpha1.SiteClass {
	GinkgoHelper()
	class := fixture.Class()
	class.Name, class.Annotations = name, nil
	class.Spec.Hosts = []hustingsv1alpha1.HostGrant{{
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"hustings.test/campaign": "north"}},
		Suffixes:          []hustingsv1alpha1.Host{domain},
	}}
	if change != nil {
		change(class)
	}
	Expect(client.IgnoreAlreadyExists(env.Client.Create(ctx, class))).To(Succeed())
	return class
}

// newNamespace makes a namespace that the class grants hosts to; it is deleted after the test.
func newNamespace(ctx context.Context) string {
	GinkgoHelper()
	return namespaceCalled(ctx, "t")
}

// namespaceCalled makes one whose name begins so.
func namespaceCalled(ctx context.Context, prefix string) string {
	GinkgoHelper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		GenerateName: prefix,
		Labels:       map[string]string{"hustings.test/campaign": "north", "pod-security.kubernetes.io/enforce": "restricted"},
	}}
	Expect(env.Client.Create(ctx, ns)).To(Succeed())
	DeferCleanup(func(ctx SpecContext) {
		Expect(client.IgnoreNotFound(env.Client.Delete(ctx, ns))).To(Succeed())
	})
	return ns.Name
}

// newSite is the fixture's site under another name, with hosts of its own; it is not created.
func newSite(namespace, name string, change func(*hustingsv1alpha1.CampaignSite)) *hustingsv1alpha1.CampaignSite {
	site := fixture.Site()
	site.Namespace, site.Name = namespace, name
	site.Spec.ClassName = "standard"
	site.Spec.Hosts = []hustingsv1alpha1.Host{hustingsv1alpha1.Host(fmt.Sprintf("%s.%s.%s", render.BaseName(namespace, name), namespace, domain))}
	site.Spec.Replicas, site.Spec.Files = nil, nil // leaks_files_test.go has the sites that mount something
	if change != nil {
		change(site)
	}
	return site
}

// get reads a site afresh.
func get(ctx context.Context, site *hustingsv1alpha1.CampaignSite) *hustingsv1alpha1.CampaignSite {
	GinkgoHelper()
	out := &hustingsv1alpha1.CampaignSite{}
	Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(site), out)).To(Succeed())
	return out
}

// condition reads one condition of a site as "Status Reason: message"; empty, it is not there for this generation.
func condition(ctx context.Context, site *hustingsv1alpha1.CampaignSite, kind string) func() string {
	return func() string {
		now := &hustingsv1alpha1.CampaignSite{}
		if err := env.Client.Get(ctx, client.ObjectKeyFromObject(site), now); err != nil {
			return err.Error()
		}
		c := meta.FindStatusCondition(now.Status.Conditions, kind)
		if c == nil || c.ObservedGeneration != now.Generation {
			return ""
		}
		return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
	}
}

// ready waits until the site is Ready.
func ready(ctx context.Context, site *hustingsv1alpha1.CampaignSite) {
	GinkgoHelper()
	Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).WithContext(ctx).Should(HavePrefix("True "), func() string { return situation(site) })
}

// situation is how far a site has come, in a line for whoever wonders why it goes no further.
func situation(site *hustingsv1alpha1.CampaignSite) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) // that of the test may be over
	defer cancel()
	now, pods := &hustingsv1alpha1.CampaignSite{}, &appsv1.Deployment{}
	if err := env.Client.Get(ctx, client.ObjectKeyFromObject(site), now); err != nil {
		return err.Error()
	}
	if err := env.Client.Get(ctx, client.ObjectKey{Namespace: site.Namespace, Name: render.BaseName(site.Namespace, site.Name)}, pods); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s/%s at %s: generation %d of the Deployment, %d seen, rollout %s, that of the last look %s (%s); %d pods wanted, %d there, %d new, %d ready",
		site.Namespace, site.Name, time.Now().Format(time.TimeOnly), pods.Generation, pods.Status.ObservedGeneration,
		pods.Annotations["deployment.kubernetes.io/revision"], now.Status.Leaks.Rollout, now.Status.Leaks.Served.Verdict,
		ptr.Deref(pods.Spec.Replicas, 1), pods.Status.Replicas, pods.Status.UpdatedReplicas, pods.Status.ReadyReplicas)
}

// children are all objects of every owned kind with the site's label.
func children(ctx context.Context, site *hustingsv1alpha1.CampaignSite) []unstructured.Unstructured {
	GinkgoHelper()
	var out []unstructured.Unstructured
	for _, gvk := range plan.OwnedKinds() {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(gvk)
		err := env.Client.List(ctx, list, client.InNamespace(site.Namespace), client.MatchingLabels(render.Selector(render.BaseName(site.Namespace, site.Name))))
		if meta.IsNoMatchError(err) {
			continue
		}
		Expect(err).NotTo(HaveOccurred())
		out = append(out, list.Items...)
	}
	return out
}

// tail is the end of a file.
func tail(path string, lines int) string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(string(raw), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
