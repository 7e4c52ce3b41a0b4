package pages

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hustings/hustings/internal/leak"
)

// The signs that several paths share.
var (
	isEnv  = file(`(?m)^\s*(?:export\s+)?[A-Z][A-Z0-9_]{2,60}\s*=`)
	isSQL  = file(`(?i)\b(?:create table|insert into|-- (?:mysql|mariadb|postgresql) |drop table|pragma foreign_keys|copy \w+[\w.]* \()`)
	isZip  = begins("PK\x03\x04")
	isGzip = begins("\x1f\x8b\x08")
	isDB   = begins("SQLite format 3\x00")
	isWP   = file(`define\(\s*['"]DB_(?:NAME|PASSWORD|USER)['"]`)
	isLog  = file(`(?m)^\[?\d{4}-\d\d-\d\d|PHP (?:Fatal|Parse|Warning|Notice)|^\[\d\d-\w{3}-\d{4} |^\d+\.\d+\.\d+\.\d+ - `)
	isYAML = file(`(?m)^(?:services|version|volumes):`)
)

// isTar knows a tar by its magic, 257 bytes from its beginning.
func isTar(head string) bool {
	const at, magic = 257, "ustar"
	return len(head) > at+len(magic) && head[at:at+len(magic)] == magic
}

// worstProbes are asked of every host name.
func worstProbes() []probe {
	return []probe{
		{path: "/.git/HEAD", rule: ruleGit, severity: leak.Critical, shows: file(`^(?:ref: refs/|[0-9a-f]{40,64}\s*$)`)},
		{path: "/.env", rule: ruleEnv, severity: leak.Critical, shows: isEnv},
	}
}

// hostNames are what backups are called after.
func hostProbes(host string) (list []probe) {
	name := (&url.URL{Host: host}).Hostname()
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*$`).MatchString(name) {
		return nil
	}
	return backups(name, ".zip", ".tar.gz", ".sql")
}

// backups are archives and dumps of a name.
func backups(name string, endings ...string) (list []probe) {
	for _, ending := range endings {
		sign := isSQL
		switch {
		case strings.HasSuffix(ending, ".gz"), ending == ".tgz":
			sign = isGzip
		case ending == ".zip":
			sign = isZip
		case ending == ".tar":
			sign = isTar
		case ending == ".db", ending == ".sqlite":
			sign = isDB
		}
		list = append(list, probe{path: "/" + name + ending, rule: ruleBackup, severity: leak.Critical, shows: sign})
	}
	return list
}

// probes are asked of the first host name, at every address.
func probes(host string) []probe {
	return slices.Concat(worstProbes(), fixedProbes(), hostProbes(host))
}

var fixedProbes = sync.OnceValue(func() []probe {
	list := []probe{
		{path: "/.git/config", rule: ruleGit, severity: leak.Critical, shows: file(`(?m)^\[core\]`)},
		{path: "/.git/index", rule: ruleGit, severity: leak.Critical, shows: begins("DIRC\x00\x00\x00")},
		{path: "/.git/logs/HEAD", rule: ruleGit, severity: leak.Critical, shows: file(`^[0-9a-f]{40} [0-9a-f]{40} `)},
		{path: "/.svn/wc.db", rule: ruleVCS, severity: leak.Critical, shows: isDB},
		{path: "/.svn/entries", rule: ruleVCS, severity: leak.High, shows: file(`^\d{1,3}\r?\n`)},
		{path: "/.hg/requires", rule: ruleVCS, severity: leak.Critical, shows: file(`(?m)^(?:revlogv1|dotencode|fncache|store)$`)},
		{path: "/.git-credentials", rule: ruleKey, severity: leak.Critical, shows: file(`(?m)^https?://[^\s@/]+@`)},
		{path: "/.DS_Store", rule: ruleFile, severity: leak.Medium, shows: begins("\x00\x00\x00\x01Bud1")},
		{path: "/.htpasswd", rule: ruleKey, severity: leak.Critical, shows: file(`(?m)^[^:\s<]{1,64}:(?:\$apr1\$|\$2[abxy]\$|\$[156]\$|\{SHA\}|[./0-9A-Za-z]{13}\s*$)`)},
		{path: "/.npmrc", rule: ruleConfig, severity: leak.High, shows: file(`(?m)^(?:@[\w-]+:)?(?:registry|//[^\s=]+:_\w+|_auth\w*|always-auth)\s*=`)},
		{path: "/.aws/credentials", rule: ruleKey, severity: leak.Critical, shows: file(`(?m)^\s*aws_(?:access_key_id|secret_access_key)\s*=`)},
		{path: "/.ssh/id_rsa", rule: ruleKey, severity: leak.Critical, shows: file(`^-----BEGIN [A-Z ]*PRIVATE`)},
		{path: "/id_rsa", rule: ruleKey, severity: leak.Critical, shows: file(`^-----BEGIN [A-Z ]*PRIVATE`)},
		{path: "/server.key", rule: ruleKey, severity: leak.Critical, shows: file(`^-----BEGIN [A-Z ]*PRIVATE`)},
		{path: "/.vscode/sftp.json", rule: ruleConfig, severity: leak.High, shows: file(`"(?:host|remotePath|username)"\s*:`)},
		{path: "/docker-compose.yml", rule: ruleConfig, severity: leak.High, shows: isYAML},
		{path: "/Dockerfile", rule: ruleFile, severity: leak.Low, shows: file(`(?m)^FROM \S+`)},
		{path: "/composer.lock", rule: ruleFile, severity: leak.Low, shows: file(`"packages"\s*:`)},
		{path: "/config/database.yml", rule: ruleConfig, severity: leak.Critical, shows: file(`(?m)^\s*(?:adapter|database|username):`)},
		{path: "/server-status", rule: ruleStatus, severity: leak.Medium, shows: either(has("Apache Server Status", "Server uptime"), file(`^Active connections: \d`))},
		{path: "/server-info", rule: ruleStatus, severity: leak.Medium, shows: has("Apache Server Information", "Server Settings")},
		{path: "/nginx_status", rule: ruleStatus, severity: leak.Medium, shows: file(`^Active connections: \d`)},
		{path: "/metrics", rule: ruleStatus, severity: leak.Medium, shows: file(`(?m)^# (?:HELP|TYPE) \w+`)},
		{path: "/actuator", rule: ruleStatus, severity: leak.Medium, shows: file(`"_links"\s*:\s*\{[^}]*/actuator`)},
		{path: "/actuator/env", rule: ruleDebug, severity: leak.Critical, shows: file(`"propertySources"\s*:`)},
		{path: "/actuator/configprops", rule: ruleDebug, severity: leak.Critical, shows: file(`"contexts"\s*:\s*\{.*"prefix"\s*:`)},
		{path: "/actuator/heapdump", rule: ruleDebug, severity: leak.Critical, shows: either(begins("JAVA PROFILE 1.0"), isGzip), headOnly: true},
		{path: "/debug/pprof/", rule: ruleDebug, severity: leak.High, shows: has("/debug/pprof/", "goroutine", "heap")},
		{path: "/debug/vars", rule: ruleDebug, severity: leak.High, shows: file(`"memstats"\s*:\s*\{`)},
		{path: "/phpinfo.php", rule: rulePHPInfo, severity: leak.High, shows: isPHPInfo},
		{path: "/info.php", rule: rulePHPInfo, severity: leak.High, shows: isPHPInfo},
		{path: "/elmah.axd", rule: ruleDebug, severity: leak.High, shows: has("Error Log for", "ELMAH")},
		{path: "/trace.axd", rule: ruleDebug, severity: leak.High, shows: has("Application Trace", "Requests to this Application")},
		{path: "/_profiler/empty/search/results", rule: ruleDebug, severity: leak.High, shows: has("Symfony Profiler")},
		{path: "/telescope/requests", rule: ruleDebug, severity: leak.Critical, shows: has("<title>", "Telescope", "window.Telescope")},
		{path: "/_ignition/health-check", rule: ruleDebug, severity: leak.Critical, shows: file(`"can_execute_commands"\s*:`)},
		{path: "/console", rule: ruleDebug, severity: leak.Critical, shows: has("Interactive Console", "EVALEX")},
		{path: "/adminer.php", rule: ruleAdmin, severity: leak.High, shows: has("Adminer", "auth[driver]")},
		{path: "/phpmyadmin/", rule: ruleAdmin, severity: leak.Medium, shows: has("phpMyAdmin", "pma_username")},
		{path: "/debug.log", rule: ruleLog, severity: leak.High, shows: isLog},
		{path: "/error.log", rule: ruleLog, severity: leak.High, shows: isLog},
		{path: "/wp-content/debug.log", rule: ruleLog, severity: leak.High, shows: isLog},
		{path: "/storage/logs/laravel.log", rule: ruleLog, severity: leak.High, shows: isLog},
		{path: "/.wp-config.php.swp", rule: ruleConfig, severity: leak.Critical, shows: begins("b0VIM ")},
	}
	for _, ending := range []string{".local", ".production", ".prod", ".dev", ".bak", ".old", "~"} {
		list = append(list, probe{path: "/.env" + ending, rule: ruleEnv, severity: leak.Critical, shows: isEnv})
	}
	for _, ending := range []string{".bak", "~", ".old", ".txt", ".save"} {
		list = append(list, probe{path: "/wp-config.php" + ending, rule: ruleConfig, severity: leak.Critical, shows: isWP})
	}
	list = append(list, backups("backup", ".zip", ".sql", ".tar.gz", ".tar", ".sql.gz")...)
	list = append(list, backups("dump", ".sql", ".sql.gz")...)
	list = append(list, backups("db", ".sql", ".sql.gz", ".sqlite")...)
	list = append(list, backups("database", ".sql", ".sqlite")...)
	list = append(list, backups("site", ".zip", ".tar.gz")...)
	return append(list, backups("www", ".zip", ".tar.gz")...)
})
