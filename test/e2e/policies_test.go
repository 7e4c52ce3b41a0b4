package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/e2e/images"
)

// probe is a server that says of whatever it is asked whether it can be reached from where it runs.
const probe = `const dns = require("dns"), http = require("http"), net = require("net");
http.createServer((request, response) => {
  const asked = new URL(request.url, "http://localhost").searchParams;
  const answer = (text) => response.setHeader("Content-Type", "text/plain").end(text);
  if (asked.has("name")) return dns.lookup(asked.get("name"), (error, address) => answer(error ? "no: " + error.code : "yes: " + address));
  if (!asked.has("to")) return answer("probe");
  const [host, port] = asked.get("to").split(":");
  const socket = net.connect({host, port, timeout: 2000});
  socket.on("connect", () => { socket.destroy(); answer("yes"); });
  socket.on("timeout", () => { socket.destroy(); answer("no: timeout"); });
  socket.on("error", (error) => answer("no: " + error.code));
}).listen(8080);
`

// The API server, as pods find it and as it is behind that.
const (
	apiService = "10.96.0.1:443"
	apiServer  = "192.0.2.1:6443"
)

// kube-router enforces NetworkPolicies on these nodes, so what they say is what happens.
var _ = Describe("a site's NetworkPolicies", short, func() {
	var outsider *corev1.Pod
	image := func(ctx SpecContext) string {
		return push(ctx, images.Node, images.Options{Version: "probe", Layers: [][]images.File{{{Path: "/srv/server.js", Content: []byte(probe)}}}})
	}
	BeforeEach(func(ctx SpecContext) {
		outsider = strangerOf(ctx, newNamespace(ctx), image(ctx))
	})

	It("let in nobody but the edge, and let out nothing but names", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "walled", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = image(ctx) })
		create(ctx, site)
		By("being served by the edge")
		Eventually(asSite(ctx, site, "", "")).Should(Equal("200 probe"))

		By("keeping out a pod of another namespace")
		Expect(asPod(ctx, outsider, apiService)()).To(Equal("yes"), "without policies everything can be reached")
		for _, pod := range pods(ctx, site) {
			Expect(asPod(ctx, outsider, pod.Status.PodIP+":8080")()).To(HavePrefix("no"))
		}
		service := &corev1.Service{}
		Expect(env.client.Get(ctx, client.ObjectKeyFromObject(site), service)).To(Succeed())
		Expect(asPod(ctx, outsider, fmt.Sprintf("%s:%d", service.Spec.ClusterIP, service.Spec.Ports[0].Port))()).To(HavePrefix("no"))

		By("keeping in what it might send out")
		Expect(asSite(ctx, site, "name", "kubernetes.default.svc.cluster.local")()).To(HavePrefix("200 yes"))
		for _, to := range []string{apiService, apiServer, outsider.Status.PodIP + ":8080"} {
			Expect(asSite(ctx, site, "to", to)()).To(HavePrefix("200 no"), to)
		}
		// That something enforces them is still nothing that the operator has seen.
		Expect(control(ctx, site, "network.enforced")()).To(HavePrefix("Unknown"))
	}, SpecTimeout(3*time.Minute))

	It("let out what the class grants, and nothing beside it", func(ctx SpecContext) {
		newClass(ctx, "granting", func(c *hustingsv1alpha1.SiteClass) {
			c.Spec.Network.Egress = []hustingsv1alpha1.EgressGrant{{Name: "outsiders", CIDRs: []hustingsv1alpha1.CIDR{"10.244.0.0/16"}, Ports: []hustingsv1alpha1.Port{8080}}}
		})
		site := newSite(newNamespace(ctx), "granted", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image, s.Spec.ClassName = image(ctx), "granting"
			s.Spec.Egress = []hustingsv1alpha1.EgressRule{{
				Name: "outsiders", CIDRs: []hustingsv1alpha1.CIDR{hustingsv1alpha1.CIDR(outsider.Status.PodIP + "/32")}, Ports: []hustingsv1alpha1.Port{8080},
			}}
		})
		create(ctx, site)
		Eventually(asSite(ctx, site, "to", outsider.Status.PodIP+":8080")).Should(Equal("200 yes"))
		another := strangerOf(ctx, newNamespace(ctx), image(ctx))
		Expect(asSite(ctx, site, "to", another.Status.PodIP+":8080")()).To(HavePrefix("200 no"))
		Expect(asSite(ctx, site, "to", apiService)()).To(HavePrefix("200 no"))
	}, SpecTimeout(3*time.Minute))
})

// strangerOf runs a pod that no policy is about, and waits until it answers.
func strangerOf(ctx context.Context, namespace, image string) *corev1.Pod {
	GinkgoHelper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "stranger"},
		Spec: corev1.PodSpec{
			AutomountServiceAccountToken: ptr.To(false), TerminationGracePeriodSeconds: ptr.To[int64](1),
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: ptr.To(true), RunAsUser: ptr.To[int64](65532),
				SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name: "probe", Image: image,
				SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: ptr.To(false), ReadOnlyRootFilesystem: ptr.To(true),
					Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				},
			}},
		},
	}
	Expect(env.client.Create(ctx, pod)).To(Succeed())
	Eventually(func(g Gomega) {
		g.Expect(env.client.Get(ctx, client.ObjectKeyFromObject(pod), pod)).To(Succeed())
		g.Expect(pod.Status.PodIP).NotTo(BeEmpty())
		g.Expect(asPod(ctx, pod, pod.Status.PodIP+":8080")()).To(Equal("yes"))
	}).WithTimeout(time.Minute).Should(Succeed())
	return pod
}

// asPod asks a pod whether it reaches an address.
func asPod(ctx context.Context, pod *corev1.Pod, to string) func() string {
	return func() string {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+pod.Status.PodIP+":8080/?to="+url.QueryEscape(to), nil)
		if err != nil {
			return err.Error()
		}
		response, err := (&http.Client{Timeout: 5 * time.Second}).Do(request)
		if err != nil {
			return err.Error()
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		if err != nil {
			return err.Error()
		}
		return strings.TrimSpace(string(body))
	}
}

// asSite asks a pod of a site, through the edge, what it reaches.
func asSite(ctx context.Context, site *hustingsv1alpha1.CampaignSite, what, value string) func() string {
	GinkgoHelper()
	query := ""
	if what != "" {
		query = "?" + url.Values{what: {value}}.Encode()
	}
	return newVisitor(ctx, "198.51.100.40").page(ctx, "https://"+host(site)+"/"+query)
}
