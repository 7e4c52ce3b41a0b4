package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/fixture"
)

const (
	domain    = "e2e.example.org"
	teamLabel = "e2e.example.org/team"
)

// newClass writes a class for the namespaces of the tests. It accepts that nobody sees whether NetworkPolicies are
// enforced, as that of a platform team that knows its network plugin.
func newClass(ctx context.Context, name string, change func(*hustingsv1alpha1.SiteClass)) {
	GinkgoHelper()
	class := fixture.Class()
	class.Name = name
	if name != "standard" {
		class.Annotations = nil
	}
	class.Spec.Hosts = []hustingsv1alpha1.HostGrant{{
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{teamLabel: "true"}},
		Suffixes:          []hustingsv1alpha1.Host{domain},
	}}
	class.Spec.Images.Registries = []string{env.cluster.Registry}
	class.Spec.Edge.Replicas = ptr.To[int32](1)
	class.Spec.Network.Egress = nil
	class.Spec.Network.DeniedCIDRs = []hustingsv1alpha1.CIDR{"192.0.2.0/24"}
	class.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{RescanInterval: "1m"}
	if change != nil {
		change(class)
	}
	spec := class.Spec.DeepCopy()
	// The node of an earlier run may have been kept.
	_, err := controllerutil.CreateOrUpdate(ctx, env.client, class, func() error { class.Spec = *spec; return nil })
	Expect(err).NotTo(HaveOccurred())
}

// newNamespace makes a team's namespace, with a certificate for every name under the tests' domain.
func newNamespace(ctx context.Context) string {
	GinkgoHelper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		GenerateName: "e2e",
		Labels:       map[string]string{teamLabel: "true", "pod-security.kubernetes.io/enforce": "restricted"},
	}}
	Expect(env.client.Create(ctx, namespace)).To(Succeed())
	DeferCleanup(func(ctx SpecContext) {
		if CurrentSpecReport().Failed() || os.Getenv("KEEP") != "" {
			return // for a person to look at
		}
		Expect(client.IgnoreNotFound(env.client.Delete(ctx, namespace))).To(Succeed())
	})
	cert, key, err := env.certificate("*." + domain)
	Expect(err).NotTo(HaveOccurred())
	Expect(env.client.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace.Name, Name: "tls"},
		Type:       corev1.SecretTypeTLS, Data: map[string][]byte{"tls.crt": cert, "tls.key": key},
	})).To(Succeed())
	return namespace.Name
}

// certificate is one that the cluster's authority has signed.
func (w *world) certificate(host string) (cert, key []byte, err error) {
	authority, err := tls.LoadX509KeyPair(w.cluster.CA, w.cluster.CAKey)
	if err != nil {
		return nil, nil, err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority.Leaf, &private.PublicKey, authority.PrivateKey)
	if err != nil {
		return nil, nil, err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), nil
}

// newSite is a site of two pods that serves the first version.
func newSite(namespace, name string, change func(*hustingsv1alpha1.CampaignSite)) *hustingsv1alpha1.CampaignSite {
	site := &hustingsv1alpha1.CampaignSite{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: hustingsv1alpha1.CampaignSiteSpec{
			Image: siteImages["v1"], Port: 8080,
			Hosts:         []hustingsv1alpha1.Host{hustingsv1alpha1.Host(fmt.Sprintf("%s-%s.%s", name, namespace, domain))},
			TLS:           &hustingsv1alpha1.SiteTLS{SecretName: "tls"},
			Replicas:      &hustingsv1alpha1.Replicas{Min: ptr.To[int32](2), Max: ptr.To[int32](2)},
			WritablePaths: []hustingsv1alpha1.MountPath{"/tmp"},
			Health:        &hustingsv1alpha1.Health{Path: "/healthz"},
		},
	}
	if change != nil {
		change(site)
	}
	return site
}

// host is the first that a site is reached by.
func host(site *hustingsv1alpha1.CampaignSite) string { return string(site.Spec.Hosts[0]) }

// create makes a site and waits until it serves.
func create(ctx context.Context, site *hustingsv1alpha1.CampaignSite) {
	GinkgoHelper()
	Expect(env.client.Create(ctx, site)).To(Succeed())
	ready(ctx, site)
}

func ready(ctx context.Context, site *hustingsv1alpha1.CampaignSite) {
	GinkgoHelper()
	Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).WithTimeout(2 * time.Minute).Should(HavePrefix("True"))
}

// condition reads a condition of a site as "Status Reason: message", of its present generation only.
func condition(ctx context.Context, site *hustingsv1alpha1.CampaignSite, kind string) func() string {
	return func() string {
		now, err := get(ctx, site)
		if err != nil {
			return err.Error()
		}
		c := meta.FindStatusCondition(now.Status.Conditions, kind)
		if c == nil || c.ObservedGeneration != now.Generation {
			return "not judged yet"
		}
		return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
	}
}

func get(ctx context.Context, site *hustingsv1alpha1.CampaignSite) (*hustingsv1alpha1.CampaignSite, error) {
	now := &hustingsv1alpha1.CampaignSite{}
	return now, env.client.Get(ctx, client.ObjectKeyFromObject(site), now)
}

// change edits a site's spec.
func change(ctx context.Context, site *hustingsv1alpha1.CampaignSite, edit func(*hustingsv1alpha1.CampaignSite)) {
	GinkgoHelper()
	Eventually(func() error {
		now, err := get(ctx, site)
		if err != nil {
			return err
		}
		edit(now)
		return env.client.Update(ctx, now)
	}).Should(Succeed())
}

// pods are a site's.
func pods(ctx context.Context, site *hustingsv1alpha1.CampaignSite) []corev1.Pod {
	GinkgoHelper()
	list := &corev1.PodList{}
	Expect(env.client.List(ctx, list, client.InNamespace(site.Namespace), client.MatchingLabels{"hustings.dev/site": site.Name})).To(Succeed())
	return list.Items
}

// nameOf makes a folder's name of a text.
func nameOf(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", r) {
			return r
		}
		return '-'
	}, strings.ToLower(text))
}
