package render

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"
)

func TestBaseNameKeepsAPlainName(t *testing.T) {
	for _, name := range []string{"a", "vote-alice", strings.Repeat("x", maxBase)} {
		if got := BaseName("alice", name); got != name {
			t.Errorf("BaseName(%q) = %q", name, got)
		}
	}
}

// TestBaseNamesAreValidAndNeverCollide holds names that differ only where truncation, cleaning or hashing could lose it.
func TestBaseNamesAreValidAndNeverCollide(t *testing.T) {
	names := []string{"1st", "s1st", "a.b", "a-b", "a--b", "a---b", "1", "1-1", "s1", strings.Repeat("9.", 126) + "9"}
	for i := range 20_000 {
		names = append(names,
			fmt.Sprintf("%s%d", strings.Repeat("a", 58), i), // differs after the cut
			fmt.Sprintf("%d%s", i, strings.Repeat("b", 240)),
			fmt.Sprintf("site.%d", i), fmt.Sprintf("site-%d", i),
			fmt.Sprintf("%s-%016x", "site", i), // looks like a hashed name
			BaseName("alice", fmt.Sprintf("site.%d", i)))
	}
	seen := map[string]string{}
	for _, name := range names {
		base := BaseName("alice", name)
		if other, taken := seen[base]; taken && other != name {
			t.Fatalf("%q and %q share the base name %q", name, other, base)
		}
		seen[base] = name
		for _, suffix := range []string{"", "-inflight-client", "-inflight-site", "-redirect"} {
			if errs := validation.IsDNS1035Label(base + suffix); len(errs) > 0 {
				t.Fatalf("BaseName(%q)%s = %q: %v", name, suffix, base+suffix, errs)
			}
		}
	}
}
