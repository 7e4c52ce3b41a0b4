package leak

import "testing"

func TestNamesAreTakenWordByWord(t *testing.T) {
	for _, name := range []string{
		"RAPIDAPI_KEY", "RAPID_API_KEY", "STORAGE_KEY", "DATA_KEY", "CLIENT_KEY", "S3_KEY", "CAPITAL_API_KEY", "COMPASS_API_KEY", "API_KEYS", "API_TOKENS", "REPUBLICAN_API_KEY", "capitalApiKey",
		"compass-api-key", "republicanToken", "AUTHOR_API_KEY", "MONKEY_API_KEY", "CANON_API_KEY", "PASSPORT_API_KEY", "accessTokens", "xApiKeys", "GEHEIMNIS", "site_geheimnis", "CLE_API", "cleApi",
		"jeton", "JETON_ACCES", "KEYSTORE_SECRET", "apiKey", "APIKEY", "TURKEY_OFFICE_TOKEN", "KEYSTORE_SECRET_KEY",
	} {
		if r := scan(t, "main.js", filled(`var e={`+name+`:"<mixed:32>"};`, 1)); r.Failures != 1 {
			t.Errorf("%s: %+v", name, r.Findings)
		}
	}
	for _, name := range []string{
		"publicKey", "PUBLIC_KEY", "pinnedPubKey", "pinnedpubkey", "csrf_token", "csrftoken", "XSRF-TOKEN", "sortKey", "cacheKey", "rowKeys", "keyCode", "keyboardLayout", "keyframes", "KEY_ID",
		"access_key_id", "accessKeyId", "monkey", "donkeys", "turkey", "hockey", "capital", "capitalize", "rapidRetry", "author", "authors", "authority", "authored", "tokenize", "tokenizer", "compass", "bypass", "accessor",
		"accessibility", "nonce", "anonKey", "tokenType", "nextToken", "continuation_token", "pageToken", "siteKey", "SEARCH_API_KEY", "writeKey", "clientId", "CLIENT_ID", "secretName", "integrity",
		"licenseKey", "tracking_key", "api_version", "buildId", "subjectKeyIdentifier",
	} {
		if r := scan(t, "main.js", filled(`var e={`+name+`:"<mixed:32>"};`, 1)); r.Failures != 0 {
			t.Errorf("%s: %+v", name, r.Findings)
		}
	}
}

func TestAValueOfADoubtfulNameHasToBeRandom(t *testing.T) {
	for _, text := range []string{
		`const STORAGE_KEY = "vuex-persist-v12a"`, `storageKey:"redux:state:v2.14"`, `s3Key: "uploads/2024/01/15/picture_001.webp"`, `dataKey:"series1value"`, `clientKey:"abc123def"`, `const keys = "ctrl1+shift2"`,
		`max_tokens="4096 words"`, `primaryKey: "user_id_2x"`,
	} {
		if r := scan(t, "main.js", text); r.Failures != 0 {
			t.Errorf("%s: %+v", text, r.Findings)
		}
	}
}

func TestANameIsSplitAtItsWords(t *testing.T) {
	for name, want := range map[string]string{
		"apiKey": "_api_key_", "API_KEY": "_api_key_", "api-key": "_api_key_", "apikey": "_apikey_", "HTTPServerKey": "_http_server_key_", "S3_KEY": "_s3_key_", "--site.password": "_site_password_",
		"_a__b_": "_a_b_", "": "_", "sha256Hash": "_sha256_hash_", "DBPassword2": "_db_password2_",
	} {
		if got := string(spaced([]byte(name))); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
