package manifest

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// onePerWrongType makes of what the API server says of a value of the wrong type one error at its field, in words for people:
// the schema's validator makes up to four, some of them with the field in their text only. It never takes the last error away.
func onePerWrongType(errs field.ErrorList) field.ErrorList {
	hasOwn, isWrong := map[string]bool{}, map[string]bool{}
	for _, err := range errs {
		hasOwn[err.Field] = true
		isWrong[err.Field] = isWrong[err.Field] || isWrongType(err)
	}
	said := map[string]bool{}
	var out field.ErrorList
	for _, err := range errs {
		switch {
		case err.Field == noField:
			if err = placed(err); err.Field != "" && hasOwn[err.Field] {
				continue
			}
		case isWrong[err.Field]:
			if said[err.Field] || !isWrongType(err) {
				continue
			}
			said[err.Field] = true
		}
		out = append(out, inWords(err))
	}
	return out
}

// noField is the path that the schema's validator gives to an error with the field in its text.
const noField = "<nil>"

var fieldInText = regexp.MustCompile(`^(?:"([^"]+)" |Checked value must be of type .* in (\S+)$)`)

// placed is such an error at its field.
func placed(err *field.Error) *field.Error {
	at := *err
	at.Field = ""
	if match := fieldInText.FindStringSubmatch(err.Detail); match != nil {
		at.Field = match[1] + match[2]
	}
	return &at
}

func isWrongType(err *field.Error) bool {
	return strings.HasPrefix(err.Detail, err.Field+" in body must be of type ")
}

// inWords says what is wanted where the validator says the types of Go and of the schema.
func inWords(err *field.Error) *field.Error {
	said := *err
	switch wanted := strings.TrimPrefix(err.Detail, err.Field+" in body must be of type "); {
	case strings.HasPrefix(wanted, "integer,string: ") && strings.HasSuffix(err.Field, "memory"):
		said.Detail = `must be a quantity in quotes, such as "128Mi"`
	case strings.HasPrefix(wanted, "integer,string: "):
		said.Detail = `must be a quantity in quotes, such as "500m"`
	case wanted == `int32: "float64"`, wanted == `int64: "float64"`, strings.HasPrefix(wanted, "Checked value must be of type integer "):
		said.Detail = "must be a whole number, and not too large"
	}
	return &said
}
