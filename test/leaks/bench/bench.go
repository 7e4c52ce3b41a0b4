package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hustings/hustings/internal/leak"
)

// bench is one run of everything.
type bench struct {
	cache, work, gitleaks string
	rounds                int
	goals                 []goal
}

func (b *bench) all() error {
	begin := time.Now()
	if err := b.ready(); err != nil {
		return err
	}
	fmt.Printf("Leak scanner beside gitleaks 8.30.1, on the same files in one run. MB = 10^6 bytes; a core = a second of CPU time,\n"+
		"start of the process included; medians of %d, the tools in turn from first to last and from last to first.\n"+
		"gitleaks is slow and gets a sample of %d MB of each tree, which ours gets as well. Load of the machine before: %s\n\n",
		b.rounds, sampleSize/megabyte, load())
	parts := []func() error{b.missing, b.speed, b.recalled, b.cases, b.linear, b.images, b.falseAlarms, b.innocent, b.reached}
	for _, part := range parts {
		if err := part(); err != nil {
			return err
		}
	}
	fmt.Printf("All this took %.0f s.\n", time.Since(begin).Seconds())
	return nil
}

// ready makes the files and builds gitleaks.
func (b *bench) ready() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if out, err := exec.Command(self, prepareCommand, b.work, filepath.Join(b.cache, "corpus")).CombinedOutput(); err != nil {
		return fmt.Errorf("prepare: %w: %s", err, last(out))
	}
	b.gitleaks = filepath.Join(b.cache, "gitleaks-8.30.1")
	if _, err := os.Stat(b.gitleaks); err == nil {
		return nil
	}
	if out, err := exec.Command("go", "build", "-o", b.gitleaks, "github.com/zricethezav/gitleaks/v8").CombinedOutput(); err != nil {
		return fmt.Errorf("build gitleaks: %w: %s", err, last(out))
	}
	return nil
}

// load is how busy the machine is with other things.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	now, _, _ := strings.Cut(string(raw), " ")
	return now
}

// missing says which files could not be fetched.
func (b *bench) missing() error {
	says := map[string]string{
		"npm-missing.json":    "The bundles are made ones, not from npm",
		"unseen-missing.json": "No bundles that nothing was tuned on",
		"debian-missing.json": "No packages of Debian",
	}
	for _, note := range slices.Sorted(maps.Keys(says)) {
		var why string
		if err := b.read(note, &why); err != nil {
			return err
		}
		if why != "" {
			fmt.Printf("%s: %s\n", says[note], why)
		}
	}
	return nil
}

// speed is the table of times.
func (b *bench) speed() error {
	// Ours is so fast that it does everything several times over, or the run would be too short to be measured.
	const over = 4
	var jobs []job
	for _, tree := range []string{"npm", "mixed", "dense"} {
		jobs = append(jobs, job{ours, tree, 1, over}, job{ours, tree, 2, over}, job{ours, tree + "-sample", 1, 1},
			job{library, tree + "-sample", 1, 1}, job{command, tree + "-sample", 1, 1})
	}
	runs := map[job][]sample{}
	for round := range b.rounds {
		order := slices.Clone(jobs)
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, j := range order {
			s, err := b.run(j)
			if err != nil {
				return err
			}
			runs[j] = append(runs[j], s)
		}
	}
	fmt.Printf("%-14s %-17s %5s %6s %7s %7s %7s %10s %9s %8s %10s\n", "tree", "tool", "cores", "MB", "s", "MB/s", "MB/s/core", "peak MiB",
		"findings", "recall", "x command")
	var truth []planted
	if err := b.read("dense.json", &truth); err != nil {
		return err
	}
	for _, j := range jobs {
		mb, _, err := b.size(j.tree)
		if err != nil {
			return err
		}
		mb *= float64(j.repeat)
		s, recall, times := median(runs[j]), "-", "-"
		// Only what did the same files is compared.
		if base := runs[job{command, j.tree, 1, 1}]; base != nil {
			times = fmt.Sprintf("%.1f", median(base).cpu/s.cpu)
		}
		if j.tree == "dense" && j.cores == 1 {
			recall = percent(placed(s.alarms(), truth), len(truth))
			b.goals = append(b.goals, goal{"% of secrets found on dense, at their place", 100 * float64(placed(s.alarms(), truth)) / float64(len(truth)), 90, false})
		}
		fmt.Printf("%-14s %-17s %5d %6.1f %7.2f %7.2f %9.2f %10.0f %9d %8s %10s\n", j.tree, j.tool, j.cores, mb, s.seconds, mb/s.seconds,
			mb/s.cpu, float64(s.Peak)/1024, len(s.alarms())/j.repeat, recall, times)
		b.speedGoals(j, s, mb/s.cpu)
	}
	for _, tree := range []string{"npm", "mixed", "dense"} {
		one, two := quickest(runs[job{ours, tree, 1, over}]), quickest(runs[job{ours, tree, 2, over}])
		what := fmt.Sprintf("times as fast on two cores, %s (had %.2f)", tree, two.cpu/two.seconds)
		b.goals = append(b.goals, goal{what, one.seconds / two.seconds, 1.8, false})
	}
	fmt.Printf("Ours goes over its whole trees %d times in a run.\n\n", over)
	return nil
}

func percent(n, of int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(of, 1))) }

// placed counts the secrets that were found where they are.
func placed(findings []leak.Finding, truth []planted) int {
	at := map[string][]planted{}
	for _, p := range truth {
		key := fmt.Sprintf("%s:%d", strings.TrimPrefix(p.File, "dense/"), p.Line)
		at[key] = append(at[key], p)
	}
	found := map[planted]bool{}
	for _, f := range findings {
		for _, p := range at[fmt.Sprintf("%s:%d", f.Place.File, f.Place.Line)] {
			if p.From <= f.Place.Column && f.Place.Column < p.To {
				found[p] = true
			}
		}
	}
	return len(found)
}

// recalled is the table of what is found, by carrier.
func (b *bench) recalled() error {
	carriers, err := os.ReadDir(filepath.Join(b.work, "recall"))
	if err != nil {
		return fmt.Errorf("read the cases: %w", err)
	}
	shares := map[string]map[string]int{}
	for _, tool := range []string{ours, library, command} {
		s, err := b.run(job{tool, "recall", 1, 1})
		if err != nil {
			return err
		}
		shares[tool] = map[string]int{}
		cases := map[string]bool{}
		for _, f := range s.alarms() {
			cases[top(f.Place.File)] = true
		}
		for c := range cases {
			shares[tool][filepath.Dir(c)]++
		}
	}
	fmt.Printf("%-22s %6s %10s %18s %18s\n", "found, by context", "types", ours, library, command)
	sums, all := map[string]int{}, 0
	for _, c := range carriers {
		types, err := os.ReadDir(filepath.Join(b.work, "recall", c.Name()))
		if err != nil {
			return fmt.Errorf("read the cases: %w", err)
		}
		n := len(types)
		all += n
		fmt.Printf("%-22s %6d", c.Name(), n)
		for i, tool := range []string{ours, library, command} {
			sums[tool] += shares[tool][c.Name()]
			fmt.Printf(" %*s", []int{10, 18, 18}[i], percent(shares[tool][c.Name()], n))
		}
		fmt.Println()
	}
	b.recallGoals(shares[ours], len(carriers))
	fmt.Printf("%-22s %6d %10s %18s %18s\n\n", "all", all, percent(sums[ours], all), percent(sums[library], all), percent(sums[command], all))
	return nil
}

// recallGoals are those of what is found: in plain contexts, and in the worst of all.
func (b *bench) recallGoals(found map[string]int, carriers int) {
	types := func(carrier string) int {
		entries, err := os.ReadDir(filepath.Join(b.work, "recall", carrier))
		if err != nil {
			return 0
		}
		return len(entries)
	}
	sum, of, worst, where := 0, 0, 2.0, ""
	for _, c := range []string{"env", "minified-double", "next-data"} {
		sum, of = sum+found[c], of+types(c)
	}
	plain := float64(sum) / float64(max(of, 1))
	for _, c := range slices.Sorted(maps.Keys(found)) {
		if rate := float64(found[c]) / float64(max(types(c), 1)); rate < worst {
			worst, where = rate, c
		}
	}
	if len(found) < carriers {
		worst, where = 0, "a context where nothing was found"
	}
	b.goals = append(b.goals, goal{"% found in plain contexts", 100 * plain, 95, false},
		goal{"% of that found in the worst context, " + where, 100 * worst / max(plain, 0.01), 90, false})
}

// falseAlarms are our findings in bundles that hold no secret: those that rules were tuned on, and others.
func (b *bench) falseAlarms() error {
	for _, tree := range []string{"npm", "unseen"} {
		if _, err := os.Stat(filepath.Join(b.work, tree)); os.IsNotExist(err) {
			continue
		}
		mb, files, err := b.size(tree)
		if err != nil {
			return err
		}
		s, err := b.run(job{ours, tree, 1, 1})
		if err != nil {
			return err
		}
		names := map[string]string{}
		if err := b.read(tree+"-names.json", &names); err != nil {
			return err
		}
		alarms := s.alarms()
		rate := 10 * float64(len(alarms)) / mb
		b.goals = append(b.goals, goal{"false alarms in 10 MB of bundles (" + tree + ")", rate, 0.25, true})
		fmt.Printf("False alarms of ours in %.1f MB of bundles (%s, %d files): %d, %.2f per 10 MB; %d Infos\n", mb, tree, files, len(alarms),
			rate, len(s.Findings)-len(alarms))
		listed(alarms, s.Gaps, names)
	}
	return nil
}

// innocent are our findings in packages of Debian.
func (b *bench) innocent() error {
	what := map[string]string{"debian": "packages of Debian", "mixed": "the mixed tree (this program's own rules among it)"}
	for _, tree := range slices.Sorted(maps.Keys(what)) {
		if _, err := os.Stat(filepath.Join(b.work, tree)); err != nil {
			continue
		}
		mb, files, err := b.size(tree)
		if err != nil {
			return err
		}
		s, err := b.run(job{ours, tree, 1, 1})
		if err != nil {
			return err
		}
		if tree == "debian" {
			b.goals = append(b.goals, goal{"false alarms in packages of Debian", float64(len(s.alarms())), 0, true})
		}
		fmt.Printf("False alarms of ours in %.1f MB of %s (%d files): %d\n", mb, what[tree], files, len(s.alarms()))
		listed(s.alarms(), s.Gaps, nil)
	}
	return nil
}

// listed prints rules and places, not what stands there, and what was not looked at.
func listed(findings []leak.Finding, gaps []leak.Gap, names map[string]string) {
	const most = 40
	for _, f := range findings[:min(most, len(findings))] {
		fmt.Printf("  %-28s %s %s\n", f.Rule, f.Place, names[f.Place.File])
	}
	byRule := map[string]int{}
	for _, f := range findings {
		byRule[f.Rule]++
	}
	if len(findings) > most {
		for _, rule := range slices.Sorted(maps.Keys(byRule)) {
			fmt.Printf("  %5d %s\n", byRule[rule], rule)
		}
	}
	for _, g := range gaps {
		fmt.Printf("  not looked at: %s: %s\n", g.Place, g.Why)
	}
	fmt.Println()
}
