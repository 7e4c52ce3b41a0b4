package leak

import (
	"bytes"
	"strings"
)

// commandRules are for passwords that stand in commands: of shells, of SQL, of a database's own configuration. Their names
// say nothing, or there are none.
var commandRules = []rule{
	{
		id: "sql-password", kind: token, level: critical, open: true, needles: []string{"identified by", "identified with", "password '", "password('"},
		value:  `(?i:identified(?:\s+with\s+["'\x60]?\w+["'\x60]?)?\s+(?:by|as)(?:\s+password)?\s+\\?'|password(?:\s+|\()\\?')([^\s'\\]{3,})\\?'`,
		verify: isSQLPassword,
		yes: []string{`CREATE USER 'alice'@'%' IDENTIFIED BY 'hunter<digit:2>';`, `GRANT ALL ON site.* TO 'alice'@'db' IDENTIFIED BY '<mixed:12>'`, `CREATE USER alice IDENTIFIED WITH mysql_native_password BY '<mixed:9>!<digit:2>';`,
			`CREATE ROLE alice LOGIN PASSWORD '<mixed:9>';`, `ALTER USER alice WITH ENCRYPTED PASSWORD '<mixed:9>';`, `psql -c "CREATE USER alice PASSWORD '<mixed:9>'"`, `SET PASSWORD FOR 'alice'@'db' = PASSWORD('<mixed:9>');`},
		no: []string{`IDENTIFIED BY 'password'`, `IDENTIFIED BY '${DB_PASSWORD}'`, `IDENTIFIED BY '%s'`, `IDENTIFIED BY '<password>'`, `the user's password 'Forgotten1' is wrong`, `throw new Error("identified by 'name1'")`,
			`ALTER ROLE alice PASSWORD '$1'`, `input.password('Password1')`, `ALTER USER alice PASSWORD ':password'`},
	},
	{
		id: "redis-password", kind: token, level: critical, open: true, needles: []string{"requirepass", "masterauth"},
		value:  `(?:requirepass|masterauth)(?:["']\s*,\s*["']|[ \t]+["']?|=["']?)([^\s"'#]{6,})`,
		verify: isCommandPassword,
		yes:    []string{"requirepass <mixed:20>\n", "masterauth \"<mixed:9>!\"\n", `redis-server --requirepass hunter<digit:2>`, `["redis-server","--requirepass","<mixed:12>"]`, "# requirepass\nrequirepass <alnum:16>\n"},
		no:     []string{"# requirepass foobared\n", "requirepass ${REDIS_PASSWORD}\n", `redis-server --requirepass "$REDIS_PASSWORD"`, "requirepass directive\n", "requirepass \"\"\n"},
	},
	{
		id: "password-in-command", kind: token, level: critical, inside: true, open: true, needles: []string{" -p", " -a ", " --pass "},
		value:  ` (?:-p ?|-a |--pass )["']?([^\s"'\x60|;&<>()\\]{4,})`,
		verify: isOptionPassword,
		yes:    []string{"mysql -h db -u alice -phunter<digit:2> site < dump.sql", `mysqldump -ualice -p'<mixed:9>' site`, "RUN mysqladmin -u root -p<mixed:12> ping", "mysql -h db-mysql -u alice -phunter<digit:2> site", `sshpass -p '<mixed:9>' ssh alice@web`, "redis-cli -h cache -a <mixed:16> ping"},
		no:     []string{"mysql -u root -p site", "mysql -u root -p$MYSQL_PASSWORD", `mysql -u root -p"${MYSQL_ROOT_PASSWORD}" -e 1`, "mysql -u root -ppassword", "mysql -p3306", "mysql is not -pretty2", `sshpass -p "$SSHPASS" ssh`, "mysql -u alice -p<password>"},
	},
	{
		id: "curl-user-password", kind: token, level: critical, inside: true, open: true, needles: []string{" -u", " --user", " --proxy-user"},
		value:  ` (?:-u ?|--user[ =]|--proxy-user[ =])["']?[^\s"':$<>{}]*:([^\s"'\x60|;&<>()\\]{4,})`,
		verify: isCurlPassword,
		yes:    []string{"curl -u alice:hunter<digit:2> https://api.alice.vote/", `curl -fsS -X POST --user "alice:<mixed:12>" https://api.alice.vote/`, "curl https://api.alice.vote/ -u alice:<mixed:9>", "curl -s -u :<mixed:20> https://api.alice.vote/"},
		no:     []string{"curl -u user:password https://example.com", `curl -u "$USER:$PASS" https://x`, "curl -u alice https://api.alice.vote:8443/x1", "curl --user <user>:<password1>", "curl -u USERNAME:PASSWORD1 https://x", "curl -u ${USER}:${PASS1} https://x", "curl -u user:passwd1 https://x", "curl -u id:%s1 x"},
	},
	{
		id: "terraform-sensitive-output", kind: token, level: critical, open: true, needles: []string{`"value": "`, `"value":"`, `"sensitive": true`, `"sensitive":true`},
		value:  `"value": ?"([^\s"\\]{8,})",\s*"type": ?"string",\s*"sensitive": ?true|"sensitive": ?true,\s*"type": ?"string",\s*"value": ?"([^\s"\\]{8,})"`,
		verify: notPlaceholder,
		yes: []string{"{\"outputs\":{\"connection\":{\n  \"value\": \"<mixed:16>\",\n  \"type\": \"string\",\n  \"sensitive\": true\n}}}", "\"site\": {\n  \"sensitive\": true,\n  \"type\": \"string\",\n  \"value\": \"<mixed:16>\"\n}",
			`{"a":{"value":"<mixed:16>","type":"string","sensitive":true}}`},
		no: []string{"\"connection\": {\n  \"value\": \"<mixed:16>\",\n  \"type\": \"string\"\n}", `{"value":"<mixed:16>","sensitive":true}`},
	},
}

// isSQLPassword says whether a password is set, and not spoken of.
func isSQLPassword(c candidate) bool {
	before := strings.ToLower(string(c.before))
	statement := before[strings.LastIndexAny(before, ";\n")+1:]
	for _, verb := range []string{"create ", "alter ", "grant ", "set password", "change master", "change replication"} {
		if strings.Contains(statement, verb) {
			return isArgument(c.value)
		}
	}
	return false
}

// isOptionPassword says whether an option is one of a command's that takes a password: of MySQL's it has no blank in it.
func isOptionPassword(c candidate) bool {
	line := commandLine(c.before)
	if bytes.HasSuffix(bytes.TrimRight(line, `"'`), []byte(" ")) {
		return (hasCommand(line, "sshpass") || hasCommand(line, "redis-cli")) && isCommandPassword(c)
	}
	return (hasCommand(line, "mysql") || hasCommand(line, "mariadb") || hasCommand(line, "sshpass")) && isCommandPassword(c)
}

func isCurlPassword(c candidate) bool {
	return hasCommand(commandLine(c.before), "curl") && isCommandPassword(c)
}

// hasCommand says whether a line has a command whose name begins so, with arguments.
func hasCommand(line []byte, name string) bool {
	for at := len(line); at > 0; {
		if at = bytes.LastIndex(line[:at], []byte(name)); at < 0 {
			return false
		}
		if (at == 0 || !isDashed(line[at-1]) && line[at-1] != '.') && bytes.IndexByte(line[at:], ' ') > 0 {
			return true
		}
	}
	return false
}

// commandLine is the command that ends a text, with the lines that it goes on from.
func commandLine(before []byte) []byte {
	before = before[bytes.LastIndexAny(before, "|;")+1:]
	for i := len(before) - 1; i >= 0; i-- {
		if before[i] == '\n' && !bytes.HasSuffix(bytes.TrimSuffix(before[:i], []byte("\r")), []byte("\\")) {
			return before[i+1:]
		}
	}
	return before
}

// isCommandPassword says whether an argument is a password: not a variable, a template or the word of a manual, and not
// any word.
func isCommandPassword(c candidate) bool {
	for _, option := range []string{"ort=", "assword", "rotocol", "rint-", "retty"} {
		if bytes.HasPrefix(c.value, []byte(option)) {
			return false // the end of another option, written with one -
		}
	}
	m := makeupOf(c.value)
	return isArgument(c.value) && m.lower+m.upper > 0 && (m.digit+m.mark > 0 || m.lower > 0 && makeupOf(c.value[1:]).upper > 0)
}

// isArgument says whether an argument is a value, and does not stand for one.
func isArgument(value []byte) bool {
	return !isPlaceholder(value) && !bytes.ContainsAny(value, "$%{}<>*") && !manualPasswords[strings.ToLower(string(value))] && !isSaying(value)
}
