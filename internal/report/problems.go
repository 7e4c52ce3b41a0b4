package report

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/hustings/hustings/internal/manifest"
)

// PlanProblems places the errors of a site's plan. A path that begins with class.<name> is a field of the SiteClass.
func PlanProblems(in manifest.Collection, site manifest.Site, class string, errs field.ErrorList) []manifest.Problem {
	out := make([]manifest.Problem, 0, len(errs))
	for _, err := range errs {
		document, path := site.Document, err.Field
		if rest, ofClass := strings.CutPrefix(path, "class."+class+"."); ofClass && in.ClassDocuments[class] != nil {
			document, path = in.ClassDocuments[class], rest
		}
		out = append(out, document.Problem(path, withoutPath(shown(err).Error(), err.Field)))
	}
	return out
}

// shown is an error without its value, where that looks like a secret.
func shown(err *field.Error) *field.Error {
	if text := fmt.Sprint(err.BadValue); manifest.Shown(text) == text {
		return err
	}
	out := *err
	out.BadValue = field.OmitValueType{}
	return &out
}
