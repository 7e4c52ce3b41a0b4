package render

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// FieldManager is the field manager of every write.
const FieldManager = "hustings"

// maxBase leaves room for the longest suffix of a child within the 63 characters of a Service's name and of a label.
const maxBase = 46

// hashDigits are at the end of the names that HashedName makes: enough that nobody finds a second site for one on purpose.
const hashDigits = 16

var notInLabel = regexp.MustCompile(`[^a-z0-9]+`)

// isPlain says whether a name is one that every kind of child can have as it is, and that an edge which takes every run of
// other characters for one hyphen does not change: a DNS-1035 label without two hyphens in a row. It is asked for every
// child, and so does without an expression.
func isPlain(name string) bool {
	const letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
	return name != "" && strings.Trim(name, letters+digits+"-") == "" &&
		strings.IndexByte(letters, name[0]) >= 0 && name[len(name)-1] != '-' && !strings.Contains(name, "--")
}

// isHashed says whether a name ends like one that HashedName made, so that it is hashed again rather than taken for one.
func isHashed(name string) bool {
	at := len(name) - hashDigits - 1
	return at >= 0 && name[at] == '-' && strings.Trim(name[at+1:], "0123456789abcdef") == ""
}

// BaseName is the name of a site's children, and the value of their site label: the site's own name where that is a valid
// name for every child, else a shortened one with a hash of the whole, so that two sites never share one.
//
// Nor do they share namespace, hyphen and base name written as one, by which Traefik knows Services and Middlewares: where
// the namespace has no hyphen, the first one ends it; where it has one, the base name ends in a hash of both.
func BaseName(namespace, site string) string {
	if len(site) <= maxBase && isPlain(site) && !isHashed(site) && !strings.Contains(namespace, "-") {
		return site
	}
	return HashedName(namespace, site, "")
}

// HashedName is the name of a child that ends in a hash of the site and of the suffix, whatever the site is called.
func HashedName(namespace, site, suffix string) string {
	sum := sha256.Sum256([]byte(namespace + "/" + site + "/" + suffix))
	short := "s" + strings.Trim(notInLabel.ReplaceAllString(site, "-"), "-")
	if isPlain(short[1:]) {
		short = short[1:]
	}
	if room := maxBase - hashDigits - 1; len(short) > room {
		short = strings.TrimRight(short[:room], "-")
	}
	return short + suffix + "-" + hex.EncodeToString(sum[:])[:hashDigits]
}
