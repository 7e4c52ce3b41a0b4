package manifest

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// mount is a ConfigMap that a site mounts.
type mount struct{ namespace, name string }

// keepMounted keeps the contents of the ConfigMaps that sites mount: what is in them is shipped as well. Others are none
// of ours.
func (c *collector) keepMounted() {
	mounted := map[mount]bool{}
	for _, site := range c.out.Sites {
		for _, f := range site.Object.Spec.Files {
			mounted[mount{site.Object.Namespace, string(f.ConfigMapName)}] = true
		}
	}
	for _, d := range c.configMaps {
		at := mount{d.namespace(), d.Name()}
		if !mounted[at] {
			c.notChecked(d)
			continue
		}
		if problem := c.configMap(d, at); problem != nil {
			c.out.Problems = append(c.out.Problems, *problem)
		}
		d.Object = nil // its contents are kept; its node says where it is, if there is another of its name
	}
}

// configMap keeps what a ConfigMap holds.
func (c *collector) configMap(d *Document, at mount) *Problem {
	if problem := c.claim(d, at.namespace, at.name); problem != nil {
		return problem
	}
	var read corev1.ConfigMap
	if err := decode(d, &read); err != nil {
		p := d.Problem("", "cannot be read: "+why(err)+"; the values of data are text: put them in quotes")
		return &p
	}
	contents := make(map[string]string, len(read.Data)+len(read.BinaryData))
	for key, text := range read.Data {
		contents[key] = text
	}
	for key, raw := range read.BinaryData {
		contents[key] = string(raw)
	}
	if c.out.ConfigMaps[at.namespace] == nil {
		c.out.ConfigMaps[at.namespace] = map[string]map[string]string{}
	}
	c.out.ConfigMaps[at.namespace][at.name] = contents
	return nil
}

// namespace of a document of a kind that has one, as kubectl reads it.
func (d *Document) namespace() string {
	metadata, _ := d.Object["metadata"].(map[string]any)
	if namespace, _ := metadata["namespace"].(string); namespace != metav1.NamespaceNone {
		return namespace
	}
	return metav1.NamespaceDefault
}
