package main

import (
	"fmt"

	"github.com/hustings/hustings/internal/leak"
)

// found counts, by tool, the cases of a tree that it says something about: each case is a folder. A tool that looks at
// nothing but files finds a case once, however often it says so.
func (b *bench) found(tree string, counts func(leak.Finding) bool) (map[string]int, int, error) {
	_, files, err := b.size(tree)
	if err != nil {
		return nil, 0, err
	}
	found := map[string]int{}
	for _, tool := range []string{ours, library, command} {
		s, err := b.run(job{tool, tree, 1, 1})
		if err != nil {
			return nil, 0, err
		}
		cases := map[string]bool{}
		for _, f := range s.Findings {
			if counts(f) {
				cases[top(f.Place.File)] = true
			}
		}
		found[tool] = len(cases)
	}
	return found, files, nil
}

func isAlarm(f leak.Finding) bool { return f.Severity < leak.Info }

// say prints what was found, beside what the others found.
func say(what string, found map[string]int, of int) {
	fmt.Printf("%-52s %6d", what, of)
	for _, tool := range []string{ours, library, command} {
		fmt.Printf(" %18s", fmt.Sprintf("%d (%s)", found[tool], percent(found[tool], of)))
	}
	fmt.Println()
}

// cases is the table of what is found, and of what should not be.
func (b *bench) cases() error {
	fmt.Printf("%-52s %6s %18s %18s %18s\n", "found of", "cases", ours, library, command)
	for _, c := range []struct {
		tree, what, goal string
		counts           func(leak.Finding) bool
		want             float64
		most             bool
	}{
		{"unlisted", "types that no rule is written for, all contexts", "% found of types that no rule is written for", isAlarm, 80, false},
		// What is public by design only has to be mentioned, and one of these files holds nothing else.
		{"typical", "typical files", "% of typical files found", func(leak.Finding) bool { return true }, 100, false},
		{"people", "lists of 20 people or more", "% of lists of people found", isAlarm, 100, false},
		{"lists", "lists that may be seen (fewer are better)", "lists that may be seen, alarmed", isAlarm, 0, true},
		{"public", "values that are public by design (fewer are better)", "public values alarmed", isAlarm, 0, true},
	} {
		found, of, err := b.found(c.tree, c.counts)
		if err != nil {
			return err
		}
		say(c.what, found, of)
		got := float64(found[ours])
		if !c.most {
			got = 100 * got / float64(max(of, 1))
		}
		b.goals = append(b.goals, goal{c.goal, got, c.want, c.most})
	}
	fmt.Println()
	return nil
}
