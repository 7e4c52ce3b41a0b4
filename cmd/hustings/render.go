package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/internal/report"
)

type renderOptions struct {
	input
	clock
	format string
}

func newRender(io streams) *cobra.Command {
	o := renderOptions{}
	c := &cobra.Command{
		Use:   "render [-f PATH]... [PATH]...",
		Short: "Print every object that CampaignSites become",
		Long: "render prints the objects that the operator would apply, site by site and in the order of applying. It prints\n" +
			"nothing but objects, and none where any part of the input is invalid. It does not judge: see validate.\n\n" + exitCodesHelp,
		Example: "  hustings render -f site.yaml -f class.yaml\n  hustings render -f deploy/ -o json | jq '.items[].kind'",
		RunE:    func(c *cobra.Command, args []string) error { return o.run(c, args, io) },
	}
	o.input.flag(c)
	o.clock.flag(c)
	c.Flags().StringVarP(&o.format, "output", "o", formatYAML, "yaml or json")
	complete(c, "output", formatYAML, formatJSON)
	return c
}

func (o *renderOptions) run(c *cobra.Command, args []string, io streams) error {
	if err := oneOf(o.format, formatYAML, formatJSON); err != nil {
		return err
	}
	now, err := o.now()
	if err != nil {
		return err
	}
	defer announce(io.err)()
	collection, err := o.collect(c, args, io)
	if err != nil {
		return err
	}
	objects, err := renderAll(collection, now, io)
	if err != nil {
		return err
	}
	if o.format == formatJSON {
		return printJSON(io, objects)
	}
	return printYAML(io, objects)
}

// renderAll plans every site. Where one cannot be planned it prints why to stderr and returns no objects: half of a
// fleet, piped into kubectl, would be worse than none.
func renderAll(in manifest.Collection, now time.Time, io streams) ([]map[string]any, error) {
	problems := slices.Clone(in.Problems)
	world := in.World(now)
	var objects []map[string]any
	var missing error
	for _, site := range in.Sites {
		snapshot, err := world.Around(site.Object)
		if err != nil {
			missing = &exitError{exitIncomplete, fmt.Errorf("%w; pass the SiteClass along with -f", site.Document.Problem("spec.className", err.Error()))}
			continue
		}
		p := plan.Build(site.Object, snapshot)
		problems = append(problems, report.PlanProblems(in, site, snapshot.Class.Name, p.Errors)...)
		for _, o := range p.Objects {
			tree, err := asApplied(o)
			if err != nil {
				return nil, &exitError{exitIncomplete, err}
			}
			objects = append(objects, tree)
		}
	}
	slices.SortFunc(problems, manifest.Problem.Compare)
	for _, problem := range slices.Compact(problems) {
		fmt.Fprintln(io.err, report.Escape(problem.Error()))
	}
	switch {
	case len(problems) > 0:
		return nil, &exitError{exitInvalid, fmt.Errorf("%d problems in the input, nothing is rendered", len(problems))}
	case len(in.Sites) == 0:
		return nil, &exitError{exitInvalid, fmt.Errorf("no CampaignSite was found in the input")}
	}
	return objects, missing
}

// asApplied is an object without what is never applied: the empty status that typed objects carry.
func asApplied(o object.Object) (map[string]any, error) {
	tree, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, fmt.Errorf("convert %s: %w", object.RefOf(o), err)
	}
	delete(tree, "status")
	unstructured.RemoveNestedField(tree, "metadata", "creationTimestamp")
	unstructured.RemoveNestedField(tree, "spec", "template", "metadata", "creationTimestamp")
	return tree, nil
}

func printYAML(io streams, objects []map[string]any) error {
	out := bufio.NewWriter(io.out)
	for _, o := range objects {
		data, err := yaml.Marshal(o)
		if err != nil {
			return &exitError{exitIncomplete, fmt.Errorf("encode an object: %w", err)}
		}
		fmt.Fprintf(out, "---\n%s", data)
	}
	return written(out.Flush())
}

func printJSON(io streams, objects []map[string]any) error {
	if objects == nil {
		objects = []map[string]any{}
	}
	out := bufio.NewWriter(io.out)
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(map[string]any{"apiVersion": "v1", "kind": "List", "items": objects}); err != nil {
		return written(err)
	}
	return written(out.Flush())
}
