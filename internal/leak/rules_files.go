package leak

import (
	"regexp"
	"strings"
	"sync"
)

// fileRule is for files that are known by their names: what stands in them says nothing by itself.
type fileRule struct {
	rule
	// names are ends of paths, in lower case; one that begins with a dot or a slash is a whole name or an ending.
	names []string
	match func() *regexp.Regexp
	// isBytes: its files may be anything. Those of others are text: a program that has the name of what it writes, as htpasswd
	// has, is none of them.
	isBytes bool
}

// files says where a whole line, or the group in it, is the secret. Each is tried on files of its names only.
var fileRules = []fileRule{
	newFileRule("htpasswd", High, `(?m)^[^:\s#]{1,64}:([^\s:]{6,})`, "/.htpasswd", "/htpasswd", "/.htusers"),
	newFileRule("netrc", Critical, `(?m)\bpassword\s+(\S{3,})`, "/.netrc", "/_netrc"),
	newFileRule("pgpass", Critical, `(?m)^[^:\n#]*:[^:\n]*:[^:\n]*:[^:\n]*:(\S{3,})`, "/.pgpass", "/pgpass.conf"),
	newFileRule("git-credentials", Critical, `(?m)^https?://[^:/\s]+:([^@\s]+)@`, "/.git-credentials"),
	newFileRule("npmrc", Critical, `(?m)^(?:.*:)?_(?:auth|authToken|password)\s*=\s*"?([^\s"$]{8,})`, "/.npmrc", "/.yarnrc", "/.yarnrc.yml"),
	newFileRule("pypirc", Critical, `(?m)^password\s*[:=]\s*(\S{6,})`, "/.pypirc"),
	newFileRule("rails-master-key", Critical, `^\s*([0-9a-f]{32})\s*$`, "/master.key", "/production.key", "/credentials.key", "/staging.key"),
	newFileRule("shadow", Critical, `(?m)^[a-z_][a-z0-9_-]*:(\$[^:\s]{10,}):`, "/etc/shadow", "/shadow", "/shadow-", "/shadow.bak"),
	newFileRule("docker-config", Critical, `"(?:auth|identitytoken|registrytoken)"\s*:\s*"([A-Za-z0-9+/=._-]{8,})"`, "/.docker/config.json", "/.dockercfg", "/.dockerconfigjson"),
	newFileRule("kubeconfig", Critical, `(?m)\b(?:client-key-data|token|password)\s*:\s*"?([A-Za-z0-9+/=._-]{12,})`, "/.kube/config", "/kubeconfig", ".kubeconfig", "/admin.conf", "/kubeconfig.yaml", "/kubeconfig.yml"),
	newFileRule("aws-credentials", Critical, `(?m)^\s*aws_(?:secret_access_key|session_token)\s*=\s*(\S{20,})`, "/.aws/credentials", "/credentials"),
	newFileRule("wordpress-config", Critical, `define\(\s*['"]DB_PASSWORD['"]\s*,\s*['"]([^'"]{3,})['"]`, "/wp-config.php", "/wp-config.php.bak", "/wp-config.php~", "/wp-config.php.save", "/wp-config.old", "/wp-config.txt"),
	newFileRule("database-config", Critical, `(?m)^\s*password:\s*["']?([^\s"'<$][^\s"'<]{4,})`, "/database.yml", "/database.yaml", "/parameters.yml", "/secrets.yml"),
	newFileRule("sftp-config", Critical, `"(?:password|passphrase)"\s*:\s*"([^"]{3,})"`, "/sftp.json", "/sftp-config.json", "/.ftpconfig", "/deployment-config.json"),
	newFileRule("filezilla-password", Critical, `<Pass[^>]*>([^<]{4,})</Pass>`, "/sitemanager.xml", "/recentservers.xml", "/filezilla.xml"),
	newFileRule("nuget-password", Critical, `(?i)<add key="(?:ClearText)?Password"\s*value="([^"%]{8,})"`, "/nuget.config"),
	newFileRule("terraform-password", High, `(?mi)^\s*\w*password\s*=\s*"([^"$]{8,})"`, ".tf", ".tfvars", ".hcl"),
	ofBytes(newFileRule("key-store", High, `^(.)`, ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".kdbx")),
}

func newFileRule(id string, severity Severity, value string, names ...string) fileRule {
	return fileRule{
		rule:  rule{id: id, level: level(severity) + critical, value: value},
		names: names,
		match: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(value) }),
	}
}

func ofBytes(r fileRule) fileRule {
	r.isBytes = true
	return r
}

// applies says whether a rule is for the file of a name.
func (r *fileRule) applies(name string) bool {
	for _, end := range r.names {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// longestFile bounds what file rules look at: these files are small.
const longestFile = 1 << 20

// files applies the rules of the file's name.
func (p *pass) files(at Place) {
	name := lastName(at)
	if _, member, inside := strings.Cut(name, ":"); inside && len(at.Decoders) > 0 {
		name = member
	}
	name = "/" + strings.ToLower(name)
	for i := range fileRules {
		r := &fileRules[i]
		if !r.applies(name) || p.binary && !r.isBytes {
			continue
		}
		const most = 100
		for _, match := range r.match().FindAllSubmatchIndex(p.data[:min(len(p.data), longestFile)], most) {
			start, end := span(match)
			if isPlaceholder(p.data[start:end]) {
				continue
			}
			p.found = append(p.found, found{rule: &r.rule, start: start, end: end, nameStart: start, nameEnd: start})
		}
	}
}
