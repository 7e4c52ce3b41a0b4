package main

import (
	"slices"

	"github.com/spf13/cobra"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/report"
)

// The output formats.
const (
	formatText  = "text"
	formatJSON  = "json"
	formatYAML  = "yaml"
	formatSARIF = "sarif"
)

type validateOptions struct {
	input
	clock
	format  string
	failOn  string
	noColor bool
}

func newValidate(io streams) *cobra.Command {
	o := validateOptions{}
	c := &cobra.Command{
		Use:   "validate [-f PATH]... [PATH]...",
		Short: "Judge CampaignSites by the schema, the rules and every control",
		Long: "validate reads CampaignSites, the SiteClass of each, Waivers and Namespaces, and judges every site as the\n" +
			"operator would. A site without a namespace is in the namespace default. Other kinds are counted, not checked.\n" +
			"Folders are read recursively (*.yaml, *.yml, *.json); hidden folders and links to folders are not entered.\n\n" + exitCodesHelp,
		Example: "  hustings validate -f site.yaml -f class.yaml\n" +
			"  hustings validate deploy/ --fail-on high\n" +
			"  hustings validate -f - -o json < all.yaml\n" +
			"  hustings validate -f deploy/ --at 2029-05-03T07:00:00Z   # will it still pass on polling day?",
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args, io) },
	}
	o.input.flag(c)
	o.clock.flag(c)
	c.Flags().StringVarP(&o.format, "output", "o", formatText, "text or json")
	c.Flags().StringVar(&o.failOn, "fail-on", string(hustingsv1alpha1.SeverityMedium),
		"least severity that fails: critical, high, medium, low or never; what is below is shown all the same")
	c.Flags().BoolVar(&o.noColor, "no-color", false, "never colour the text; it is coloured on terminals only")
	complete(c, "output", formatText, formatJSON)
	complete(c, "fail-on", "critical", "high", "medium", "low", "never")
	return c
}

func (o *validateOptions) run(c *cobra.Command, args []string, io streams) error {
	if err := oneOf(o.format, formatText, formatJSON); err != nil {
		return err
	}
	threshold := hustingsv1alpha1.Severity(o.failOn)
	if !slices.Contains(report.Thresholds(), threshold) {
		return usageError("--fail-on %q is none of critical, high, medium, low, never", o.failOn)
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
	result := report.Validate(collection, now, threshold)
	if o.format == formatJSON {
		err = written(result.JSON(io.out))
	} else {
		err = written(result.Text(io.out, !o.noColor && isTerminal(io.out)))
	}
	if err != nil {
		return err
	}
	if code := codeOfOutcome(result.Outcome(threshold)); code != exitOK {
		return &exitError{code, errQuiet}
	}
	return nil
}

// oneOf checks the flag --output.
func oneOf(format string, allowed ...string) error {
	if slices.Contains(allowed, format) {
		return nil
	}
	return usageError("--output %q is none of %q", format, allowed)
}

// complete offers a flag's values to the shell.
func complete(c *cobra.Command, flag string, values ...string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)) // fails only for a flag that does not exist
}
