package manifest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Collection is what the documents of a run are, once judged. Kinds of other groups are not judged, and counted.
type Collection struct {
	// Sites in the order in which they were read.
	Sites []Site
	// Classes and Waivers in the order in which they were read.
	Classes []hustingsv1alpha1.SiteClass
	Waivers []hustingsv1alpha1.Waiver
	// ClassDocuments by the class's name.
	ClassDocuments map[string]*Document
	// InvalidClasses are the names of classes that have Problems, and are not among Classes.
	InvalidClasses map[string]bool
	// Namespaces are the labels of the namespaces at hand, by name.
	Namespaces map[string]map[string]string
	// ConfigMaps that sites mount: their contents by namespace, name and key.
	ConfigMaps map[string]map[string]map[string]string
	// NotChecked counts documents by "Kind (apiVersion)".
	NotChecked map[string]int
	Problems   []Problem
}

// Site is a CampaignSite and where it is written.
type Site struct {
	Object   *hustingsv1alpha1.CampaignSite
	Document *Document
}

// Collect judges documents and sorts them by kind. It changes the documents' objects as Schemas.Admit does.
func (s *Schemas) Collect(ctx context.Context, documents []Document) Collection {
	c := collector{schemas: s, first: map[string]*Document{}}
	c.out = Collection{
		ClassDocuments: map[string]*Document{}, InvalidClasses: map[string]bool{},
		Namespaces: map[string]map[string]string{}, ConfigMaps: map[string]map[string]map[string]string{},
		NotChecked: map[string]int{},
	}
	for i := range documents {
		c.document(ctx, &documents[i])
	}
	c.keepMounted()
	return c.out
}

type collector struct {
	schemas *Schemas
	out     Collection
	// first is the first document of each object.
	first map[string]*Document
	// configMaps wait until all sites are known.
	configMaps []*Document
}

func (c *collector) document(ctx context.Context, d *Document) {
	switch {
	case d.Group() == hustingsv1alpha1.GroupVersion.Group:
		c.ours(ctx, d)
	case d.APIVersion() == "v1" && d.Kind() == "Namespace":
		c.namespace(d)
	case d.APIVersion() == "v1" && d.Kind() == "ConfigMap":
		c.configMaps = append(c.configMaps, d)
	default:
		c.notChecked(d)
	}
}

// notChecked counts a document, and lets go of it: nobody will ask for it, and a run may hold very many.
func (c *collector) notChecked(d *Document) {
	c.out.NotChecked[d.Kind()+" ("+d.APIVersion()+")"]++
	d.node, d.members, d.Object = nil, nil, nil
}

func (c *collector) ours(ctx context.Context, d *Document) {
	meta, problems := c.schemas.admit(ctx, d)
	if len(problems) == 0 {
		problems = c.keep(d, meta)
	}
	if len(problems) > 0 && d.Kind() == "SiteClass" {
		c.out.InvalidClasses[d.Name()] = true
	}
	c.out.Problems = append(c.out.Problems, problems...)
}

func (c *collector) keep(d *Document, meta *metav1.ObjectMeta) []Problem {
	if problem := c.claim(d, meta.Namespace, meta.Name); problem != nil {
		return []Problem{*problem}
	}
	var err error
	switch d.Kind() {
	case "CampaignSite":
		site := &hustingsv1alpha1.CampaignSite{}
		if err = decode(d, site); err == nil {
			site.ObjectMeta = *meta
			c.out.Sites = append(c.out.Sites, Site{site, d})
		}
	case "SiteClass":
		class := hustingsv1alpha1.SiteClass{}
		if err = decode(d, &class); err == nil {
			class.ObjectMeta = *meta
			c.out.Classes = append(c.out.Classes, class)
			c.out.ClassDocuments[class.Name] = d
		}
	case "Waiver":
		waiver := hustingsv1alpha1.Waiver{}
		if err = decode(d, &waiver); err == nil {
			waiver.ObjectMeta = *meta
			c.out.Waivers = append(c.out.Waivers, waiver)
		}
	}
	if err != nil {
		return []Problem{d.Problem("", "cannot be read: "+why(err))}
	}
	return nil
}

func decode(d *Document, into any) error {
	return runtime.DefaultUnstructuredConverter.FromUnstructured(d.Object, into)
}

// claim refuses a second document of the same object: which of the two the cluster gets depends on the order.
func (c *collector) claim(d *Document, namespace, name string) *Problem {
	key := fmt.Sprintf("%s %s %s/%s", d.APIVersion(), d.Kind(), namespace, name)
	first, taken := c.first[key]
	if !taken {
		c.first[key] = d
		return nil
	}
	at, _ := first.Position("metadata.name")
	p := d.Problem("metadata.name", fmt.Sprintf("%s %q is already in %s:%d; keep one", d.Kind(), Shown(name), first.File, at.Line))
	return &p
}

// namespace keeps a namespace's labels, with the one that the API server adds.
func (c *collector) namespace(d *Document) {
	meta, unknown, problems := decodeMeta(d)
	for _, path := range unknown {
		problems = append(problems, d.Problem(path, "unknown field"))
	}
	if len(problems) == 0 && meta.Name == "" {
		problems = append(problems, d.Problem("metadata.name", "Required value"))
	}
	if len(problems) == 0 {
		if problem := c.claim(d, "", meta.Name); problem != nil {
			problems = append(problems, *problem)
		}
	}
	if len(problems) > 0 {
		c.out.Problems = append(c.out.Problems, problems...)
		return
	}
	labels := maps.Clone(meta.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[corev1.LabelMetadataName] = meta.Name
	c.out.Namespaces[meta.Name] = labels
}

// NotCheckedKinds are the keys of NotChecked in order.
func (c *Collection) NotCheckedKinds() []string { return slices.Sorted(maps.Keys(c.NotChecked)) }
