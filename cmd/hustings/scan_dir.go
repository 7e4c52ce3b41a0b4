package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/report"
	"github.com/hustings/hustings/internal/scan/folder"
)

func newScanDir(io streams) *cobra.Command {
	o := scanOptions{}
	c := &cobra.Command{
		Use:   "dir PATH",
		Short: "Look for secrets in a folder or a file, packed or not",
		Long: "dir looks at every file of a folder, hidden ones and archives included, or at one file. It follows no links.\n" +
			"Its findings are of the control leaks.files.\n" + scanHelp,
		Example: "  hustings scan dir dist/\n" +
			"  hustings scan dir site.tar.gz -o json | jq -r '.findings[] | select(.result == \"Fail\") | .file'\n" +
			"  hustings scan dir dist/ --write-allow allow.yaml   # then write the reasons\n" +
			"  hustings scan dir dist/ --allow allow.yaml -o sarif > leaks.sarif",
		Args: oneArgument("a folder or a file"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, dirTarget(args[0]), io) },
	}
	o.flags(c)
	c.ValidArgsFunction = pathArgument
	return c
}

// pathArgument completes one path.
func pathArgument(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// dirTarget is a path to a folder or a file.
type dirTarget string

func (d dirTarget) kind() string { return "dir" }

func (d dirTarget) look(ctx context.Context, scanner *leak.Scanner, p *progress) (report.Scan, error) {
	name := shown(string(d))
	info, err := os.Stat(string(d))
	switch {
	case err != nil:
		return report.Scan{}, &inputError{name, unreadable(err)}
	case !info.IsDir() && !info.Mode().IsRegular():
		return report.Scan{}, &inputError{name, "it is neither a folder nor a regular file"}
	}
	o := folder.Options{Limits: folder.Limits(), Workers: runtime.NumCPU(), Progress: func(files int, bytes int64) {
		p.tell(func() string { return fmt.Sprintf("%d files, %s", files, report.Bytes(bytes)) })
	}}
	o.Limits.Findings = mostFindings
	result, err := folder.Scan(ctx, scanner, string(d), o)
	if err != nil {
		return report.Scan{}, &inputError{name, unreadable(err)}
	}
	if result.Files == 0 && len(result.Gaps) == 0 {
		return report.Scan{}, &inputError{name, "there is no file in it: nothing was looked at; links are not followed"}
	}
	out := report.Scan{Target: name, Folder: name, Looks: []report.Look{{Control: report.ControlFiles, Result: result}}}
	if !info.IsDir() {
		out.Folder = filepath.ToSlash(filepath.Dir(filepath.FromSlash(name)))
	}
	if out.Folder == "." {
		out.Folder = ""
	}
	return out, nil
}

// shown is a path as it is shown: with slashes, and relative to the working folder where it is in it, as editors and
// code scanning want it.
func shown(path string) string {
	path = filepath.Clean(path)
	if wd, err := os.Getwd(); err == nil && filepath.IsAbs(path) {
		if relative, err := filepath.Rel(wd, path); err == nil && filepath.IsLocal(relative) {
			path = relative
		}
	}
	return filepath.ToSlash(path)
}

// unreadable says why a path cannot be read, without the path.
func unreadable(err error) string {
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file or folder"
	case errors.As(err, &at):
		return fmt.Sprintf("it cannot be read: %v", at.Err)
	}
	return plainReason(err)
}
