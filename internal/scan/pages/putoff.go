package pages

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// isPutOff says whether an answer asks to come back later, and has that done: once for each URL, and for no more time than
// there is for it. An address that says so is asked half as often from then on.
func (l *look) isPutOff(f *flight) bool {
	now := time.Now()
	pause, asks := retryAfter(f.resp, now)
	ln, v := f.lane, f.visit
	if !asks || v.putOff {
		return false
	}
	ready := now.Add(pause)
	cost := max(0, min(pause, ready.Sub(ln.ready)))
	if cost > ln.patience {
		return false
	}
	const slowest = time.Second
	ln.patience -= cost
	ln.pause = min(2*ln.pause, max(ln.pause, slowest))
	if ready.After(ln.ready) {
		ln.ready = ready
	}
	v.putOff, v.knocks = true, false
	ln.again(v)
	return true
}

// retryAfter is how long an answer asks to wait; false, it does not.
func retryAfter(resp *http.Response, now time.Time) (time.Duration, bool) {
	const usual, longest = time.Second, 24 * time.Hour
	said := strings.TrimSpace(resp.Header.Get("Retry-After"))
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
	case resp.StatusCode == http.StatusServiceUnavailable && said != "":
	default:
		return 0, false
	}
	if seconds, err := strconv.ParseUint(said, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longest), true
	}
	if at, err := http.ParseTime(said); err == nil {
		return max(0, at.Sub(now)), true
	}
	return usual, true
}
