package compliance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/object"
)

// mountedLeaks looks at the contents of the ConfigMaps that the site mounts, where they are at hand. What is not at hand is
// no finding here: in a cluster the scanner looks at it, and withMounted says what it saw.
func mountedLeaks(in Input) []Finding {
	var findings []Finding
	for i, f := range in.Site.Spec.Files {
		ref := object.Ref{APIVersion: "v1", Kind: "ConfigMap", Namespace: in.Site.Namespace, Name: string(f.ConfigMapName)}
		contents := in.Facts.ConfigMaps[ref.Name]
		for _, key := range slices.Sorted(maps.Keys(contents)) {
			at := Finding{Object: ref, Path: "data[" + scanner().Shown(key) + "]", Cause: fmt.Sprintf("spec.files[%d].configMapName", i)}
			if rules := secretRules(literal{value: key}); rules != "" {
				told := at.apart(rules)
				told.Message = fmt.Sprintf("the key looks like a secret (%s)", rules)
				findings = append(findings, told)
			}
			findings = append(findings, fileLeaks(at, key, contents[key])...)
		}
	}
	return findings
}

// fileLeaks are the secrets in one file, and what of it could not be looked at, which may hide one.
func fileLeaks(at Finding, name, text string) []Finding {
	job := scanner().Job(leak.DefaultLimits())
	if err := job.Scan(leak.Place{File: name}, strings.NewReader(text)); err != nil {
		job.Miss(leak.Place{File: name}, "it is more than a file may be")
	}
	seen := job.Result()
	var findings []Finding
	for _, f := range seen.Findings {
		if f.Severity == leak.Info {
			continue
		}
		found := at.apart(f.Fingerprint)
		found.Message = fmt.Sprintf("looks like a secret (%s) at %s", f.Rule, shownPlace(f.Place))
		findings = append(findings, found)
	}
	for _, gap := range seen.Gaps {
		missed := at.apart(shownPlace(gap.Place))
		missed.Message = fmt.Sprintf("cannot be looked at wholly: %s: %s", shownPlace(gap.Place), gap.Why)
		findings = append(findings, missed)
	}
	return findings
}

// shownPlace is a place without the names in it that are secrets themselves: the file's, and those in an archive.
func shownPlace(p leak.Place) string {
	p.File = scanner().Shown(p.File)
	p.Decoders = slices.Clone(p.Decoders)
	for i, d := range p.Decoders {
		p.Decoders[i] = scanner().Shown(d)
	}
	return p.String()
}
