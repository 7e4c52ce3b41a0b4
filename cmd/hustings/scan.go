package main

import (
	"context"
	"errors"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/internal/report"
	"github.com/hustings/hustings/internal/scan/dial"
)

// mostFindings is how many findings are kept; all are counted.
const mostFindings = 20_000

const scanHelp = "What is public by design is info and never fails. What could not be looked at is reported and never passes.\n" +
	"The value of a secret is never printed.\n\n" + exitCodesHelp

func newScan(io streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "scan",
		Short: "Look for secrets and lists of people in what is about to be shipped, or is served",
		Long: "scan looks for secrets and lists of people in a built site, an image or the pages of a site, with the engine\n" +
			"that the operator uses.\n\n" + scanHelp,
		Example: "  hustings scan dir dist/\n" +
			"  hustings scan image registry.example.org/site:v1\n" +
			"  hustings scan pages https://www.example.org/",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError("scan: %q is none of dir, image, pages", args[0])
			}
			c.SetOut(io.err) // stdout is for results
			_ = c.Help()     // it fails only where stderr does
			return usageError("name what to scan: dir, image or pages")
		},
	}
	c.AddCommand(newScanDir(io), newScanImage(io), newScanPages(io))
	return c
}

// personal is which addresses a scan may talk to: a person chose them, so inside and loopback are allowed. Metadata
// addresses never are.
func personal() dial.Policy {
	return dial.Policy{AllowLoopback: true, AllowPrivate: true}
}

// target is something to be scanned.
type target interface {
	// name it in progress and in categories: dir, image, pages.
	kind() string
	// look at it. What a person can mend is an inputError; any other error is ours.
	look(ctx context.Context, scanner *leak.Scanner, p *progress) (report.Scan, error)
}

// inputError is why something cannot be scanned at all.
type inputError struct {
	// what was asked for; empty where it must not be shown.
	what string
	why  string
}

func (e *inputError) Error() string { return e.why }

// scanOptions are what all scans take.
type scanOptions struct {
	format     string
	allow      string
	writeAllow string
	quiet      bool
	noColor    bool
}

func (o *scanOptions) flags(c *cobra.Command) {
	c.Flags().StringVarP(&o.format, "output", "o", formatText, "text, json or sarif")
	c.Flags().StringVar(&o.allow, "allow", "", "file that lists findings that are no leaks, each with a reason and an end")
	c.Flags().StringVar(&o.writeAllow, "write-allow", "",
		"add an entry for each leak to this allow file, for you to write the reason; what is in it stays")
	c.Flags().BoolVar(&o.quiet, "quiet", false, "no progress and no advice on stderr, and in text no info and nothing that is allowed")
	c.Flags().BoolVar(&o.noColor, "no-color", false, "never colour the text; it is coloured on terminals only")
	complete(c, "output", formatText, formatJSON, formatSARIF)
	for _, flag := range []string{"allow", "write-allow"} {
		_ = c.MarkFlagFilename(flag, "yaml", "yml") // fails only for a flag that does not exist
	}
}

func (o *scanOptions) run(c *cobra.Command, t target, io streams) error {
	if err := oneOf(o.format, formatText, formatJSON, formatSARIF); err != nil {
		return err
	}
	start := time.Now()
	allowed, problems := readAllow(o.allow)
	if len(problems) > 0 {
		return o.print(report.Leaks(report.Scan{Target: o.allow, Problems: problems, Now: start}), t, io)
	}
	s, err := o.look(c, t, io)
	if err != nil {
		return err
	}
	s.Allow, s.Now, s.Elapsed = allowed, start, time.Since(start)
	printed := o.print(report.Leaks(s), t, io)
	if o.writeAllow == "" || codeOf(printed) == exitInvalid {
		return printed
	}
	if err := o.addTo(s, io); err != nil {
		return err
	}
	return printed
}

// look looks at a target until it is done or the person has seen enough.
func (o *scanOptions) look(c *cobra.Command, t target, io streams) (report.Scan, error) {
	ctx, stop := signal.NotifyContext(c.Context(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)() // the second signal ends the process
	p := newProgress(io.err, o.quiet)
	s, err := t.look(ctx, leak.New(nil), p)
	p.stop()
	var input *inputError
	switch {
	case ctx.Err() != nil:
		return report.Scan{}, &exitError{exitIncomplete, errors.New("interrupted: not everything was looked at, and nothing is reported")}
	case errors.As(err, &input):
		return report.Scan{Target: input.what, Problems: []manifest.Problem{{File: input.what, Message: input.why}}}, nil
	case err != nil:
		return report.Scan{}, &exitError{exitIncomplete, err}
	}
	return s, nil
}

// print writes the result; its error has the exit code.
func (o *scanOptions) print(r report.LeakReport, t target, io streams) error {
	var err error
	switch o.format {
	case formatJSON:
		err = r.JSON(io.out)
	case formatSARIF:
		err = r.SARIF(io.out, "scan-"+t.kind(), version())
	default:
		err = r.Text(io.out, !o.noColor && isTerminal(io.out), o.quiet)
	}
	if err := written(err); err != nil {
		return err
	}
	if code := codeOfOutcome(r.Outcome()); code != exitOK {
		return &exitError{code, errQuiet}
	}
	return nil
}

// oneArgument is the only argument of a command.
func oneArgument(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 0 || args[0] == "":
			return usageError("%s: nothing to scan: pass %s", c.CommandPath(), what)
		case len(args) > 1:
			return usageError("%s takes one argument, %s, and got %d", c.CommandPath(), what, len(args))
		}
		return nil
	}
}

// plainReason is an error as people read it, without the steps that lead to it.
func plainReason(err error) string {
	why := err.Error()
	for _, step := range []string{"scan image: ", "look at pages: ", "open tarball: ", "open layout: ", "resolve tag: "} {
		why = strings.TrimPrefix(why, step)
	}
	return "it cannot be scanned: " + why
}
