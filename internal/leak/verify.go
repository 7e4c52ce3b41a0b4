package leak

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
)

func notPlaceholder(c candidate) bool { return !isPlaceholder(c.value) }

// hasDigit: words have none, and random values of this length nearly always do.
func hasDigit(c candidate) bool {
	m := makeupOf(c.value)
	return m.digit > 0 && m.lower+m.upper > 0 && !isPlaceholder(c.value)
}

// mixed: small and large letters and digits, as random values of this length have them and words have not.
func mixed(c candidate) bool {
	m := makeupOf(c.value)
	return m.digit > 1 && m.lower > 1 && m.upper > 1
}

// notHexDigest: 40 hexadecimal digits are a hash.
func notHexDigest(c candidate) bool {
	for _, b := range c.value {
		if !isHex(b) {
			return mixed(c)
		}
	}
	return false
}

// notAlgoliaSearch: keys that may search only are public by design.
func notAlgoliaSearch(c candidate) bool {
	return !bytes.Contains(bytes.ToLower(c.name), []byte("search"))
}

// isSharedAccess: a signature beside the other parts of a shared access signature.
func isSharedAccess(c candidate) bool {
	return bytes.Contains(c.around, []byte("sv=")) && (bytes.Contains(c.around, []byte("se=")) || bytes.Contains(c.around, []byte("sp=")))
}

// isManual knows the keys of AWS's manuals: all of them say that they are examples.
func isManual(value []byte) bool {
	return bytes.HasSuffix(value, []byte("EXAMPLE")) || bytes.HasSuffix(value, []byte("EXAMPLEKEY"))
}

// isAuthorization: a header with a value, and not a template of one. Without a scheme the value has to look random: names
// of events and types have the word in them, too.
func isAuthorization(c candidate) bool {
	if isPlaceholder(c.value) || isPublicToken(c.value) || isSourceLine(c.value) {
		return false
	}
	before := bytes.ToLower(bytes.TrimRight(c.before, " +%20"))
	if bytes.HasSuffix(before, []byte("basic")) {
		text, err := base64.StdEncoding.DecodeString(string(c.value))
		return err == nil && bytes.IndexByte(text, ':') > 0
	}
	for _, scheme := range schemes {
		if bytes.HasSuffix(before, []byte(scheme)) {
			return makeupOf(c.value).digit > 0 && entropy(c.value) > 3
		}
	}
	return isRandom(c.value) && !isMember(c.value) && entropy(c.value) > 3
}

// isBearer: a token after its scheme, and not a word or a template of one.
func isBearer(c candidate) bool {
	return mixed(c) && !isPlaceholder(c.value) && !isPublicToken(c.value)
}

// isPublicToken: a JSON Web Token that is made to be public.
func isPublicToken(value []byte) bool {
	claims, ok := claimsOf(value)
	return ok && isAnonymous(claims)
}

// claimsOf are the claims of a JSON Web Token; not ok, it is none.
func claimsOf(token []byte) (map[string]any, bool) {
	parts := bytes.Split(token, []byte("."))
	if len(parts) < 2 || !isJSONObject(parts[0]) {
		return nil, false
	}
	text, err := base64.RawURLEncoding.DecodeString(string(bytes.TrimRight(parts[1], "=")))
	if err != nil {
		return nil, false
	}
	var claims map[string]any
	if json.Unmarshal(text, &claims) != nil {
		return nil, false
	}
	return claims, true
}

// isJSONObject says whether a part of a token holds an object that names an algorithm.
func isJSONObject(part []byte) bool {
	text, err := base64.RawURLEncoding.DecodeString(string(bytes.TrimRight(part, "=")))
	if err != nil {
		return false
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	return json.Unmarshal(text, &header) == nil && header.Algorithm != ""
}

// isAnonymous: the role anon of Supabase and its like is for browsers.
func isAnonymous(claims map[string]any) bool {
	role, _ := claims["role"].(string)
	return role == "anon"
}

func isSecretToken(c candidate) bool {
	claims, ok := claimsOf(c.value)
	return ok && !isAnonymous(claims)
}

func isAnonymousToken(c candidate) bool { return isPublicToken(c.value) }
