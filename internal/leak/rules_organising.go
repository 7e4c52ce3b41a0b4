package leak

// organisingRules are for what campaigns organise and send mail with.
var organisingRules = []rule{
	{
		id: "nationbuilder-token", kind: named, level: critical, needles: []string{"nationbuilder", "nation_builder", "nb_"},
		name: `(?i)(?:nationbuilder|nation_builder|\bnb_).*(?:token|key|secret)`, value: `[0-9a-f]{64}`, entropy: 3,
		yes: []string{`NATIONBUILDER_API_TOKEN=<hex:64>`}, no: []string{`nb_count="<digit:12>"`},
	},
	{
		id: "nationbuilder-token-in-code", kind: near, level: critical, needles: []string{"nationbuilder.com"},
		value: `\b([0-9a-f]{64})\b`, entropy: 3,
		yes: []string{`fetch("https://alice.nationbuilder.com/api/v1/people",{headers:{Authorization:"Bearer "+"<hex:64>"}})`},
		no:  []string{`<a href="https://alice.nationbuilder.com/join">Join</a>`},
	},
	{
		id: "action-network-token", kind: named, level: critical, needles: []string{"osdi", "action_network", "actionnetwork", "action-network", "an_api", "an_key"},
		name: `(?i)(?:osdi|action[_-]?network|^an[_-]).*(?:token|key|secret)`, value: `[0-9a-f]{32}`, entropy: 3,
		yes: []string{`'OSDI-API-Token': '<hex:32>'`, `ACTION_NETWORK_API_KEY=<hex:32>`}, no: []string{`osdi_identifier="action_network:alice"`},
	},
	{
		id: "everyaction-api-key", kind: token, level: critical, inside: true, needles: []string{"|0", "|1", "%7c0", "%7c1", `\u007c0`, `\u007c1`},
		value: `(?i)(?:\||%7C|\\u007c)[01]`, back: backUUID, entropy: 3,
		yes: []string{`"<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>|1"`}, no: []string{`"<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>"`},
	},
	{
		id: "organising-key", kind: named, level: critical, vague: true,
		needles: []string{"everyaction", "ngpvan", "ngp_van", "mobilize", "hustle", "spoke_", "actionkit", "controlshift", "civicrm", "salsa", "targetsmart", "catalist", "votebuilder", "callhub", "thrutext", "impactstack", "raiser_edge", "blackbaud", "bloomerang", "constituent", "engaging_networks", "engagingnetworks", "ecanvasser", "contactout"},
		name:    `(?i)(?:secret|api_?key|site_?key|token|passw)`, value: `[A-Za-z0-9_+/=.|-]{16,160}`, entropy: 3, verify: hasDigit,
		yes: []string{`NGPVAN_API_KEY=<mixed:36>`, `CIVICRM_SITE_KEY=<mixed:32>`}, no: []string{`mobilize_event="town-hall-2029-05-03"`},
	},
	{
		id: "mailchimp-api-key", kind: token, level: critical, inside: true, needles: []string{"-us"},
		value: `-us[0-9]{1,2}`, back: backHex32,
		yes: []string{`apikey <hex:32>-us14`, `"<hex:32>-us6"`}, no: []string{`menu-us1`, `region-us2`},
	},
	{
		id: "mandrill-api-key", kind: token, level: critical, needles: []string{"md-"},
		value: `md-[A-Za-z0-9_-]{22}`, entropy: 3, verify: mixed,
		yes: []string{`"md-<mixed:22>"`}, no: []string{`"md-button-toggle-group-x"`},
	},
	{
		id: "mandrill-key", kind: named, level: critical, needles: []string{"mandrill"}, name: `(?i)mandrill.*(?:key|token|secret|pass)`,
		value: `[A-Za-z0-9_-]{22,30}`, entropy: 3, verify: hasDigit,
		yes: []string{`MANDRILL_API_KEY=<mixed:22>`}, no: []string{`mandrill_template="welcome-template-2029-a"`},
	},
	{
		id: "mailgun-api-key", kind: token, level: critical, needles: []string{"key-"}, value: `key-[0-9a-f]{32}`, entropy: 3,
		yes: []string{`api:key-<hex:32>`}, no: []string{`key-value-pairs-of-the-table-below-x`},
	},
	{
		id: "mailgun-sending-key", kind: named, level: critical, needles: []string{"mailgun", "mg_"}, name: `(?i)(?:mailgun|^mg_).*(?:key|token|secret|pass)`,
		value: `[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}`, entropy: 3,
		yes: []string{`MAILGUN_API_KEY=<hex:32>-<hex:8>-<hex:8>`}, no: []string{`mailgun_domain="mg.alice.vote"`},
	},
	{
		id: "postmark-server-token", kind: named, level: critical, needles: []string{"postmark"}, name: `(?i)postmark.*(?:token|key|secret)`,
		value: `(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, entropy: 3,
		yes: []string{`X-Postmark-Server-Token: <hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>`}, no: []string{`postmark_stream="outbound"`},
	},
	{
		id: "twilio-api-key", kind: token, level: critical, needles: []string{"sk"}, value: `SK[0-9a-fA-F]{32}`, entropy: 3,
		yes: []string{`"SK<hex:32>"`}, no: []string{`"SKIPPED"`},
	},
	{
		id: "twilio-auth-token", kind: near, level: critical, needles: []string{"twilio"},
		value: `\bAC[0-9a-f]{32}\b["'\x60\\\s]{0,4},?["'\x60\\\s]{0,6}([0-9a-f]{32})\b`, entropy: 3,
		yes: []string{`require('twilio')('AC<hex:32>','<hex:32>')`}, no: []string{`twilio('AC<hex:32>', process.env.TOKEN)`},
	},
	{
		id: "twilio-token", kind: named, level: critical, needles: []string{"twilio"}, name: `(?i)twilio.*(?:token|secret|auth|key)`, value: `[0-9a-f]{32}`, entropy: 3,
		yes: []string{`TWILIO_AUTH_TOKEN=<hex:32>`}, no: []string{`twilio_number="+441632<digit:6>"`},
	},
	{
		id: "salesforce-access-token", kind: token, level: critical, needles: []string{"00d"}, value: `00D[A-Za-z0-9]{12,15}(?:!|%21|\\u0021)[A-Za-z0-9._]{60,140}`, entropy: 4, open: true,
		yes: []string{`"00D<mixed:12>!<mixed:96>"`}, no: []string{`"00D<mixed:12>"`},
	},
	{
		id: "salesforce-secret", kind: named, level: critical, needles: []string{"salesforce", "sfdc", "sf_"}, name: `(?i)(?:salesforce|sfdc|^sf_).*(?:secret|token|password|key)$`,
		value: `[A-Za-z0-9_.!+/=-]{20,120}`, entropy: 3, verify: hasDigit,
		yes: []string{`SALESFORCE_CLIENT_SECRET=<hexup:64>`, `SALESFORCE_SECURITY_TOKEN=<mixed:24>`}, no: []string{`salesforce_url="https://login.salesforce.com/"`},
	},
	{
		id: "salesforce-login", kind: near, level: critical, needles: []string{"jsforce", "salesforce"},
		value: `\.login\(\s*\\?["'][^"'\s]{3,80}@[^"'\s]{3,80}["']\s*,\s*\\?["']([^"'\s]{8,80}?)\\?["']`, verify: notPlaceholder,
		yes: []string{`var c=new jsforce.Connection();c.login('ops@alice.vote','<mixed:10>!<mixed:24>')`}, no: []string{`new jsforce.Connection().login(user, password)`},
	},
	{
		id: "hubspot-token", kind: token, level: critical, needles: []string{"pat-na1-", "pat-eu1-", "pat-na2-", "pat-ap1-"},
		value: `(?i)pat-(?:na|eu|ap)\d-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, entropy: 3,
		yes: []string{`"pat-na1-<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>"`}, no: []string{`"pat-na1-your-token"`},
	},
	{
		id: "hubspot-key", kind: named, level: critical, needles: []string{"hubspot", "hapikey"}, name: `(?i)hubspot.*(?:key|token|secret)|hapikey`,
		value: `(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, entropy: 3,
		yes: []string{`hapikey=<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>`}, no: []string{`hubspot_portal="<digit:8>"`},
	},
	{
		id: "airtable-personal-access-token", kind: token, level: critical, needles: []string{"pat"}, value: `pat[[:alnum:]]{14}\.[a-f0-9]{64}`,
		yes: []string{`"pat<mixed:14>.<hex:64>"`}, no: []string{`"pattern.<hex:64>"`},
	},
}
