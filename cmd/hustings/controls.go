package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/report"
)

func newControls(io streams) *cobra.Command {
	format := formatText
	c := &cobra.Command{
		Use:     "controls",
		Short:   "List every control: what it asks for, and what to do when it fails",
		Example: "  hustings controls\n  hustings controls -o json | jq -r '.controls[] | select(.blocking) | .id'",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := oneOf(format, formatText, formatJSON); err != nil {
				return err
			}
			if format == formatJSON {
				return written(report.ControlsJSON(io.out, compliance.Catalogue()))
			}
			return written(report.ControlsText(io.out, compliance.Catalogue()))
		},
	}
	c.Flags().StringVarP(&format, "output", "o", formatText, "text or json")
	complete(c, "output", formatText, formatJSON)
	return c
}

func newVersion(io streams) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  hustings version",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(io.out, "hustings "+version())
			return written(err)
		},
	}
}

// version is what the Go toolchain recorded: the module's version, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	v := info.Main.Version
	if v == "" {
		v = "(devel)"
	}
	return v + " " + info.GoVersion
}

// noArguments is cobra.NoArgs with a message that says what was wrong.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError("%s takes no arguments, got %q", c.Name(), args)
	}
	return nil
}
