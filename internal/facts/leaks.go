package facts

import (
	"slices"
	"strings"
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Image is what is known of the image of a site's spec.
type Image struct {
	// Digest is the image's own, or the one that its tag was resolved to, once; empty, not known.
	Digest string
	// LetIn: that very digest was let in by a clean verdict, and runs.
	LetIn bool
	// Scan of that digest.
	Scan Scan
	// NoScanner: nothing scans images here, so that there will be no verdict.
	NoScanner bool
}

// Pin is an image with its digest, where that is known.
func (i Image) Pin(image string) string {
	if i.Digest == "" || image == "" || DigestOf(image) != "" {
		return image
	}
	return image + "@" + i.Digest
}

// DigestOf is the digest that an image is pinned by; empty, it is not, or not by a whole one.
func DigestOf(image string) string {
	const digits = 64
	_, hex, _ := strings.Cut(image, "@sha256:")
	if len(hex) != digits || strings.Trim(hex, "0123456789abcdef") != "" {
		return ""
	}
	return "sha256:" + hex
}

// Served is what is known of what a site serves.
type Served struct {
	// Secrets are about secrets and lists of people in what is served.
	Secrets Scan
	// Files are about files that must not be served.
	Files Scan
}

// Scan is what is known of one scan. A zero Scan is one without a verdict.
type Scan struct {
	// Verdict of the scan; empty, there is none.
	Verdict hustingsv1alpha1.ScanVerdict
	// Outdated: the verdict is that of earlier rules; the image is scanned anew.
	Outdated bool
	// Message says why a verdict is Incomplete or Error.
	Message string
	// Findings are the worst secrets, one each.
	Findings []hustingsv1alpha1.LeakFinding
	// Total is the number of all places, also of those that Findings leaves out.
	Total int32
}

// Pending says whether a verdict is still to come: an Error is tried again.
func (s Scan) Pending() bool { return s.Verdict == "" || s.Verdict == hustingsv1alpha1.VerdictError }

// Leaks is what is left of a scan once a class has allowed its own.
type Leaks struct {
	// Left are the listed findings that nothing allows.
	Left []hustingsv1alpha1.LeakFinding
	// Total is the number of places that nothing allows, also of those that are not listed.
	Total int32
	// Allowed is the number of findings that are allowed.
	Allowed int
	// Expired are entries that would allow a finding and are over.
	Expired []hustingsv1alpha1.AllowedLeak
	// Unused is the number of entries that match nothing.
	Unused int
}

// LeaksOf takes from a scan's findings those that a class allows. An entry whose end has come allows nothing, and where
// the time is not known none does. A path speaks of one place only: a secret that has others as well is allowed by its
// fingerprint.
func LeaksOf(scan Scan, class *hustingsv1alpha1.SiteClass, now time.Time) Leaks {
	l := Leaks{Total: scan.Total}
	var entries []hustingsv1alpha1.AllowedLeak
	if class.Spec.Leaks != nil {
		entries = class.Spec.Leaks.Allow
	}
	used := make([]bool, len(entries))
	expired := make([]bool, len(entries))
	for _, f := range scan.Findings {
		isAllowed := false
		for i := range entries {
			if !Covers(&entries[i], f) {
				continue
			}
			used[i] = true
			if isOver := now.IsZero() || !entries[i].Expires.After(now); isOver {
				expired[i] = true
				continue
			}
			isAllowed = true
		}
		if isAllowed {
			l.Allowed++
			l.Total -= max(1, f.Places)
			continue
		}
		l.Left = append(l.Left, f)
	}
	for i := range entries {
		if expired[i] {
			l.Expired = append(l.Expired, entries[i])
		}
		if !used[i] {
			l.Unused++
		}
	}
	// The total is never below what is listed, whatever was written down.
	l.Total = max(l.Total, int32(len(l.Left)))
	return l
}

// Covers says whether an entry speaks of a finding, whatever its end.
func Covers(entry *hustingsv1alpha1.AllowedLeak, f hustingsv1alpha1.LeakFinding) bool {
	if entry.Fingerprint != "" {
		return entry.Fingerprint == f.Fingerprint
	}
	if entry.Rule == "" || entry.Rule != f.Rule || f.Places > 1 {
		return false
	}
	return f.File == entry.Path || strings.HasSuffix(entry.Path, "/") && strings.HasPrefix(f.File, entry.Path)
}

// Withdrawn says whether a site must not be routed: it serves a secret, and its class withdraws the routes of such sites.
func (s Snapshot) Withdrawn() bool {
	if s.Class == nil || s.Class.Spec.Leaks == nil || s.Class.Spec.Leaks.OnServedLeak != hustingsv1alpha1.ServedLeakWithdraw {
		return false
	}
	secrets := s.Served.Secrets
	return secrets.Verdict == hustingsv1alpha1.VerdictLeaking && LeaksOf(secrets, s.Class, s.Now).Total > 0
}

// Offline says whether the facts are those of manifests: what only a cluster knows is not known, and cannot be.
func (s Snapshot) Offline() bool { return s.Claims.Source == ClaimsFromManifests }

// NextAllowanceEnd is when the first of a class's allowed leaks counts again; zero, never.
func NextAllowanceEnd(class *hustingsv1alpha1.SiteClass, now time.Time) time.Time {
	if class == nil || class.Spec.Leaks == nil {
		return time.Time{}
	}
	var ends []time.Time
	for _, entry := range class.Spec.Leaks.Allow {
		if entry.Expires.After(now) {
			ends = append(ends, entry.Expires.Time)
		}
	}
	if len(ends) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(ends, time.Time.Compare)
}

// RescanInterval is how often a class has what its sites serve looked at.
func RescanInterval(class *hustingsv1alpha1.SiteClass) time.Duration {
	const normal, least, most = 15 * time.Minute, time.Minute, 24 * time.Hour
	if class == nil || class.Spec.Leaks == nil || class.Spec.Leaks.RescanInterval == "" {
		return normal
	}
	interval, err := time.ParseDuration(string(class.Spec.Leaks.RescanInterval))
	if err != nil {
		return normal // the schema lets no such text in
	}
	return min(max(interval, least), most)
}
