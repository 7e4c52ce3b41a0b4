package report

import (
	"fmt"
	"strings"
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/plan"
)

// Validate plans every site of a collection and reports all verdicts but those that pass, and every problem of the
// input. The summary's result counts failures from threshold on.
func Validate(in manifest.Collection, now time.Time, threshold hustingsv1alpha1.Severity) Report {
	v := validation{in: in, report: Report{SchemaVersion: SchemaVersion, Findings: []Finding{}}}
	v.report.Summary.NotCheckedKinds = append([]string{}, in.NotCheckedKinds()...)
	for _, count := range in.NotChecked {
		v.report.Summary.NotChecked += count
	}
	for _, problem := range in.Problems {
		v.add(fromProblem(problem))
	}
	world := in.World(now)
	for _, site := range in.Sites {
		v.site(site, world)
	}
	if len(in.Sites) == 0 && len(in.Problems) == 0 {
		v.add(fromProblem(manifest.Problem{Message: "no CampaignSite was found in the input"}))
	}
	v.report.finish(threshold)
	return v.report
}

type validation struct {
	in     manifest.Collection
	report Report
}

func (v *validation) add(f Finding) { v.report.Findings = append(v.report.Findings, f) }

func (v *validation) site(site manifest.Site, world manifest.World) {
	v.report.Summary.Sites++
	snapshot, err := world.Around(site.Object)
	if err != nil {
		v.withoutClass(site, err)
		return
	}
	p := plan.Build(site.Object, snapshot)
	for _, problem := range PlanProblems(v.in, site, snapshot.Class.Name, p.Errors) {
		v.add(fromProblem(problem))
	}
	for i := range p.Verdicts {
		v.verdict(site, &p.Verdicts[i])
	}
}

// withoutClass reports a site that no class at hand judges, but not where the class is there and has problems itself:
// those are reported.
func (v *validation) withoutClass(site manifest.Site, err error) {
	name := string(site.Object.Spec.ClassName)
	if v.in.InvalidClasses[name] || name == "" && len(v.in.InvalidClasses) > 0 {
		return
	}
	f := at(site, "spec.className")
	f.Control, f.Severity, f.Result = ControlIncomplete, hustingsv1alpha1.SeverityHigh, hustingsv1alpha1.ResultUnknown
	f.Path, f.Message = "spec.className", withoutPath(err.Error(), "spec.className")
	f.Remediation = "pass the SiteClass along with -f: `kubectl get siteclasses -o yaml` prints those of a cluster"
	if name != "" {
		f.Remediation = fmt.Sprintf("pass the SiteClass %q along with -f: `kubectl get siteclass %s -o yaml` prints it", name, name)
	}
	v.add(f)
}

// withoutPath drops a path that a message begins with, as the finding holds it already.
func withoutPath(message, path string) string { return strings.TrimPrefix(message, path+": ") }

func (v *validation) verdict(site manifest.Site, verdict *compliance.Verdict) {
	s := &v.report.Summary
	switch verdict.Result {
	case hustingsv1alpha1.ResultPass:
		s.Pass++
		return
	case hustingsv1alpha1.ResultNotApplicable:
		return
	case hustingsv1alpha1.ResultFail:
		s.Fail++
	case hustingsv1alpha1.ResultWaived:
		s.Waived++
	case hustingsv1alpha1.ResultUnknown, hustingsv1alpha1.ResultError:
		s.Unknown++
		if verdict.Accepted {
			s.Accepted++
		}
	}
	if len(verdict.Findings) == 0 {
		v.add(fromVerdict(site, verdict, compliance.Finding{Message: verdict.Message}))
		return
	}
	for _, finding := range verdict.Findings {
		v.add(fromVerdict(site, verdict, finding))
	}
}

// fromVerdict places a finding at the field that a person must edit, or else at the site's name.
func fromVerdict(site manifest.Site, verdict *compliance.Verdict, finding compliance.Finding) Finding {
	cause := finding.Cause
	if cause == "" {
		cause = "metadata.name"
	}
	f := at(site, cause)
	f.Control, f.Severity, f.Result = verdict.Control.ID, verdict.Control.Severity, verdict.Result
	f.Path, f.Message, f.Fingerprint = finding.Path, finding.Message, finding.Fingerprint
	f.Remediation, f.accepted = verdict.Control.Remediation, verdict.Accepted
	if finding.Object != (object.Ref{}) {
		f.Object = Object(finding.Object)
	}
	if f.Path == "" {
		f.Path = finding.Cause
	}
	if f.Message == "" {
		f.Message = verdict.Control.Title
	}
	if missing := site.Document.Missing(cause); missing != "" {
		f.Message += fmt.Sprintf(" (missing: %s)", missing)
	}
	if verdict.Waiver != "" {
		f.Message += fmt.Sprintf(" (waived by the Waiver %s)", verdict.Waiver)
	}
	return f
}

// at is an empty finding at a field of a site.
func at(site manifest.Site, path string) Finding {
	place, _ := site.Document.Position(path)
	return Finding{
		File: site.Document.File, Line: place.Line, Column: place.Column,
		Object: Object{
			APIVersion: hustingsv1alpha1.GroupVersion.String(), Kind: "CampaignSite",
			Namespace: site.Object.Namespace, Name: site.Object.Name,
		},
	}
}

func fromProblem(p manifest.Problem) Finding {
	return Finding{
		Control: ControlInvalid, Severity: hustingsv1alpha1.SeverityCritical, Result: hustingsv1alpha1.ResultError,
		File: p.File, Line: p.Line, Column: p.Column, Path: p.Path, Message: p.Message,
	}
}
