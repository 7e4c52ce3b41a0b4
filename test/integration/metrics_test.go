package integration

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/cluster"
)

var _ = Describe("The metrics", Serial, func() {
	It("are for those whom the cluster allows, and for nobody else", func(ctx SpecContext) {
		at := freeAddress(ctx)
		standby, err := env.StartManager(ctx, binary, "--metrics-bind-address", at)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { Expect(standby.Stop()).To(Succeed(), tail(standby.Log, 20)) })
		ns := newNamespace(ctx)
		reader, stranger := readerOf(ctx, ns), tokenOf(ctx, ns, "stranger")

		status := func(method, authorization string) func() int {
			return func() int {
				code, _ := ask(ctx, method, at, authorization)
				return code
			}
		}
		Eventually(status(http.MethodGet, "")).Should(Equal(http.StatusUnauthorized), tail(standby.Log, 20))
		Expect(status(http.MethodGet, "Bearer made-up")()).To(Equal(http.StatusUnauthorized))
		Expect(status(http.MethodGet, "Basic "+reader)()).To(Equal(http.StatusUnauthorized))
		Expect(status(http.MethodGet, "Bearer "+stranger)()).To(Equal(http.StatusForbidden))
		// The API server learns of the binding a moment later.
		Eventually(status(http.MethodGet, "Bearer "+reader)).Should(Equal(http.StatusOK))
		_, body := ask(ctx, http.MethodGet, at, "Bearer "+reader)
		Expect(body).To(And(ContainSubstring("controller_runtime_"), Not(ContainSubstring("campaignsite_"))), "it stands by")
		Expect(status(http.MethodPost, "Bearer "+reader)()).To(Equal(http.StatusForbidden), "the role is to get them")

		By("not asking again for a minute whether a reader may")
		reviews := func() int {
			return len(requests(func(r request) bool { return r.ObjectRef.Resource == "tokenreviews" }))
		}
		const asked = 10
		before := reviews()
		for range asked {
			Expect(status(http.MethodGet, "Bearer "+reader)()).To(Equal(http.StatusOK))
		}
		// What was asked before may be written to the audit log meanwhile.
		Expect(reviews() - before).To(BeNumerically("<", asked/2))
	}, SpecTimeout(minute))

	It("are asked for by objects that kustomize can build", func(ctx SpecContext) {
		built, err := env.Kubectl(ctx, "kustomize", cluster.Path("config/monitoring"))
		Expect(err).NotTo(HaveOccurred())
		for _, kind := range []string{"ServiceMonitor", "PrometheusRule", "ConfigMap"} {
			Expect(built).To(ContainSubstring("kind: " + kind + "\n"))
		}
		Expect(strings.Count(built, "namespace: "+cluster.OperatorNamespace+"\n")).To(Equal(3))
	}, SpecTimeout(minute))

	It("say how each site is, and no secret", func(ctx SpecContext) {
		at := freeAddress(ctx)
		restartManager(ctx, "--metrics-bind-address", at)
		DeferCleanup(func(ctx SpecContext) { restartManager(ctx) })
		ns := newNamespace(ctx)
		reader := readerOf(ctx, ns)
		good := newSite(ns, "measured", nil)
		key := "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
		leaky := newSite(ns, "leaky", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Env = []hustingsv1alpha1.EnvVar{{Name: "STRIPE_KEY", Value: &key}}
		})
		Expect(env.Client.Create(ctx, good)).To(Succeed())
		Expect(env.Client.Create(ctx, leaky)).To(Succeed())
		var body string
		Eventually(func() string {
			_, body = ask(ctx, http.MethodGet, at, "Bearer "+reader)
			return body
		}).Should(And(
			ContainSubstring(fmt.Sprintf("campaignsite_ready{name=%q,namespace=%q} 1\n", "measured", ns)),
			ContainSubstring(fmt.Sprintf("campaignsite_compliant{name=%q,namespace=%q} 1\n", "measured", ns)),
			ContainSubstring(fmt.Sprintf("campaignsite_ready{name=%q,namespace=%q} 0\n", "leaky", ns)),
			ContainSubstring(fmt.Sprintf("campaignsite_control_result{control=%q,name=%q,namespace=%q,result=%q,severity=%q} 1\n",
				"leaks.manifest", "leaky", ns, "Fail", "critical")),
			ContainSubstring(`leader_election_master_status{name="hustings-manager"} 1`),
			// What the alerts and the dashboard ask for beside.
			ContainSubstring(`controller_runtime_reconcile_errors_total{controller="campaignsite"} `),
			ContainSubstring(`controller_runtime_reconcile_time_seconds_bucket{controller="campaignsite",`)))
		Expect(body).NotTo(ContainSubstring(key))

		By("and nothing of one that is gone")
		Expect(env.Client.Delete(ctx, leaky)).To(Succeed())
		Eventually(func() string {
			_, body := ask(ctx, http.MethodGet, at, "Bearer "+reader)
			return body
		}).Should(And(ContainSubstring("campaignsite_ready{"), Not(ContainSubstring(`name="leaky",namespace="`+ns))))
	}, SpecTimeout(minute))
})

// readerOf makes a ServiceAccount that may read the metrics, and a token of it.
func readerOf(ctx context.Context, namespace string) string {
	GinkgoHelper()
	const name = "prometheus"
	token := tokenOf(ctx, namespace, name)
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "metrics-reader-" + namespace},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "hustings-metrics-reader"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}},
	}
	Expect(env.Client.Create(ctx, binding)).To(Succeed())
	DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, binding)).To(Succeed()) })
	return token
}

// freeAddress is an address of this machine at which nobody listens.
func freeAddress(ctx context.Context) string {
	GinkgoHelper()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	Expect(listener.Close()).To(Succeed())
	return listener.Addr().String()
}

// tokenOf makes a ServiceAccount and a token of it.
func tokenOf(ctx context.Context, namespace, name string) string {
	GinkgoHelper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	Expect(env.Client.Create(ctx, account)).To(Succeed())
	token := &authenticationv1.TokenRequest{}
	Expect(env.Client.SubResource("token").Create(ctx, account, token)).To(Succeed())
	return token.Status.Token
}

// ask requests the metrics, and says how it was answered; 0, nobody answers.
func ask(ctx context.Context, method, address, authorization string) (int, string) {
	GinkgoHelper()
	r, err := http.NewRequestWithContext(ctx, method, "https://"+address+"/metrics", strings.NewReader(""))
	Expect(err).NotTo(HaveOccurred())
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	// The operator makes its certificate itself where it is given none.
	c := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	response, err := c.Do(r)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(response.Body)
	Expect(err).NotTo(HaveOccurred())
	return response.StatusCode, string(body)
}
