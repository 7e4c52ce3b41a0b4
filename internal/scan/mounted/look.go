package mounted

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// wall is how long a look may take. What is packed to take longer holds up the sites that wait.
const wall = 10 * time.Second

// limits of the engine, for each ConfigMap: it has a MiB at the most, and what is packed in it is more.
func limits() leak.Limits {
	l := leak.DefaultLimits()
	l.Bytes, l.Files, l.Findings = 32<<20, 10_000, 100
	return l
}

// Look looks at what a site mounts. What could not be looked at is a gap; the error is that ctx is done.
func Look(ctx context.Context, s *leak.Scanner, all []ConfigMap) (scan.Result, error) {
	return look(ctx, s, all, wall)
}

func look(ctx context.Context, s *leak.Scanner, all []ConfigMap, most time.Duration) (scan.Result, error) {
	timed, cancel := context.WithTimeoutCause(ctx, most, fmt.Errorf("the look took more than %s", most))
	defer cancel()
	var whole []string
	seen := make([]leak.Result, 0, len(all))
	for _, c := range all {
		r := lookAt(timed, s, c)
		if len(r.Gaps) == 0 {
			whole = append(whole, scan.MarkOf(c.Name))
		}
		seen = append(seen, r)
	}
	if stopped := ctx.Err(); stopped != nil {
		return scan.Result{}, fmt.Errorf("look at ConfigMaps: %w", stopped)
	}
	merged := leak.Merge(limits().Findings, seen...)
	scan.Withhold(s, &merged)
	result := scan.Judge(s.Ruleset(), merged)
	result.Whole = whole
	if timed.Err() != nil {
		result.Message = context.Cause(timed).Error() // where it was ended differs from look to look
	}
	return result, nil
}

// lookAt looks at one ConfigMap.
func lookAt(ctx context.Context, s *leak.Scanner, c ConfigMap) leak.Result {
	job := s.Job(limits())
	job.Until(func() error { return context.Cause(ctx) })
	if c.Missed != "" {
		job.Miss(leak.Place{File: c.Name}, c.Missed)
	}
	for _, f := range c.Files {
		at := leak.Place{File: c.Name + "/" + f.Key}
		err := job.Scan(at, bytes.NewReader(f.Data))
		if errors.Is(err, leak.ErrLimit) || errors.Is(err, leak.ErrEnded) {
			break // the job has a gap that says so
		}
		if err != nil {
			job.Miss(at, "it cannot be read")
		}
	}
	return job.Result()
}
