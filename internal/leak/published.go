package leak

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// published are the private keys that libraries carry to test themselves with, and that are in half of all images. They
// are no secrets: anybody can read them in the library. What stands here is the beginning of the SHA-256 of their material.
var published = map[uint64]struct{}{
	0xa1989fb02f9fd260: {}, // GnuTLS
	0x06b37a7e3254992b: {}, // GnuTLS
	0x2808649028d2fa88: {}, // GnuTLS
	0x3ccbbcf5ca80b346: {}, // GnuTLS
	0xdf46d7e57d8bcbfd: {}, // GnuTLS
	0x4f13b50eaff416c4: {}, // GnuTLS
	0x9edda6e311d9055a: {}, // GnuTLS
	0x7992d4e6056d22c0: {}, // GnuTLS
	0x391a6e56c5ec5ca6: {}, // GnuTLS
	0xd92a81006ae8ae4a: {}, // GnuTLS
	0xac1af982705f9823: {}, // Netty
	0xde0c95754063f194: {}, // Go's net/http/httptest
}

// isPublished says whether what follows the heading of a private key is one of those.
func isPublished(after []byte) bool {
	material := keyMaterial(after)
	if len(material) < leastMaterial {
		return false
	}
	sum := sha256.Sum256(material)
	_, known := published[binary.BigEndian.Uint64(sum[:])]
	return known
}

// The material of a private key that tells it from all others, in bytes of base64.
const (
	leastMaterial = 64
	mostMaterial  = 128
)

// keyMaterial is the beginning of a key's base64, without what folds it.
func keyMaterial(after []byte) []byte {
	if end := bytes.Index(after, []byte("-----")); end >= 0 {
		after = after[:end]
	}
	material := make([]byte, 0, mostMaterial)
	for i := 0; i < len(after) && len(material) < mostMaterial; i++ {
		switch {
		case after[i] == '\\':
			i++ // the letter of an escape
		case base64Byte[after[i]]:
			material = append(material, after[i])
		}
	}
	return material
}
