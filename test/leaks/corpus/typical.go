package corpus

import (
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
)

// Typical is a small file as found in images and web roots.
type Typical struct {
	// ID says what the file is.
	ID string
	// Info says that what it holds is public by design, and only has to be mentioned.
	Info bool
	File File
}

// TypicalFiles are the files that were tried with gitleaks, with new values.
func TypicalFiles(seed uint64) []Typical {
	return slices.Concat(dotFiles(Rand(seed, "dot files")), frameworkFiles(Rand(seed, "frameworks")), codeFiles(Rand(seed, "code")))
}

// a is a typical file of a text whose secret stands between two marks.
func a(id, name, marked string) Typical {
	before, rest, _ := strings.Cut(marked, "«")
	value, after, _ := strings.Cut(rest, "»")
	return Typical{ID: id, File: sheet{before, value, after}.file(name)}
}

// dotFiles are files whose name says what they hold.
func dotFiles(r *rand.Rand) []Typical {
	const git = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote \"origin\"]\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
	hash := "$apr1$" + some(r, base62, 8) + "$" + some(r, base62, 22)
	return []Typical{
		a(".git/config with a token", "var/www/.git/config",
			git+"\turl = https://«x-access-token:"+checked("ghs_")(r)+"»@github.com/voteforus/site.git\n"),
		a(".git/config with a password", "var/www/.git/config", git+fill(r, "\turl = «https://{N}:{a18}»@git.fieldteam.net/site.git\n")),
		a(".git-credentials", "root/.git-credentials", fill(r, "«https://{N}:{a20}@git.fieldteam.net»\n")),
		a(".npmrc with a token", "app/.npmrc", "registry=https://registry.npmjs.org/\n//registry.npmjs.org/:_authToken=«"+checked("npm_")(r)+"»\n"),
		a(".npmrc with a password", "app/.npmrc", "registry=https://npm.fieldteam.net/\n_auth=«"+b64(fill(r, "{N}:{a16}"))+"»\nalways-auth=true\n"),
		a(".htpasswd", "var/www/.htpasswd", "«"+fill(r, "{N}:")+hash+"»\n"),
		a(".netrc", "root/.netrc", fill(r, "machine git.fieldteam.net\n  login {N}\n  password «{a18}»\n")),
		a(".pgpass", "root/.pgpass", fill(r, "{H}:5432:{N}:{N}:«{a16}»\n")),
		a(".docker/config.json", "root/.docker/config.json",
			"{\n\t\"auths\": {\n\t\t\"registry.fieldteam.net\": {\n\t\t\t\"auth\": \"«"+b64(fill(r, "{N}:{a20}"))+"»\"\n\t\t}\n\t}\n}\n"),
		a(".aws/credentials", "root/.aws/credentials", fill(r, "[default]\naws_access_key_id = «AKIA{216}\naws_secret_access_key = {b40}»\n")),
		a("kubeconfig", "root/.kube/config", "apiVersion: v1\nkind: Config\nclusters:\n- name: site\n  cluster:\n    server: https://10.1.0.1:6443\n"+
			"users:\n- name: admin\n  user:\n    client-certificate-data: "+b64(armour("CERTIFICATE", "", 64, randomBytes(r, 700)))+
			"\n    client-key-data: «"+b64(ecKey()(r)+"\n")+"»\n"),
		a("package-lock.json with a password", "app/package-lock.json",
			"{\n  \"name\": \"site\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"node_modules/forms\": {\n      \"version\": \"2.1.0\",\n"+
				fill(r, "      \"resolved\": \"«https://{N}:{a18}»@npm.fieldteam.net/forms/-/forms-2.1.0.tgz\",\n")+
				"      \"integrity\": \"sha512-"+base64.StdEncoding.EncodeToString(randomBytes(r, 64))+"\"\n    }\n  }\n}\n"),
	}
}

// frameworkFiles are the settings of frameworks, and their dumps.
func frameworkFiles(r *rand.Rand) []Typical {
	const wordpress = "<?php\n/** The name of the database for WordPress */\ndefine( 'DB_NAME', 'campaign' );\ndefine( 'DB_USER', 'campaign' );\n"
	return []Typical{
		a("wp-config.php with a database password", "var/www/wp-config.php",
			wordpress+fill(r, "define( 'DB_PASSWORD', '«{a14}»' );\ndefine( 'DB_HOST', 'localhost' );\n$table_prefix = 'wp_';\n")),
		a("wp-config.php with salts", "var/www/wp-config.php",
			wordpress+fill(r, "define('AUTH_KEY',         '«{p24}|{p18} {p20}»');\ndefine('SECURE_AUTH_KEY',  '{p30}~{p33}');\n")),
		a("Laravel .env", "var/www/.env", fill(r, "APP_NAME=Campaign\nAPP_ENV=production\nAPP_KEY=«base64:{b43}=\nAPP_DEBUG=false\n"+
			"DB_CONNECTION=mysql\nDB_DATABASE=campaign\nDB_USERNAME=campaign\nDB_PASSWORD={a10}»\n")),
		a(".env.production", "app/.env.production", fill(r, "NODE_ENV=production\nDATABASE_URL=«postgresql://{N}:{a16}@{H}:5432/{N}»\n")),
		a("Rails database.yml", "app/config/database.yml",
			fill(r, "production:\n  adapter: postgresql\n  database: {N}\n  username: {N}\n  password: «{a14}»\n  host: {H}\n")),
		a("Rails master.key", "app/config/master.key", fill(r, "«{x32}»")),
		a("wp_users in a dump", "var/www/backup.sql", "-- MySQL dump 10.13\nCREATE TABLE `wp_users` (`ID` bigint(20), `user_login` varchar(60), `user_pass` varchar(255));\n"+
			"INSERT INTO `wp_users` VALUES (1,'admin','«$P$B"+some(r, base62, 30)+"»','admin','','','2024-02-11 10:02:44','',0,'admin');\n"),
		a("PHPMailer", "var/www/contact.php", fill(r, "<?php\n$mail = new PHPMailer(true);\n$mail->isSMTP();\n$mail->Host = 'smtp.fieldteam.net';\n"+
			"$mail->Username = 'site@voteforus.org';\n$mail->Password = '«{a13}»';\n$mail->Port = 587;\n")),
		a("ActBlue in PHP", "var/www/donations.php", fill(r, "<?php\n$config = [\n  'client_uuid' => '{U}',\n  'client_secret' => '«{w43}»',\n];\n"+
			"$csv = actblue_report($config, 'paid_contributions');\n")),
	}
}

// codeFiles are scripts that talk to services.
func codeFiles(r *rand.Rand) []Typical {
	fire := a("Firebase in a page", "public/index.html", fill(r, "<script>\nfirebase.initializeApp({\n  apiKey: \"«AIzaSy{w33}»\",\n"+
		"  authDomain: \"campaign.firebaseapp.com\",\n  projectId: \"campaign\",\n  appId: \"1:{d12}:web:{x22}\"\n});\n</script>\n"))
	fire.Info = true
	return []Typical{
		fire,
		a("NationBuilder in a URL", "public/js/events.js",
			fill(r, "fetch('https://voteforus.nationbuilder.com/api/v1/people?access_token=«{x64}»').then(show)\n")),
		a("NationBuilder in a header", "public/js/people.js", fill(r, "var t='«{x64}»';\nfetch('https://voteforus.nationbuilder.com/api/v1/people/me', "+
			"{headers: {Authorization: 'Bearer ' + t}}).then(show)\n")),
		a("Action Network in a header", "public/js/petition.js", fill(r, "fetch('https://actionnetwork.org/api/v2/people', {headers: "+
			"{'OSDI-API-Token': '«{x32}»', 'Content-Type': 'application/json'}})\n")),
		a("Mailchimp in a header", "public/js/newsletter.js",
			fill(r, "$.ajax({url: '/3.0/lists', headers: {Authorization: 'apikey «{x32}-us14»'}, success: done})\n")),
		a("Twilio in a call", "app/sms.js", fill(r, "const twilio = require('twilio')\nconst client = twilio('AC{x32}', '«{x32}»')\n")),
		a("Telegram in a URL", "public/js/notify.js", fill(r, "fetch('https://api.telegram.org/bot«7{d9}:AA{w33}»/sendMessage', {method: 'POST', body})\n")),
		a("jsforce in a call", "app/crm.js", fill(r, "const conn = new jsforce.Connection({loginUrl: 'https://login.salesforce.com'})\n"+
			"conn.login('site@voteforus.org', '«{a12}{a24}»', done)\n")),
		a("Algolia in a call", "app/index.js", fill(r, "const client = algoliasearch('{u10}', '«{x32}»')\nclient.initIndex('people').saveObjects(all)\n")),
		a("Mapbox in a script", "public/js/map.js", "mapboxgl.accessToken = '«"+mapbox("sk")(r)+"»';\nconst map = new mapboxgl.Map({container: 'map'});\n"),
	}
}
