package leak_test

import (
	"testing"

	"github.com/hustings/hustings/internal/leak"
)

func TestNamesAreShownUnlessTheyAreSecrets(t *testing.T) {
	token := "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
	s := leak.New(nil)
	for name, want := range map[string]string{
		"settings.js": "settings.js", "spec.hosts[0]": "spec.hosts[0]", "kubectl.kubernetes.io/last-applied-configuration": "kubectl.kubernetes.io/last-applied-configuration",
		"": "", token: "…", token + ".txt": "…", "etc/" + token: "…",
	} {
		if got := s.Shown(name); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
