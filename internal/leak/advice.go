package leak

import "strings"

// Rules of what is no secret of a kind but as bad.
const (
	// RulePeople: a list of people, such as donors.
	RulePeople = "list-of-people"
)

// advice is what to do about the findings of rules whose names contain a word.
type advice struct{ word, title, fix string }

// revoke is what there is to do about a secret wherever it is: taking it away does not make those forget it who have it.
const revoke = "Revoke it where it was issued and issue a new one: whoever saw the page or pulled the image has this one. Keep the new one in a Secret and name it by secretKeyRef in spec.env, or use it on a server only."

// advices are by the first word that is in a rule's name.
var advices = []advice{
	{RulePeople, "A list of people", "Take the list away from what is served and shipped, find out from the logs who fetched it, and ask whoever answers for data protection: a personal data breach may have to be reported within 72 hours (GDPR, article 33)."},
	{"directory-listing", "A list of a folder's files", "Switch the listing off, and look through what was listed: whoever came by has seen the names."},
	{"stack-trace", "An error page for developers", "Switch the debug mode off where the site is served; such pages show paths, settings and sometimes secrets."},
	{"exposed-key", "A key that is served as a file", revoke},
	{"exposed-env", "A file of settings that is served", "Take it out of what is served, and replace every secret in it: whoever came by has them."},
	{"exposed-config", "A file of settings that is served", "Take it out of what is served, and replace every secret in it: whoever came by has them."},
	{"exposed-", "Something that no visitor should see", "Take it out of what is served, or forbid its path; replace the secrets in it, for whoever came by has them."},
	{"google-api-key", "A Google API key", "Browser keys are public by design: restrict this one by HTTP referrer and by API in the Google Cloud console."},
	{"publishable", "A publishable key", "It is public by design and needs no action."},
	{"-public", "A public key of a service", "It is public by design: restrict it to your site's URLs where the service can."},
	{"public-", "A public key of a service", "It is public by design and needs no action; keep the secret one that belongs to it on a server."},
	{"anonymous-jwt", "A token for anonymous access", "It is public by design: make sure that row-level security allows anonymous readers no more than they should see."},
	{"sentry-dsn", "The address of an error collector", "It is public by design and needs no action."},
	{"posthog-project-key", "A project key for analytics", "It is public by design and needs no action."},
	{"algolia-search-key", "A search-only key", "It is public by design: make sure in Algolia's console that it may search only."},
	{"-id", "An identifier", "It is no secret by itself; make sure that what belongs to it is not beside it."},
	{"private-key", "A private key", "Replace the key and revoke its certificate: whoever saw the page or pulled the image has it. Mount the new one from a Secret."},
	{"key-store", "A file of keys", "Take the file out of the image and replace the keys in it; mount the new ones from a Secret."},
	{"url", "A password in an address", revoke},
	{"webhook", "An address that lets anyone post", "Revoke it where it was made and make a new one; call it from a server only."},
	{"hash", "The hash of a password", "Take it away from what is served and shipped and have the password changed: hashes of passwords that people choose are guessed."},
	{"password", "A password", "Change it, and keep the new one in a Secret that spec.env names by secretKeyRef."},
	{"generic", "Something that looks like a secret", revoke + " If it is none, add its fingerprint to the allowlist with the reason."},
}

// Advice says what the findings of a rule are, and what to do about them.
func Advice(rule string) (title, remediation string) {
	for _, a := range advices {
		if strings.Contains(rule, a.word) {
			return a.title, a.fix
		}
	}
	return "A secret (" + rule + ")", revoke
}
