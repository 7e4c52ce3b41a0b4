package controllers

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// nameEncoding is that of Kubernetes' names: small letters and digits.
var nameEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// scanName is the name of the ImageScan of a digest under a ruleset: the digest's first digits, which people compare, and
// a hash of both. It takes 2^80 tries to find an image with the name of another one's scan, which would wait for ever: what
// the spec says is compared as well.
func scanName(digest, ruleset string) string {
	const digits, hashBytes = 8, 10
	sum := sha256.Sum256([]byte(digest + "\x00" + ruleset))
	short := strings.TrimPrefix(digest, "sha256:")
	return short[:min(digits, len(short))] + "-" + nameEncoding.EncodeToString(sum[:hashBytes])
}
