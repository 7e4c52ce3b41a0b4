package leak

import "testing"

// People choose simple passwords. Where configuration gives one, it is one.
func TestASimplePasswordInConfigurationIsFound(t *testing.T) {
	for _, text := range []string{
		`DB_PASSWORD="hunter<digit:2>"`, `DB_PASSWORD="Sommer<digit:4>!"`, "DB_PASSWORD=hunter<digit:2>\n", "export MYSQL_PWD=hunter<digit:2>\n", `  db_password: "hunter<digit:2>"`, `db_password = 'letmein'`, `"smtp_password": "monkeys",`,
		`define('DB_PASSWORD', 'hunter<digit:2>');`, `$admin_passwd = "wahlkampf!";`, `REDIS_PASSWORD: 'flower<digit:1>'`, `const DB_PASSWORD = 'hunter<digit:2>';`, `site_passwort: "sommer<digit:2>"`, `DB_KENNWORT="fruehling<digit:1>"`,
		`SITE_MOT_DE_PASSE="printemps<digit:2>"`, `db_motdepasse: "printemps<digit:2>"`, `"dbPassword": "hunter<digit:2>"`, "ENV POSTGRES_PASSWORD hunter<digit:2>\n", `<add key="db_password" value="hunter<digit:2>"/>`,
		"db_password: hunter<digit:2>\n", "deploy --password hunter<digit:2>\n", "deploy --db-password=hunter<digit:2>\n", `args: ["--password", "hunter<digit:2>"]`, `passwort = "Fruehling<digit:2>!"`, `kennwort: "Fruehling<digit:2>!"`, `motDePasse = "Printemps<digit:2>!"`,
	} {
		if r := scan(t, "config.ini", "# settings\n"+filled(text, 3)); r.Failures != 1 {
			t.Errorf("%s: %+v", text, r.Findings)
		}
	}
}

func TestWhatStandsForAPasswordIsNoFinding(t *testing.T) {
	for _, text := range []string{
		`DB_PASSWORD="changeme"`, `DB_PASSWORD="changeme1"`, `DB_PASSWORD="password"`, `DB_PASSWORD="password1"`, `DB_PASSWORD="Passwort"`, `DB_PASSWORD="example1"`, `DB_PASSWORD="xxx-xxx-1"`, `DB_PASSWORD="${DB_PASS1}"`,
		`DB_PASSWORD="<your password 1>"`, `DB_PASSWORD="your-password-1"`, `DB_PASSWORD="secret1"`, `DB_PASSWORD=""`, `DB_PASSWORD="123456"`, `DB_PASSWORD="$DB_PASS1"`, "DB_PASSWORD=$1abcde\n", "DB_PASSWORD=`cat /run/secrets/db1`\n",
		`DB_PASSWORD="/run/secrets/db1"`, `DB_PASSWORD_FILE="/run/db1"`, `forgot_password: "Vergessen?"`, `confirm_password: "Bestätigen!"`, `reset_password: "Zurück!"`, `WRONG_PASSWORD = "auth/wrong-pw"`,
		`user_password: "Kennwort"`, `label_password: "Geheim!"`, `DB_PASSWORD=process.env.DB_PASS1`, `db_password: vault.read1`, `user_password: "Eingeben"`, `DB_PASSWORD="null"`, `UF_DONT_EXPIRE_PASSWD = 0x10000`,
		`MOT_DE_PASSE="motdepasse1"`, `var db_password = get("db1")`, "db_password = conf1g\n", "user_password: field1\n", "{db_password: row2}", "use --password PASSWORD1\n", "--password string\n",
	} {
		if r := scan(t, "config.ini", "# settings\n"+text); r.Failures != 0 {
			t.Errorf("%s: %+v", text, r.Findings)
		}
	}
}

func TestATextOfAFormInMinifiedCodeIsNoPassword(t *testing.T) {
	line := string(filler(400))
	for _, text := range []string{`{user_password:"Passcode!"}`, `{db_password:"hunter22"}`, `{password:"Password"}`, `{new_password:"Neues!"}`, `{admin_password:"Eingabe"}`} {
		if r := scan(t, "main.js", line+text+line); r.Failures != 0 {
			t.Errorf("%s: %+v", text, r.Findings)
		}
	}
	if r := scan(t, "main.js", line+filled(`{db_password:"<mixed:9>!<digit:3>"}`, 1)+line); r.Failures != 1 {
		t.Errorf("a random one is not found: %+v", r.Findings)
	}
}
