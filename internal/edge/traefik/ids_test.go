package traefik

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/render"
	"github.com/hustings/hustings/test/fixture"
)

// normalize is how Traefik makes an id of what it joins (pkg/provider/configuration.go, Normalize).
func normalize(id string) string {
	return strings.Join(strings.FieldsFunc(id, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), "-")
}

// idsOf are the ids that Traefik gives to what it reads of an object: by kind, as kinds are kept apart.
func idsOf(o object.Object) []string {
	kind, joined := o.GetObjectKind().GroupVersionKind().Kind, o.GetNamespace()+"-"+o.GetName()
	switch kind {
	case "Ingress":
		ids := []string{"Ingress " + normalize(joined)}
		for _, rule := range o.(*networkingv1.Ingress).Spec.Rules {
			ids = append(ids, "router "+normalize(joined+"-"+rule.Host+"/"))
		}
		return ids
	case "Middleware":
		return []string{kind + " " + normalize(joined)}
	case "Service":
		return []string{fmt.Sprintf("%s %s", kind, normalize(fmt.Sprintf("%s-%d", joined, render.ServicePort)))}
	}
	return nil
}

// census knows which object has which name and which id.
type census struct {
	t      *testing.T
	good   intent.Site
	owners map[string]string
	seen   map[string]bool
}

func newCensus(t *testing.T) *census {
	t.Helper()
	site := fixture.Site()
	good, errs := intent.Resolve(site, fixture.Snapshot(site, fixture.Class()))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return &census{t: t, good: good, owners: map[string]string{}, seen: map[string]bool{}}
}

// add counts all children of a site, and gives its objects. What is no name at all is passed over.
func (c *census) add(namespace, name string, hosts ...string) []object.Object {
	c.t.Helper()
	at := fmt.Sprint(namespace, "/", name, hosts)
	if len(validation.IsDNS1123Label(namespace)) > 0 || len(validation.IsDNS1123Subdomain(name)) > 0 || c.seen[at] {
		return nil
	}
	c.seen[at] = true
	s := c.good
	s.Namespace, s.Name, s.Hosts = namespace, name, hosts
	edge, _ := Driver{}.Render(s)
	objects := append(render.Objects(s, nil), edge...)
	for _, o := range objects {
		for ref := range strings.SplitSeq(o.GetAnnotations()[annotationMiddlewares], ",") {
			if id, named := strings.CutSuffix(ref, "@kubernetescrd"); named && c.owners["Middleware "+id] == "" {
				c.t.Fatalf("%s of %s/%s names %s, which is the id of nothing", o.GetName(), namespace, name, ref)
			}
		}
		ref := object.RefOf(o)
		c.count(ref.String()+" in "+namespace, name)
		for _, id := range idsOf(o) {
			c.count(id, ref.String()+" of "+namespace+"/"+name)
		}
	}
	return objects
}

// count wants one owner of a name or an id. The routers of one Ingress are told apart by Traefik itself.
func (c *census) count(id, owner string) {
	c.t.Helper()
	if other, taken := c.owners[id]; taken && other != owner {
		c.t.Fatalf("%s is that of %s and of %s", id, other, owner)
	}
	c.owners[id] = owner
}

// words are all words of up to a length over an alphabet.
func words(alphabet string, length int) []string {
	all, last := []string{""}, []string{""}
	for range length {
		var next []string
		for _, w := range last {
			for _, letter := range alphabet {
				next = append(next, w+string(letter))
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

// TestNoTwoSitesShareAnID holds that whatever two sites of a cluster are called, in one namespace or two, none of their
// children have the same name, and none the same id in Traefik: one would lose its limits, or its route.
func TestNoTwoSitesShareAnID(t *testing.T) {
	hosts := []string{"a.org", "b.org", "a-a.org", "b.a.org", "redirect-a.org", "redirect.b.a.org"}
	c := newCensus(t)
	for _, namespace := range words("a-b", 3) {
		for _, name := range words("ab-.", 3) {
			c.add(namespace, name, hosts...)
		}
		for _, name := range []string{"redirect", "a-redirect", "a-redirect-redirect", "a.redirect", "a-b-redirect", "redirect-redirect",
			"a-chain", "a-chain-chain", "a-headers", "chain", "a-80", "80", "a-deny", "a-inflight-site", "inflight-site"} {
			c.add(namespace, name, hosts...)
		}
	}
}

// TestNobodyTakesAnIDOnPurpose has others call their sites, and ask for hosts, after the very ids of a site, cut wherever
// they can be cut, and spelt in every way that comes to the same.
func TestNobodyTakesAnIDOnPurpose(t *testing.T) {
	for _, namespace := range []string{"a", "a-b", "a--b", "a-0123456789abcdef"} {
		for _, name := range []string{"c", "b-c", "b.c", "c-redirect", "fedcba9876543210", strings.Repeat("x", 33)} {
			t.Run(namespace+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := newCensus(t)
				for _, o := range c.add(namespace, name, "vote.org", "c-vote.org") {
					if kind := o.GetObjectKind().GroupVersionKind().Kind; kind == "Middleware" && !strings.HasSuffix(o.GetName(), suffixChain) {
						continue // called like the chain
					}
					for _, id := range idsOf(o) {
						_, id, _ = strings.Cut(id, " ")
						c.imitateAll(strings.Split(id, "-"))
					}
				}
			})
		}
	}
}

// imitateAll cuts an id into namespace, name and host in every way.
func (c *census) imitateAll(parts []string) {
	for i := 1; i < len(parts); i++ {
		for j := i + 1; j <= len(parts); j++ {
			c.imitate(parts[:i], parts[i:j], parts[j:])
		}
	}
}

// imitate adds the sites whose namespace, name and host have those parts, in several spellings.
func (c *census) imitate(namespace, name, host []string) {
	hosts := []string{"elsewhere.org"}
	if len(host) > 0 {
		hosts = append(hosts, strings.Join(host, "-"), strings.Join(host, "."))
	}
	for _, between := range []string{"-", "--"} {
		for _, within := range []string{"-", "--", "."} {
			c.add(strings.Join(namespace, between), strings.Join(name, within), hosts...)
		}
	}
}
