package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/hustings/hustings/config/crd"
	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/internal/report"
)

// streams are what a run reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errQuiet is an error whose message is on stdout already: the code is all that is left to say.
var errQuiet = errors.New("")

// run is the command without its process: arguments and streams in, the exit code out.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(streams{stdin, stdout, stderr})
	root.SetArgs(args)
	err := root.Execute()
	if err != nil && !errors.Is(err, errQuiet) {
		fmt.Fprintln(stderr, "hustings: "+report.Escape(err.Error()))
		if codeOf(err) == exitUsage {
			fmt.Fprintln(stderr, "Run hustings --help for usage.")
		}
	}
	return codeOf(err)
}

func newRoot(io streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "hustings",
		Short: "Render and judge CampaignSites without a cluster",
		Long: "hustings renders and judges CampaignSites without a cluster: no network, no kubeconfig, no environment.\n" +
			"Its verdicts are those of the operator. It also looks for secrets in what is about to be shipped: see scan, which\n" +
			"talks to the registry or the site that it is given, and to nobody else.\n\n" + exitCodesHelp,
		Example: "  hustings validate -f deploy/\n" +
			"  kustomize build overlays/live | hustings validate -f - -f platform/classes.yaml -o json\n" +
			"  hustings render -f site.yaml -f class.yaml\n" +
			"  hustings scan dir dist/\n" +
			"  hustings controls",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			c.SetOut(io.err) // stdout is for results
			_ = c.Help()
			return &exitError{exitUsage, errors.New("name a command")}
		},
	}
	root.SetIn(io.in)
	root.SetOut(io.out)
	root.SetErr(io.err)
	root.AddCommand(newValidate(io), newRender(io), newScan(io), newControls(io), newVersion(io))
	return root
}

// input is what validate and render read.
type input struct{ paths []string }

func (i *input) flag(c *cobra.Command) {
	c.Flags().StringArrayVarP(&i.paths, "filename", "f", nil, "file, folder (read recursively) or - for standard input; may be repeated")
	_ = c.MarkFlagFilename("filename", "yaml", "yml", "json") // fails only for a flag that does not exist
}

// collect reads and judges the documents. Its error is about usage, or a bug in the embedded schemas.
func (i *input) collect(c *cobra.Command, args []string, io streams) (manifest.Collection, error) {
	paths := append(append([]string{}, i.paths...), args...)
	if len(paths) == 0 {
		return manifest.Collection{}, usageError("nothing to read: pass files or folders, or - for standard input, with -f")
	}
	bases, err := crd.Bases()
	if err != nil {
		return manifest.Collection{}, &exitError{exitIncomplete, err}
	}
	schemas, err := manifest.NewSchemas(bases)
	if err != nil {
		return manifest.Collection{}, &exitError{exitIncomplete, err}
	}
	documents, problems := manifest.Read(paths, io.in)
	collection := schemas.Collect(c.Context(), documents)
	collection.Problems = append(problems, collection.Problems...)
	return collection, nil
}

// clock is the flag --at.
type clock struct{ at string }

func (k *clock) flag(c *cobra.Command) {
	c.Flags().StringVar(&k.at, "at", "", "judge waivers and postures as of this time (RFC 3339, such as 2029-05-03T07:00:00Z) instead of now")
}

func (k *clock) now() (time.Time, error) {
	if k.at == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, k.at)
	if err != nil {
		return time.Time{}, usageError("--at %q is not a time such as 2029-05-03T07:00:00Z", k.at)
	}
	return t, nil
}

// isTerminal says whether people look at a stream.
func isTerminal(w io.Writer) bool {
	f, isFile := w.(*os.File)
	return isFile && term.IsTerminal(int(f.Fd()))
}

// patience is how long a run may be silent.
const patience = 2 * time.Second

// announce tells people who wait that work is going on; call the result when it is done.
func announce(w io.Writer) func() {
	if !isTerminal(w) {
		return func() {}
	}
	timer := time.AfterFunc(patience, func() { fmt.Fprintln(w, "hustings: still at work …") })
	return func() { timer.Stop() }
}
