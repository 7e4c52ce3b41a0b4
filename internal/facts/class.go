package facts

import (
	"fmt"
	"slices"
	"strings"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// ClassError says why a site has no class that can be used. Reason is a condition's reason.
type ClassError struct {
	Reason  string
	Message string
}

func (e *ClassError) Error() string { return e.Message }

// SelectClass picks the class of a site among all classes: the one it names, or the only default one. The error is
// always a *ClassError.
func SelectClass(site *hustingsv1alpha1.CampaignSite, classes []hustingsv1alpha1.SiteClass) (*hustingsv1alpha1.SiteClass, error) {
	if name := string(site.Spec.ClassName); name != "" {
		for i := range classes {
			if classes[i].Name == name {
				return &classes[i], nil
			}
		}
		return nil, &ClassError{hustingsv1alpha1.ReasonClassNotFound, fmt.Sprintf(
			"spec.className: there is no SiteClass %q; name one that exists (%s) or ask the platform team for it", name, classNames(classes))}
	}
	var defaults []*hustingsv1alpha1.SiteClass
	for i := range classes {
		if IsDefaultClass(&classes[i]) {
			defaults = append(defaults, &classes[i])
		}
	}
	switch len(defaults) {
	case 1:
		return defaults[0], nil
	case 0:
		return nil, &ClassError{hustingsv1alpha1.ReasonNoDefaultClass, fmt.Sprintf(
			"spec.className is not set and no SiteClass is the default; set spec.className to one of: %s", classNames(classes))}
	}
	names := make([]string, 0, len(defaults))
	for _, c := range defaults {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return nil, &ClassError{hustingsv1alpha1.ReasonSeveralDefaultClasses, fmt.Sprintf(
		"spec.className is not set and several SiteClasses are the default (%s); set spec.className, or have the platform team keep the annotation %s on one",
		strings.Join(names, ", "), hustingsv1alpha1.AnnotationDefaultClass)}
}

// IsDefaultClass says whether a class is the one of sites that name none.
func IsDefaultClass(class *hustingsv1alpha1.SiteClass) bool {
	return class.Annotations[hustingsv1alpha1.AnnotationDefaultClass] == "true"
}

// classNames lists at most five names, so that a message stays readable.
func classNames(classes []hustingsv1alpha1.SiteClass) string {
	const most = 5
	names := make([]string, 0, len(classes))
	for i := range classes {
		names = append(names, classes[i].Name)
	}
	if len(names) == 0 {
		return "none exist"
	}
	slices.Sort(names)
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
