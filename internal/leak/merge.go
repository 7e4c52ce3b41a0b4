package leak

import "slices"

// Merge is what several jobs saw together; of their findings the worst are kept, as many as most.
func Merge(most int, results ...Result) Result {
	var all Result
	for _, r := range results {
		all.Findings = append(all.Findings, r.Findings...)
		all.Gaps = append(all.Gaps, r.Gaps...)
		all.Failures += r.Failures
		all.Infos += r.Infos
		all.Files += r.Files
		all.Bytes += r.Bytes
	}
	slices.SortStableFunc(all.Findings, compare)
	all.Findings = all.Findings[:min(most, len(all.Findings))]
	slices.SortStableFunc(all.Gaps, func(a, b Gap) int { return compare(Finding{Place: a.Place}, Finding{Place: b.Place}) })
	all.Gaps = all.Gaps[:min(mostGaps, len(all.Gaps))]
	return all
}
