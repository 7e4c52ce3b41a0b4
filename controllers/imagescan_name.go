package controllers

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// scanName is the name of the ImageScan of a digest under a ruleset: the digest's first digits, which people compare, and
// a hash of both. Who finds an image with the same name has found an image that waits for ever: what the spec says is
// compared as well.
func scanName(digest, ruleset string) string {
	const digits, hashBytes = 12, 4
	sum := sha256.Sum256([]byte(digest + "\x00" + ruleset))
	short := strings.TrimPrefix(digest, "sha256:")
	return short[:min(digits, len(short))] + "-" + hex.EncodeToString(sum[:hashBytes])
}
