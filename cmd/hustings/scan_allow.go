package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/internal/report"
	"github.com/hustings/hustings/internal/scan/allow"
)

// readAllow reads an allow file; no name, there is none.
func readAllow(file string) (allow.List, []manifest.Problem) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, []manifest.Problem{{File: shown(file), Message: unreadable(err)}}
	}
	return allow.Read(shown(file), data)
}

// addTo adds entries for what a scan found to the file of --write-allow, and says what is to be done with them.
func (o *scanOptions) addTo(s report.Scan, io streams) error {
	file := shown(o.writeAllow)
	data, err := os.ReadFile(filepath.Clean(o.writeAllow))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &exitError{exitIncomplete, fmt.Errorf("read the allow file: %w", err)}
	}
	added, err := allow.Add(file, data, leaksLeft(s), s.Now, func(f leak.Finding) string { return report.Escape(describe(f)) })
	if err != nil {
		return &exitError{exitIncomplete, fmt.Errorf("add to the allow file: %w", err)}
	}
	if added.New > 0 {
		if err := replace(o.writeAllow, added.Data); err != nil {
			return &exitError{exitIncomplete, fmt.Errorf("write the allow file: %w", err)}
		}
	}
	if o.quiet {
		return nil
	}
	name := report.Escape(file)
	fmt.Fprintf(io.err, "hustings: new entries in %s: %d\n", name, added.New)
	if added.New > 0 {
		fmt.Fprintf(io.err, "hustings: take out of it what is a secret, and revoke that; write a reason for what is none; then pass --allow %s.\n"+
			"hustings: as long as a reason is empty, the file is refused.\n", name)
	}
	if added.Known > 0 {
		fmt.Fprintf(io.err, "hustings: leaks that have an entry in it already: %d; write its reason, or a later end if it is over\n", added.Known)
	}
	return nil
}

// leaksLeft are the findings that fail and are not allowed.
func leaksLeft(s report.Scan) []leak.Finding {
	var left []leak.Finding
	for _, look := range s.Looks {
		judged := s.Allow.Judge(look.Result.Findings, s.Now)
		for i, f := range look.Result.Findings {
			if f.Severity != leak.Info && judged.Allowed[i] == nil {
				left = append(left, f)
			}
		}
	}
	return left
}

// describe is what the comment of an entry says.
func describe(f leak.Finding) string {
	text := fmt.Sprintf("%s %s in %s", f.Severity, f.Rule, f.Place)
	if f.Excerpt != "" {
		text += ": " + f.Excerpt
	}
	return text
}

// replace writes a file as a whole or not at all.
func replace(file string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".hustings-*")
	if err != nil {
		return fmt.Errorf("make a file beside it: %w", err)
	}
	_, err = f.Write(data)
	const everybodyReads = 0o644 // it is committed, and holds no secret
	err = errors.Join(err, f.Chmod(everybodyReads), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
