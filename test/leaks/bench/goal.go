package main

import "fmt"

// goal is a figure that was promised, and what it came to.
type goal struct {
	what      string
	got, want float64
	// most says that the figure is to be no more than what was promised, rather than no less.
	most bool
}

func (g goal) met() bool {
	if g.most {
		return g.got <= g.want
	}
	return g.got >= g.want
}

// reached prints what was promised beside what was measured.
func (b *bench) reached() error {
	fmt.Printf("%-52s %10s %14s\n", "goal", "measured", "promised")
	for _, g := range b.goals {
		word, missed := "at least", ""
		if g.most {
			word = "at most"
		}
		if !g.met() {
			missed = "  missed"
		}
		fmt.Printf("%-52s %10.2f %8s %5g%s\n", g.what, g.got, word, g.want, missed)
	}
	fmt.Println()
	return nil
}

// speedGoals are those of a row of the table of times.
func (b *bench) speedGoals(j job, s sample, rate float64) {
	want := map[string]float64{"npm": 60, "mixed": 60, "dense": 25}[j.tree]
	if j.tool != ours || want == 0 {
		return
	}
	if j.cores == 1 {
		b.goals = append(b.goals, goal{"MB/s/core on " + j.tree, rate, want, false})
	}
	b.goals = append(b.goals, goal{fmt.Sprintf("MiB resident on %s, cores: %d", j.tree, j.cores), float64(s.Peak) / 1024, 128, true})
}
