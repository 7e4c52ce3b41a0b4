package leak

import (
	"bytes"
	"strings"
)

// databaseRules are for what sites are connected to.
var databaseRules = []rule{
	{
		id: rulePasswordInURL, kind: token, level: critical, inside: true, open: true, needles: []string{"://", `:\/\/`},
		value:  `:(?:/|\\/){2}[^\s/:@"'<>\x60\\&,;(){}|]{0,100}:([^\s/@"'<>\x60\\,(){}]{3,200})@(?:[A-Za-z0-9_-]|\[)[A-Za-z0-9_.:\[\]-]*`,
		verify: isURLPassword,
		yes: []string{`DATABASE_URL=postgres://alice:<mixed:12>@db.alice.vote:5432/site`, `"mongodb+srv://alice:<mixed:12>@cluster0.abcde.mongodb.net/site"`,
			`amqps:\/\/alice:<mixed:12>@mq.alice.vote`, `redis://:<mixed:20>@cache:6379/0`, `https://alice:<mixed:10>@registry.alice.vote/npm`},
		no: []string{`postgres://user:pass@localhost/db`, `https://${USER}:${PASS}@host`, `http://a.example.org:8080/@scope/name`, `https://user:secret1@example.com`,
			`cvs://:pserver:anoncvs@sources.redhat.com:/cvs/src`},
	},
	{
		id: "connection-string-password", kind: named, level: critical, needles: []string{"password", "pwd"}, name: `(?i)^(?:password|pwd)$`,
		value: `[^;\s]{6,100}`, verify: isConnectionString,
		yes: []string{`Server=db;Database=site;User Id=alice;Password=<mixed:12>;Encrypt=true`}, no: []string{`password=<mixed:12>`},
	},
}

// isURLPassword says whether what stands between : and @ is a password: not a template, and not the words that every
// manual has there.
func isURLPassword(c candidate) bool {
	if isPlaceholder(c.value) || bytes.ContainsAny(c.value, "${}<>*%") && bytes.ContainsAny(c.value, "{<*") {
		return false
	}
	user := c.before[:max(0, len(c.before)-1)]
	if at := bytes.LastIndexByte(user, '/'); at >= 0 {
		user = user[at+1:]
	}
	value := strings.ToLower(string(c.value))
	if value == strings.ToLower(string(user)) || manualPasswords[value] || strings.HasPrefix(value, "$") || strings.HasPrefix(value, ":") || strings.HasPrefix(value, "pserver:") {
		return false
	}
	after := c.after
	for _, host := range []string{"@example.", "@host", "@domain", "@server", "@hostname", "@foo", "@test.com", "@some", "@my.", "@www.example", "@bar"} {
		if bytes.HasPrefix(bytes.ToLower(after), []byte(host)) {
			return false
		}
	}
	return !bytes.HasPrefix(after, []byte("@{")) && !bytes.HasPrefix(after, []byte("@$"))
}

// manualPasswords are what stands in manuals and in the tests of libraries.
var manualPasswords = map[string]bool{
	"pass": true, "password": true, "passwd": true, "pwd": true, "passw0rd": true, "pw": true, "secret": true, "user": true, "username": true, "token": true,
	"key": true, "name": true, "bar": true, "foo": true, "baz": true, "test": true, "admin": true, "root": true, "guest": true, "postgres": true, "mysecretpassword": true, "port": true, "abc": true, "xyz": true, "xxx": true, "123": true, "1234": true, "p@ss": true, "p%40ss": true, "mypassword": true, "xyzzy": true, "debian": true, "pserver": true, "anoncvs": true, "key_1234": true, "pass1": true, "pass2": true, "hunter2": true, "c": true,
}

// isConnectionString says whether a password stands among the other parts of a connection string.
func isConnectionString(c candidate) bool {
	before := bytes.TrimSuffix(bytes.TrimRight(c.before, " ="), c.name)
	if !bytes.HasSuffix(bytes.TrimRight(before, " "), []byte(";")) || bytes.ContainsAny(c.value, "()[]{}") {
		return false
	}
	text := bytes.ToLower(c.around)
	server := bytes.Contains(text, []byte("server=")) || bytes.Contains(text, []byte("data source=")) || bytes.Contains(text, []byte("host="))
	user := bytes.Contains(text, []byte("user id=")) || bytes.Contains(text, []byte("uid=")) || bytes.Contains(text, []byte("user=")) || bytes.Contains(text, []byte("username="))
	return server && user && bytes.Contains(text, []byte(";")) && !isPlaceholder(c.value) && !manualPasswords[string(bytes.ToLower(c.value))]
}
