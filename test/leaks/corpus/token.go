package corpus

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"time"
)

// checked makes a token that ends in the CRC-32 of its random part in six digits of base 62, as GitHub's and npm's do.
func checked(prefix string) Maker {
	return func(r *rand.Rand) string {
		random := some(r, base62, 30)
		return prefix + random + base62Of(crc32.ChecksumIEEE([]byte(random)))
	}
}

func base62Of(n uint32) string {
	b := []byte("000000")
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = base62[n%62]
		n /= 62
	}
	return string(b)
}

// grafana ends in the CRC-32 of all before it, in hex.
func grafana(r *rand.Rand) string {
	head := "glsa_" + some(r, base62, 32)
	return fmt.Sprintf("%s_%08x", head, crc32.ChecksumIEEE([]byte(head)))
}

// atlassian ends in a CRC-32 in capitals.
func atlassian(r *rand.Rand) string {
	head := "ATATT3xFfGF0" + some(r, urlSafe, 171)
	return fmt.Sprintf("%s=%08X", head, crc32.ChecksumIEEE([]byte(head)))
}

// unixTime is a moment of the last two years, in seconds.
func unixTime(r *rand.Rand) int64 {
	return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Unix() + r.Int64N(60_000_000)
}

// claims makes a JSON Web Token that says what it is asked to.
func claims(payload func(r *rand.Rand) any) Maker {
	return func(r *rand.Rand) string {
		return encodeJSON(map[string]string{"alg": "HS256", "typ": "JWT"}) + "." + encodeJSON(payload(r)) + "." +
			base64.RawURLEncoding.EncodeToString(randomBytes(r, 32))
	}
}

// encodeJSON is JSON in URL-safe base64, as JSON Web Tokens have it.
func encodeJSON(v any) string { return base64.RawURLEncoding.EncodeToString(marshal(v)) }

// marshal is JSON of what always has one.
func marshal(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		return []byte(err.Error())
	}
	return raw
}

// userClaims are those of someone who has logged in.
func userClaims(r *rand.Rand) any {
	at := unixTime(r)
	return map[string]any{"sub": uuid(r), "scope": "admin:read admin:write", "iat": at, "exp": at + 31_536_000}
}

// supabaseClaims are those of Supabase's two long-lived keys, of which one is meant for browsers.
func supabaseClaims(role string) func(r *rand.Rand) any {
	return func(r *rand.Rand) any {
		at := unixTime(r)
		return map[string]any{"iss": "supabase", "ref": some(r, lower, 20), "role": role, "iat": at, "exp": at + 315_360_000}
	}
}

// mapbox makes a token of Mapbox: sk. ones are secret, pk. ones are for browsers.
func mapbox(kind string) Maker {
	return func(r *rand.Rand) string {
		return kind + "." + encodeJSON(map[string]string{"u": fill(r, "{N}"), "a": "cl" + some(r, digits+lower, 23)}) + "." +
			some(r, urlSafe, 22)
	}
}

// sentryOrg makes an organisation's token, which says where it is valid.
func sentryOrg(r *rand.Rand) string {
	says := fmt.Sprintf(`{"iat":%d.%06d,"url":"https://sentry.io","region_url":"https://us.sentry.io","org":"%s"}`,
		unixTime(r), r.IntN(1_000_000), fill(r, "{N}"))
	return "sntrys_" + base64.StdEncoding.EncodeToString([]byte(says)) + "_" + some(r, base64ed, 43)
}

// discordBot begins with the bot's number in base64.
func discordBot(r *rand.Rand) string {
	id := pick(r, "8", "9", "10", "11", "12") + some(r, digits, 17)
	return base64.RawStdEncoding.EncodeToString([]byte(id)) + "." + some(r, base62, 6) + "." + some(r, urlSafe, 38)
}

// basic is the value of a header: a name and a password in base64.
func basic(r *rand.Rand) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(fill(r, "{N}-api:{a20}")))
}

// intercom's tokens are a number and a UUID in base64.
func intercom(r *rand.Rand) string {
	return base64.StdEncoding.EncodeToString([]byte("tok:" + fill(r, "{x8}_{x4}_{x4}_{x4}_{x12}") + ":1:0"))
}
