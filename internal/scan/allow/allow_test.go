package allow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan/allow"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

const fingerprint = "0123456789abcdef0123456789abcdef"

func finding(rule, file, fingerprint string) leak.Finding {
	return leak.Finding{Rule: rule, Place: leak.Place{File: file, Line: 1, Column: 2}, Fingerprint: fingerprint}
}

func TestProblemsSayWhere(t *testing.T) {
	const good = "allow:\n- fingerprint: " + fingerprint + "\n  reason: an example\n  expires: 2027-02-25\n"
	for _, c := range []struct{ name, text, want string }{
		{"a list", good, ""},
		{"a time", strings.Replace(good, "2027-02-25", "2027-02-25T07:00:00+01:00", 1), ""},
		{"a rule and a path", "allow:\n- {rule: jwt, path: js/, reason: an example, expires: 2027-02-25}\n", ""},
		{"no entries", "allow: []\n", ""},
		{"a fingerprint that is a number to YAML", strings.Replace(good, fingerprint, "12345678901234567890123456789012", 1), ""},
		{"nothing", "", "a.yaml: it has no entries"},
		{"comments alone", "# none\n", "a.yaml: it has no entries"},
		{"no list", "other: 1\n", `a.yaml:1:1: other: unknown field`},
		{"a list at the top", "- fingerprint: a\n", "a.yaml:1:1: must be a mapping with allow"},
		{"allow is no list", "allow: {a: b}\n", "a.yaml:1:8: allow: must be a list"},
		{"an entry that is text", "allow:\n- " + fingerprint + "\n", "a.yaml:2:3: allow[0]: must be a mapping"},
		{"an unknown field", strings.Replace(good, "reason:", "note: x\n  reason:", 1), "a.yaml:3:3: allow[0].note: unknown field"},
		{"a field that is there twice", strings.Replace(good, "reason:", "reason: x\n  reason:", 1), "a.yaml:4:3: allow[0].reason: is there twice"},
		{"no reason", strings.Replace(good, "  reason: an example\n", "", 1), "a.yaml:2:3: allow[0].reason: missing"},
		{"an empty reason", strings.Replace(good, "an example", `""`, 1), "a.yaml:3:11: allow[0].reason: missing"},
		{"a blank reason", strings.Replace(good, "an example", `"  "`, 1), "a.yaml:3:11: allow[0].reason: missing"},
		{"a reason of null", strings.Replace(good, "an example", "null", 1), "a.yaml:3:11: allow[0].reason: missing"},
		{"a reason that is a list", strings.Replace(good, "an example", "[a]", 1), "a.yaml:3:11: allow[0].reason: must be text"},
		{"a reason without end", strings.Replace(good, "an example", strings.Repeat("a", 600), 1), "a.yaml:3:11: allow[0].reason: must have at most 512 bytes"},
		{"no end", strings.Replace(good, "  expires: 2027-02-25\n", "", 1), "a.yaml:2:3: allow[0].expires: missing"},
		{"an end that is none", strings.Replace(good, "2027-02-25", "never", 1), "a.yaml:4:12: allow[0].expires: is no date"},
		{"a day that is not in the calendar", strings.Replace(good, "2027-02-25", "2027-02-30", 1), "a.yaml:4:12: allow[0].expires: is no date"},
		{"a fingerprint and a rule", strings.Replace(good, "reason:", "rule: jwt\n  reason:", 1), "a.yaml:2:3: allow[0]: set fingerprint alone"},
		{"a rule without a path", "allow:\n- {rule: jwt, reason: a, expires: 2027-02-25}\n", "a.yaml:2:3: allow[0]: set fingerprint alone"},
		{"neither", "allow:\n- {reason: a, expires: 2027-02-25}\n", "a.yaml:2:3: allow[0]: set fingerprint alone"},
		{"an empty path", "allow:\n- {rule: jwt, path: '', reason: a, expires: 2027-02-25}\n", "a.yaml:2:21: allow[0].path: must be a file"},
		{"a short fingerprint", strings.Replace(good, fingerprint, "abc", 1), "a.yaml:2:16: allow[0].fingerprint: is no fingerprint"},
		{"a rule that is none", "allow:\n- {rule: JWT, path: a, reason: a, expires: 2027-02-25}\n", "a.yaml:2:10: allow[0].rule: is no rule"},
		{"a field that is a secret", strings.Replace(good, "reason:", "sk_"+"live_4eC39HqLyjWDarjtT1zdp7dc: x\n  reason:", 1), "a.yaml:3:3: allow[0].…: unknown field"},
		{"a value that is taken for an anchor", strings.Replace(good, "reason: an example", "reason: *hunter2", 1), "a.yaml: it is not YAML: an unknown anchor: put a value that begins with * in quotes"},
		{"what is not YAML", "allow:\n- a: b: c\n", "a.yaml:2:1: it is not YAML"},
		{"two documents", good + "---\n" + good, "a.yaml: it is not YAML: it must be one document"},
		{"an alias", "allow: &a\n- *a\n", "a.yaml:2:3: allow[0]: must be a mapping"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, problems := allow.Read("a.yaml", []byte(c.text))
			var texts []string
			for _, p := range problems {
				texts = append(texts, p.Error())
			}
			all := strings.Join(texts, "\n")
			switch {
			case c.want == "" && all != "":
				t.Errorf("got %s", all)
			case c.want != "" && (!strings.HasPrefix(all, c.want) || list != nil):
				t.Errorf("got %q and %d entries, want %q and none", all, len(list), c.want)
			}
		})
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	_, problems := allow.Read("a.yaml", []byte("allow:\n- {fingerprint: "+fingerprint+", expires: 2027-02-25}\n- {rule: jwt, path: a, reason: b}\n"))
	if len(problems) != 2 {
		t.Errorf("got %v", problems)
	}
}

func read(t *testing.T, text string) allow.List {
	t.Helper()
	list, problems := allow.Read("a.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return list
}

func TestAnEntryAllowsUntilItsEnd(t *testing.T) {
	for _, c := range []struct {
		name, entry           string
		allowed, over, unused bool
	}{
		{"a fingerprint", "fingerprint: " + fingerprint + ", expires: 2026-11-28", true, false, false},
		{"a second before its end", "fingerprint: " + fingerprint + `, expires: "2026-11-27T12:00:01Z"`, true, false, false},
		{"at its end", "fingerprint: " + fingerprint + `, expires: "2026-11-27T12:00:00Z"`, false, true, false},
		{"another fingerprint", "fingerprint: fedcba9876543210, expires: 2026-11-28", false, false, true},
		{"a rule and a file", "rule: jwt, path: js/app.js, expires: 2026-11-28", true, false, false},
		{"a rule and a folder", "rule: jwt, path: js/, expires: 2026-11-28", true, false, false},
		{"a folder without its slash", "rule: jwt, path: js, expires: 2026-11-28", false, false, true},
		{"the beginning of a name", "rule: jwt, path: js/app, expires: 2026-11-28", false, false, true},
		{"another rule", "rule: jwts, path: js/app.js, expires: 2026-11-28", false, false, true},
		{"a folder, over", "rule: jwt, path: js/, expires: 2026-11-27", false, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := read(t, "allow:\n- {reason: a, "+c.entry+"}\n")
			j := list.Judge([]leak.Finding{finding("jwt", "js/app.js", fingerprint)}, now)
			if (j.Allowed[0] != nil) != c.allowed || (j.Over[0] != nil) != c.over || (len(j.Unused) == 1) != c.unused {
				t.Errorf("got %+v", j)
			}
		})
	}
}

func TestAnEntryThatIsOverIsNothingBesideOneThatIsNot(t *testing.T) {
	list := read(t, "allow:\n- {fingerprint: "+fingerprint+", reason: a, expires: 2026-11-01}\n- {rule: jwt, path: a, reason: a, expires: 2027-11-01}\n")
	j := list.Judge([]leak.Finding{finding("jwt", "a", fingerprint)}, now)
	if j.Allowed[0] == nil || j.Allowed[0].Line != 3 || j.Over[0] != nil || len(j.Unused) > 0 {
		t.Errorf("got %+v", j)
	}
}

func comment(f leak.Finding) string { return fmt.Sprintf("%s in %s", f.Rule, f.Place.File) }

func TestWhatIsAddedIsRefusedUntilSomebodyWritesWhy(t *testing.T) {
	findings := []leak.Finding{
		finding("jwt", "b.js", "bbbbbbbbbbbbbbbb"), finding("jwt", "a.js", "0000000000000001"),
		finding("jwt", "b.js", "bbbbbbbbbbbbbbbb"), finding("aws", "a.js", "12345678901234567"),
	}
	added, err := allow.Add("a.yaml", nil, findings, now, comment)
	if err != nil || added.New != 3 || added.Known != 0 {
		t.Fatal(added, err)
	}
	const want = `# Findings that are no leaks. Say why in each reason: until then the list is refused.
# A secret does not belong here: revoke it.
allow:
  # aws in a.js
  - fingerprint: "12345678901234567"
    reason: ""
    expires: 2027-02-25
  # jwt in a.js
  - fingerprint: "0000000000000001"
    reason: ""
    expires: 2027-02-25
  # jwt in b.js
  - fingerprint: bbbbbbbbbbbbbbbb
    reason: ""
    expires: 2027-02-25
`
	if diff := cmp.Diff(want, string(added.Data)); diff != "" {
		t.Error(diff)
	}
	if list, problems := allow.Read("a.yaml", added.Data); list != nil || len(problems) != 3 {
		t.Errorf("got %v and %v", list, problems)
	}
	list := read(t, strings.ReplaceAll(string(added.Data), `""`, "an example"))
	for i, entry := range list.Judge(findings, now).Allowed {
		if entry == nil {
			t.Errorf("finding %d is not allowed", i)
		}
	}
}

func TestAddingTouchesNothingThatIsThere(t *testing.T) {
	const before = `# ours
allow:
  # why this is none
  - fingerprint: aaaaaaaaaaaaaaaa # seen by Jo
    reason: the vendor's example
    expires: 2026-01-01
  - rule: jwt
    path: js/
    reason: ""
    expires: 2027-01-01
`
	findings := []leak.Finding{
		finding("aws", "x", "aaaaaaaaaaaaaaaa"), finding("jwt", "js/a", "bbbbbbbbbbbbbbbb"), finding("jwt", "c", "cccccccccccccccc"),
	}
	added, err := allow.Add("a.yaml", []byte(before), findings, now, comment)
	if err != nil || added.New != 1 || added.Known != 2 {
		t.Fatal(added, err)
	}
	const want = before + "  # jwt in c\n  - fingerprint: cccccccccccccccc\n    reason: \"\"\n    expires: 2027-02-25\n"
	if diff := cmp.Diff(want, string(added.Data)); diff != "" {
		t.Error(diff)
	}
	again, err := allow.Add("a.yaml", added.Data, findings, now, comment)
	if err != nil || again.New != 0 || again.Known != 3 || string(again.Data) != want {
		t.Errorf("added twice: %+v, %v", again, err)
	}
}

func TestAddingNeedsAList(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"an empty list":     {"allow: []\n", ""},
		"a list of null":    {"allow:\n", ""},
		"comments alone":    {"# mine\n", ""},
		"no line's end":     {"# mine", ""},
		"a document's mark": {"---\n# mine\n", ""},
		"another document":  {"- a\n", "a.yaml: it is no list of allowed findings"},
		"no list":           {"allow: {}\n", "a.yaml: allow: must be a list"},
		"no YAML":           {"a: b: c\n", "a.yaml: it is not YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			added, err := allow.Add("a.yaml", []byte(c.text), []leak.Finding{finding("jwt", "a", fingerprint)}, now, comment)
			if c.want != "" {
				if err == nil || !strings.HasPrefix(err.Error(), c.want) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || added.New != 1 {
				t.Fatal(added, err)
			}
			isKept := strings.HasPrefix(string(added.Data), c.text) || !strings.Contains(c.text, "#")
			if list := read(t, strings.ReplaceAll(string(added.Data), `""`, "an example")); len(list) != 1 || !isKept {
				t.Errorf("got %s", added.Data)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("allow:\n- {fingerprint: " + fingerprint + ", reason: a, expires: 2027-02-25}\n")
	f.Add("allow: &a [*a]\n")
	f.Add("? [a]\n: b\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, problems := allow.Read("a.yaml", []byte(text))
		if len(problems) > 0 && list != nil {
			t.Error("a list in spite of problems")
		}
		for _, e := range list {
			if e.Reason == "" || e.Expires.IsZero() || e.Line < 1 {
				t.Errorf("%+v", e)
			}
		}
		added, err := allow.Add("a.yaml", []byte(text), []leak.Finding{finding("jwt", "a", fingerprint)}, now, comment)
		if err == nil && added.New+added.Known != 1 {
			t.Errorf("%+v", added)
		}
	})
}
