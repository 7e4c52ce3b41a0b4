package leak

// chatRules are for chat and social networks.
var chatRules = []rule{
	{
		id: "telegram-bot-token", kind: token, level: critical, inside: true, needles: []string{":aa"}, value: `:AA[A-Za-z0-9_-]{33}`, back: backBotID,
		yes: []string{`https://api.telegram.org/bot<digit:10>:AA<mixed:33>/sendMessage`, `"<digit:9>:AA<mixed:33>"`}, no: []string{`x:AA<mixed:33>`},
	},
	{
		id: "slack-webhook-url", kind: token, level: high, needles: []string{"hooks.slack.com"}, open: true, value: `hooks\.slack\.com(?:/|\\/|%2F)(?:services|workflows|triggers)(?:(?:/|\\/|%2F)[A-Za-z0-9+]{8,64}){2,4}`,
		yes: []string{`https://hooks.slack.com/services/T<upper:10>/B<upper:10>/<mixed:24>`}, no: []string{`https://hooks.slack.com/services/`},
	},
	{
		id: "discord-webhook-url", kind: token, level: high, needles: []string{"discord.com", "discordapp.com"}, open: true, inside: true,
		value: `discord(?:app)?\.com(?:/|\\/|%2F)api(?:(?:/|\\/|%2F)v\d+)?(?:/|\\/|%2F)webhooks(?:/|\\/|%2F)\d{17,20}(?:/|\\/|%2F)([A-Za-z0-9_-]{60,72})`,
		yes:   []string{`https://discord.com/api/webhooks/<digit:18>/<mixed:68>`}, no: []string{`https://discord.com/api/webhooks/`},
	},
	{
		id: "discord-bot-token", kind: named, level: critical, needles: []string{"discord", "bot_token", "bottoken"}, name: `(?i)(?:discord|bot).*(?:token|secret)`, value: `[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}`,
		yes: []string{`DISCORD_TOKEN=M<mixed:25>.<mixed:6>.<mixed:38>`}, no: []string{`DISCORD_TOKEN=none`},
	},
	{
		id: "facebook-access-token", kind: token, level: critical, needles: []string{"eaa"}, value: `EAA[A-Za-z0-9]{80,400}`, entropy: 4,
		yes: []string{`"EAAG<mixed:150>"`}, no: []string{`EAAccess`},
	},
	{
		id: "facebook-app-token", kind: named, level: critical, needles: []string{"facebook", "fb_", "fbaccess", "meta_"}, name: `(?i)(?:facebook|^fb|^meta).*(?:token|secret|key)`, value: `(?:\d{15,16}\|[0-9A-Za-z_-]{27,40}|[a-f0-9]{32})`, entropy: 3,
		yes: []string{`FACEBOOK_APP_SECRET=<hex:32>`, `fb_access_token="<digit:15>|<mixed:27>"`}, no: []string{`facebook_pixel="<digit:15>"`},
	},
	{
		id: "x-bearer-token", kind: token, level: critical, needles: []string{"aaaaaaaaaaaaaaaaaaaa"}, value: `A{20,22}[A-Za-z0-9%+/=]{60,110}`, entropy: 3.5, open: true, verify: mixed,
		yes: []string{`Bearer AAAAAAAAAAAAAAAAAAAAAA<mixed:90>`}, no: []string{`AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`},
	},
	{
		id: "x-access-token", kind: named, level: critical, needles: []string{"twitter", "x_access", "x_api", "consumer"}, name: `(?i)(?:twitter|^x_|consumer).*(?:token|secret|key)`, value: `(?:\d{15,20}-[A-Za-z0-9]{30,45}|[A-Za-z0-9]{25}|[A-Za-z0-9]{45}|[A-Za-z0-9]{50})`, entropy: 3.5, verify: hasDigit,
		yes: []string{`TWITTER_API_SECRET=<mixed:50>`}, no: []string{`twitter_handle="vote_alice"`},
	},
	{
		id: "authorization-header", kind: named, level: high, needles: []string{"authorization"}, name: `(?i)(?:^|[^a-z])authorization(?:[_-]?(?:header|value))?$`,
		value: `[A-Za-z0-9._~+/|=:-]{10,}`, verify: isAuthorization,
		yes: []string{`Authorization: Basic YWxpY2U6<b64:16>`, `"Authorization":"Bearer <mixed:40>"`, `headers["Authorization"]="<hex:40>"`},
		no: []string{`Authorization: Bearer ${TOKEN}`, `Authorization: Bearer YOUR_ACCESS_TOKEN`, `Authorization:"Bearer "+token`,
			`import AuthorizationListParams = Issuing0.AuthorizationListParams`, `'v1.issuing_authorization.updated', 'v1.issuing_card.created1'`, `Authorizations: Authorizations_js_2.AuthorizationResource`},
	},
}
