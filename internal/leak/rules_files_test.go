package leak

import (
	"slices"
	"testing"
)

// TestAProgramIsNoFileOfPasswords: htpasswd writes such files, and lines of its help look like them.
func TestAProgramIsNoFileOfPasswords(t *testing.T) {
	lines := "\nalice:" + filled("<mixed:12>", 1) + "\nbob:" + filled("<mixed:12>", 2) + "\n"
	for name, want := range map[string]bool{"srv/.htpasswd": true, "etc/htpasswd": true} {
		if got := slices.Contains(rulesOf(scan(t, name, lines)), "htpasswd"); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if got := rulesOf(scan(t, "usr/bin/htpasswd", program(lines))); len(got) > 0 {
		t.Errorf("the program: %v", got)
	}
	if got := rulesOf(scan(t, "app/signing.jks", "\xfe\xed\xfe\xed\x00\x00\x00\x02")); !slices.Contains(got, "key-store") {
		t.Errorf("a key store: %v", got)
	}
}
