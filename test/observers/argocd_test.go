package observers

import (
	"encoding/json"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"sigs.k8s.io/yaml"
)

// healthOf runs the shipped check as Argo CD does: with the object as the global obj, and what it returns as the health
// (https://argo-cd.readthedocs.io/en/stable/operator-manual/health/).
func healthOf(t *testing.T, site string) (status, message string) {
	t.Helper()
	var config struct{ Data map[string]string }
	if err := yaml.UnmarshalStrict(shipped(t, "argocd/argocd-cm.yaml"), &config); err != nil {
		t.Fatal(err)
	}
	var object any
	raw, err := yaml.YAMLToJSON([]byte(site))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &object); err != nil {
		t.Fatal(err)
	}
	// Argo CD opens these libraries, and no others.
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			t.Fatal(err)
		}
	}
	state.SetGlobal("obj", tableOf(state, object))
	if err := state.DoString(config.Data["resource.customizations.health.hustings.dev_CampaignSite"]); err != nil {
		t.Fatal(err)
	}
	health, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		t.Fatalf("it returns %s", state.Get(-1))
	}
	return health.RawGetString("status").String(), health.RawGetString("message").String()
}

func tableOf(state *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case map[string]any:
		table := state.NewTable()
		for key, item := range v {
			table.RawSetString(key, tableOf(state, item))
		}
		return table
	case []any:
		table := state.NewTable()
		for _, item := range v {
			table.Append(tableOf(state, item))
		}
		return table
	case string:
		return lua.LString(v)
	case float64:
		return lua.LNumber(v)
	case bool:
		return lua.LBool(v)
	}
	return lua.LNil
}

func TestArgoCDSeesTheHealthOfASite(t *testing.T) {
	condition := func(kind, status, message string) string {
		return "\n  - {type: " + kind + ", status: '" + status + "', observedGeneration: 2, message: " + message + "}"
	}
	const current = "metadata: {generation: 2}\nspec: {}\nstatus:\n  observedGeneration: 2\n  conditions:"
	for name, test := range map[string]struct{ site, status, message string }{
		"nobody has looked":    {"metadata: {generation: 1}\nspec: {}", "Progressing", "Hustings has not looked at this spec yet"},
		"not at this spec":     {"metadata: {generation: 3}\nspec: {}\nstatus: {observedGeneration: 2, conditions: []}", "Progressing", "Hustings has not looked at this spec yet"},
		"it says nothing":      {"metadata: {generation: 2}\nspec: {}\nstatus: {observedGeneration: 2}", "Progressing", "Hustings has not looked at this spec yet"},
		"good":                 {current + condition("Ready", "True", "served") + condition("Compliant", "True", "passed"), "Healthy", "Ready: served"},
		"suspended":            {"metadata: {generation: 2}\nspec: {suspend: true}\nstatus:\n  observedGeneration: 2\n  conditions:" + condition("Ready", "Unknown", "resting"), "Suspended", "Ready: resting"},
		"it rolls out":         {current + condition("Ready", "False", "waits") + condition("Reconciling", "True", "waits"), "Progressing", "Reconciling: waits"},
		"it needs somebody":    {current + condition("Ready", "False", "leaks") + condition("Stalled", "True", "leaks"), "Degraded", "Stalled: leaks"},
		"a host is another's":  {current + condition("Ready", "False", "taken") + condition("Compliant", "True", "passed"), "Degraded", "Ready: taken"},
		"it breaks a rule":     {current + condition("Ready", "True", "served") + condition("Compliant", "False", "leaks"), "Degraded", "Compliant: leaks"},
		"nobody knows whether": {current + condition("Ready", "True", "served") + condition("Compliant", "Unknown", "later"), "Progressing", "Compliant: later"},
		"of an older spec": {
			"metadata: {generation: 3}\nspec: {}\nstatus:\n  observedGeneration: 3\n  conditions:" + condition("Ready", "True", "served") + condition("Compliant", "True", "passed"),
			"Progressing", "Hustings has not looked at this spec yet",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if status, message := healthOf(t, test.site); status != test.status || message != test.message {
				t.Errorf("%s %q, want %s %q", status, message, test.status, test.message)
			}
		})
	}
}
