package compliance

import (
	"encoding/base64"
	"strings"

	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Secrets are put together here, so that no scanner of this repository finds one.
func awsKey() string    { return "AK" + "IA" + "Z7Q4MXW2KJ5TRN6B" }
func stripeKey() string { return "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc" }
func random() string {
	return strings.Join([]string{"9fK2x", "Qm7Lr", "T4vZ8", "bN3wY", "6hJ1c", "PsD5g"}, "")
}

// says adds a variable to the site and its Deployment.
func says(name, value string) func(*fixture) {
	return func(f *fixture) {
		f.spec().Env = append(f.spec().Env, hustingsv1alpha1.EnvVar{Name: name, Value: &value})
		f.container().Env = append(f.container().Env, corev1.EnvVar{Name: name, Value: value})
	}
}

func leakMutations() []mutation {
	const id = "leaks.manifest"
	env := func(name, variable, value string) mutation {
		return mutation{control: id, name: name, cause: "spec.env[3].value", breaks: says(variable, value)}
	}
	mounts := func(name, text string) mutation {
		return mutation{control: id, name: name, cause: "spec.files[0].configMapName", breaks: func(f *fixture) {
			f.spec().Files = []hustingsv1alpha1.FileMount{{MountPath: "/etc/site", ConfigMapName: "site-config"}}
			f.Facts.ConfigMaps = map[string]map[string]string{"site-config": {"settings.js": text}}
		}}
	}
	return []mutation{
		mounts("a key in a ConfigMap that is mounted", "window.settings = {stripe: '"+stripeKey()+"'}"),
		mounts("an archive in a ConfigMap that cannot be read", "PK\x03\x04"+strings.Repeat("x", 60)),
		env("a key of AWS", "REGION_SETTING", awsKey()),
		env("a key of Stripe", "PAYMENTS", stripeKey()),
		env("a random key", "API_KEY", random()),
		env("a random key with a comment that silences", "API_KEY", random()+" # gitleaks"+":allow"),
		env("a key in base64", "SETTINGS", base64.StdEncoding.EncodeToString([]byte("id = "+awsKey()+" # all of it"))),
		env("a private key", "CERT", "-----BEGIN "+"PRIVATE KEY-----\n"+strings.Repeat(random()+random()+"\n", 6)+"-----END "+"PRIVATE KEY-----\n"),
		env("a password that a person chose", "DB_PASSWORD", "hunter"+"two"),
		env("a password in a URL", "DATABASE_URL", "postgres://site:"+"hunter"+"two@db.example.org/donors"),
		{control: id, name: "in the spec only", cause: "spec.env[3].value", breaks: func(f *fixture) {
			f.spec().Env = append(f.spec().Env, hustingsv1alpha1.EnvVar{Name: "PAYMENTS", Value: new(stripeKey())})
		}},
		{control: id, name: "in an argument", cause: "spec.args[2]", breaks: func(f *fixture) {
			f.spec().Args, f.container().Args = append(f.spec().Args, "--api-key="+random()), append(f.container().Args, "--api-key="+random())
		}},
		{control: id, name: "in an argument after its option", cause: "spec.args[3]", breaks: func(f *fixture) {
			f.spec().Args = append(f.spec().Args, "--api-key", random())
			f.container().Args = append(f.container().Args, "--api-key", random())
		}},
		{control: id, name: "in an argument of the spec only", cause: "spec.args[0]", breaks: func(f *fixture) { f.spec().Args[0] = "--stripe=" + stripeKey() }},
		{control: id, name: "in the command", breaks: func(f *fixture) { f.container().Command = []string{"site", "--stripe=" + stripeKey()} }},
		{control: id, name: "in an annotation", breaks: func(f *fixture) {
			f.service.Annotations["example.org/api-key"] = random()
		}},
		{control: id, name: "in an annotation of the pod", breaks: func(f *fixture) {
			f.deployment.Spec.Template.Annotations = map[string]string{"note": awsKey()}
		}},
		{control: id, name: "in the path of the health check", cause: "spec.health.path", breaks: func(f *fixture) {
			f.spec().Health = &hustingsv1alpha1.Health{Path: "/healthz/" + stripeKey()}
		}},
		{control: id, name: "in a source of scripts", cause: "spec.edge.headers.contentSecurityPolicy.scriptSrc[0]", breaks: func(f *fixture) {
			f.spec().Edge.Headers = &hustingsv1alpha1.Headers{ContentSecurityPolicy: &hustingsv1alpha1.ContentSecurityPolicy{
				ScriptSrc: []hustingsv1alpha1.CSPSource{hustingsv1alpha1.CSPSource("https://cdn.example.org/" + stripeKey())},
			}}
		}},
		{control: id, name: "in a label", breaks: func(f *fixture) { f.service.Labels = map[string]string{"note": awsKey()} }},
		{control: id, name: "in a header that a hand has added", breaks: func(f *fixture) {
			set(f.headers, map[string]any{"X-Api": stripeKey()}, "headers", "customResponseHeaders")
		}},
		{control: id, name: "in an annotation of the site", cause: "metadata.annotations[note]", breaks: func(f *fixture) {
			f.Site.Annotations = map[string]string{"note": awsKey()}
		}},
	}
}
