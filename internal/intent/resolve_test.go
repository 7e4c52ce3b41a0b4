package intent_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/ptr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/test/fixture"
)

type (
	siteT     = hustingsv1alpha1.CampaignSite
	classT    = hustingsv1alpha1.SiteClass
	snapshotT = facts.Snapshot
)

func resolve(t *testing.T, change func(*siteT, *classT, *snapshotT)) (intent.Site, []string) {
	t.Helper()
	site, class := fixture.Site(), fixture.Class()
	snapshot := fixture.Snapshot(site, class)
	if change != nil {
		change(site, class, &snapshot)
	}
	before := site.DeepCopy()
	resolved, errs := intent.Resolve(site, snapshot)
	if !slices.Equal(before.Spec.Hosts, site.Spec.Hosts) {
		t.Fatal("Resolve changed its input")
	}
	fields := make([]string, 0, len(errs))
	for _, e := range errs {
		fields = append(fields, e.Field)
	}
	return resolved, fields
}

func TestLimitsAreTheStrictestOfSiteClassAndPosture(t *testing.T) {
	overlay := func(class *classT, level hustingsv1alpha1.Posture, perSecond int32) {
		class.Spec.Posture = &hustingsv1alpha1.ClassPosture{Overlays: []hustingsv1alpha1.PostureOverlay{{
			Level:      level,
			EdgeLimits: hustingsv1alpha1.EdgeLimits{PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: &perSecond}},
		}}}
	}
	ask := func(site *siteT, perSecond int32) {
		site.Spec.Edge = &hustingsv1alpha1.SiteEdge{PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: &perSecond}}
	}
	for name, c := range map[string]struct {
		change func(*siteT, *classT, *snapshotT)
		want   intent.Limit
	}{
		"the class's default where the site says nothing": {nil, intent.Limit{Requested: 20, Effective: 20}},
		"the site's own below the maximum":                {func(s *siteT, _ *classT, _ *snapshotT) { ask(s, 50) }, intent.Limit{Requested: 50, Effective: 50}},
		"the maximum where the site asks for more":        {func(s *siteT, _ *classT, _ *snapshotT) { ask(s, 500) }, intent.Limit{Requested: 500, Effective: 100}},
		"ours where nobody says anything": {func(_ *siteT, c *classT, _ *snapshotT) { c.Spec.Edge.Defaults = nil },
			intent.Limit{Requested: 20, Effective: 20}},
		"the overlay of a lower level, too": {func(s *siteT, c *classT, _ *snapshotT) {
			overlay(c, hustingsv1alpha1.PostureElevated, 5)
			s.Spec.Posture = hustingsv1alpha1.PostureUnderAttack
		}, intent.Limit{Requested: 20, Effective: 5}},
		"not the overlay of a higher level": {func(_ *siteT, c *classT, _ *snapshotT) { overlay(c, hustingsv1alpha1.PostureElevated, 5) },
			intent.Limit{Requested: 20, Effective: 20}},
	} {
		t.Run(name, func(t *testing.T) {
			got, errs := resolve(t, c.change)
			if len(errs) > 0 || got.Edge.PerClient.RequestsPerSecond != c.want {
				t.Errorf("got %+v %v, want %+v", got.Edge.PerClient.RequestsPerSecond, errs, c.want)
			}
		})
	}
}

func TestARaisedPostureEndsByItself(t *testing.T) {
	raise := func(until time.Time) func(*siteT, *classT, *snapshotT) {
		return func(_ *siteT, c *classT, _ *snapshotT) {
			c.Spec.Posture = &hustingsv1alpha1.ClassPosture{Level: hustingsv1alpha1.PostureLockdown, Until: ptr.To(metav1.NewTime(until))}
		}
	}
	if s, _ := resolve(t, raise(fixture.Now.Add(time.Hour))); s.Posture != hustingsv1alpha1.PostureLockdown || !s.PostureEnds.Equal(fixture.Now.Add(time.Hour)) {
		t.Errorf("before its end: %s until %s", s.Posture, s.PostureEnds)
	}
	if s, _ := resolve(t, raise(fixture.Now)); s.Posture != hustingsv1alpha1.PostureNormal || !s.PostureEnds.IsZero() {
		t.Errorf("at its end: %s until %s", s.Posture, s.PostureEnds)
	}
}

func TestOnlyGrantedAndHeldHostsAreRouted(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*siteT, *classT, *snapshotT)
		want   []string
	}{
		"granted and held": {nil, []string{"alice.example.org", "www.alice.example.org"}},
		"not granted":      {func(_ *siteT, c *classT, _ *snapshotT) { c.Spec.Hosts[0].Namespaces = []string{"bob"} }, nil},
		"held by another of the same name": {func(_ *siteT, _ *classT, f *snapshotT) {
			f.Claims.Holders["alice.example.org"] = facts.Holder{Namespace: "alice", Name: "vote-alice", UID: "former"}
		}, []string{"www.alice.example.org"}},
		"held by nobody":   {func(_ *siteT, _ *classT, f *snapshotT) { f.Claims.Holders = nil }, nil},
		"claims not known": {func(_ *siteT, _ *classT, f *snapshotT) { f.Claims.Source = facts.ClaimsUnknown }, nil},
		"a look-alike domain": {func(_ *siteT, c *classT, _ *snapshotT) {
			c.Spec.Hosts[0].Suffixes = []hustingsv1alpha1.Host{"lice.example.org"}
		}, nil},
		"labels not known": {func(_ *siteT, c *classT, f *snapshotT) {
			c.Spec.Hosts[0] = hustingsv1alpha1.HostGrant{
				NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}, Suffixes: c.Spec.Hosts[0].Suffixes}
			f.Namespace.Known = false
		}, nil},
		"an empty selector grants nothing": {func(_ *siteT, c *classT, _ *snapshotT) {
			c.Spec.Hosts[0] = hustingsv1alpha1.HostGrant{NamespaceSelector: &metav1.LabelSelector{}, Suffixes: c.Spec.Hosts[0].Suffixes}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got, errs := resolve(t, c.change); len(errs) > 0 || !slices.Equal(got.Hosts, c.want) {
				t.Errorf("got %v %v, want %v", got.Hosts, errs, c.want)
			}
		})
	}
}

func TestBadSpecsNameEveryField(t *testing.T) {
	for host, why := range map[string]string{
		"Alice.example.org": "upper case", "alice.example.org.": "trailing dot", "*.example.org": "wildcard", "192.0.2.1": "IP",
		"localhost": "no dot", "a.svc.cluster.local": "cluster", "a.svc": "service", "a.example.org:80": "port",
		"a.example.org/x": "path", "u@a.example.org": "user", "a`b.example.org": "rule injection",
		strings.Repeat("a", 64) + ".org": "label", "": "empty", "bücher.example.org": "not ASCII",
	} {
		_, errs := resolve(t, func(s *siteT, _ *classT, _ *snapshotT) {
			s.Spec.Hosts = []hustingsv1alpha1.Host{hustingsv1alpha1.Host(host)}
		})
		if !slices.Equal(errs, []string{"spec.hosts[0]"}) {
			t.Errorf("%s (%q): got %v", why, host, errs)
		}
	}
	_, errs := resolve(t, func(s *siteT, c *classT, _ *snapshotT) {
		s.Spec.Port, s.Spec.Image, s.Spec.RunAsUser = 0, "", ptr.To[int64](0)
		s.Spec.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{"192.0.2.10/24"}
		s.Spec.WritablePaths = append(s.Spec.WritablePaths, "/etc/site")
		c.Spec.Edge.Pods.NamespaceSelector = metav1.LabelSelector{}
	})
	want := []string{"spec.writablePaths[1]", "siteclass[standard].spec.edge.pods.namespaceSelector", "spec.egress[0].cidrs[0]",
		"spec.image", "spec.port", "spec.runAsUser"}
	slices.Sort(errs)
	slices.Sort(want)
	if !slices.Equal(errs, want) {
		t.Errorf("got  %v\nwant %v", errs, want)
	}
}

func TestEgressThatIsNotGrantedIsLeftOut(t *testing.T) {
	for name, change := range map[string]func(*siteT){
		"another address": func(s *siteT) { s.Spec.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{"198.51.100.1/32"} },
		"a wider range":   func(s *siteT) { s.Spec.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{"192.0.0.0/16"} },
		"everything":      func(s *siteT) { s.Spec.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{"0.0.0.0/0"} },
		"another port":    func(s *siteT) { s.Spec.Egress[0].Ports = []hustingsv1alpha1.Port{443, 5432} },
	} {
		if got, errs := resolve(t, func(s *siteT, _ *classT, _ *snapshotT) { change(s) }); len(errs) > 0 || len(got.Network.Egress) > 0 {
			t.Errorf("%s: got %v %v", name, got.Network.Egress, errs)
		}
	}
}

func TestTheNameOfAnIssuedCertificateIsAlwaysValid(t *testing.T) {
	secretOf := func(name string) string {
		got, errs := resolve(t, func(s *siteT, c *classT, _ *snapshotT) {
			s.Name, s.Spec.TLS, c.Spec.Edge.ClusterIssuer = name, nil, "letsencrypt"
		})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		return got.TLS.SecretName
	}
	if got := secretOf("vote"); got != "vote-tls" {
		t.Errorf("got %s, want vote-tls", got)
	}
	var names []string
	for length := 230; length <= 253; length++ {
		long := strings.Repeat("a.", 126) + "aa"
		names = append(names, strings.Repeat("a", length), strings.TrimRight(long[:length], "."), strings.Repeat("b", length-1)+"a")
	}
	for _, name := range slices.Clone(names) {
		secret := secretOf(name)
		names = append(names, strings.TrimSuffix(secret, "-tls"), secret[:min(len(secret), 249)]) // as near as another's can come
	}
	seen := map[string]string{}
	for _, name := range names {
		secret := secretOf(name)
		if errs := validation.IsDNS1123Subdomain(secret); len(errs) > 0 {
			t.Errorf("the Secret of a site with %d characters: %q: %v", len(name), secret, errs)
		}
		if other, taken := seen[secret]; taken && other != name {
			t.Errorf("%s and %s share the Secret %s", name, other, secret)
		}
		seen[secret] = name
	}
}

func TestMetadataIsAlwaysDenied(t *testing.T) {
	got, _ := resolve(t, func(_ *siteT, c *classT, _ *snapshotT) { c.Spec.Network.DeniedCIDRs = nil })
	for _, address := range []string{
		"169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254", "fd00:c1::a9fe:a9fe",
		"127.0.0.1", "::1", "fe80::1", "::ffff:169.254.169.254", "::a9fe:a9fe", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1",
	} {
		a := netip.MustParseAddr(address)
		if !slices.ContainsFunc(got.Network.Denied, func(p netip.Prefix) bool { return p.Contains(a) }) {
			t.Errorf("%s is not denied", address)
		}
	}
}
