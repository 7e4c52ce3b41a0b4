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

var (
	// plainName is a name that every kind of child can have as it is: a DNS-1035 label.
	plainName = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)
	// hashedName ends like a name that BaseName made, so it is hashed again rather than taken for one.
	hashedName = regexp.MustCompile(`-[0-9a-f]{10}$`)
	notInLabel = regexp.MustCompile(`[^a-z0-9]+`)
)

// BaseName is the name of a site's children, and the value of their site label: the site's own name where that is a
// valid name for every child, else a shortened one with a hash of the whole, so that two sites never share one.
func BaseName(site string) string {
	if len(site) <= maxBase && plainName.MatchString(site) && !hashedName.MatchString(site) {
		return site
	}
	sum := sha256.Sum256([]byte(site))
	hash := "-" + hex.EncodeToString(sum[:5])
	short := "s" + strings.Trim(notInLabel.ReplaceAllString(site, "-"), "-")
	if plainName.MatchString(short[1:]) {
		short = short[1:]
	}
	if room := maxBase - len(hash); len(short) > room {
		short = strings.TrimRight(short[:room], "-")
	}
	return short + hash
}
