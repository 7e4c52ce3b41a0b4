package service

import (
	"encoding/json"

	"github.com/hustings/hustings/internal/scan"
)

// maxText bounds each text of a result that comes from what was scanned.
const maxText = 1 << 10

// fit leaves out the least of a result's findings until it has at most so many bytes. The totals still count them all, so
// that nothing looks better than it is.
func fit(r scan.Result, most int) scan.Result {
	r.Message = cut(r.Message)
	for size := encoded(r); size > most; size = encoded(r) {
		switch {
		case len(r.Findings) > 0:
			r.Findings = r.Findings[:len(r.Findings)*3/4]
		case len(r.Gaps) > 0:
			r.Gaps = r.Gaps[:len(r.Gaps)/2]
		default:
			return r
		}
	}
	return r
}

// encoded is how many bytes a result has as an answer. One that cannot be written is too large: it is cut down until it can.
func encoded(r scan.Result) int {
	data, err := json.Marshal(r)
	if err != nil {
		return maxAnswer + 1
	}
	return len(data)
}

func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	return text[:maxText]
}
