package leak

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// What is published is no secret: anybody can read it in a library that half of all images carry. What stands here is the
// beginning of a SHA-256, so a file cannot be let through for its name, nor a value for what stands around it.
var (
	// publishedKeys are private keys that libraries test themselves with, by their material.
	publishedKeys = map[uint64]struct{}{
		// GnuTLS
		0xa1989fb02f9fd260: {},
		0x06b37a7e3254992b: {},
		0x2808649028d2fa88: {},
		0x3ccbbcf5ca80b346: {},
		0xdf46d7e57d8bcbfd: {},
		0x4f13b50eaff416c4: {},
		0x9edda6e311d9055a: {},
		0x7992d4e6056d22c0: {},
		0x391a6e56c5ec5ca6: {},
		0xd92a81006ae8ae4a: {},
		// Netty
		0xac1af982705f9823: {},
		// Go's net/http/httptest
		0xde0c95754063f194: {},
	}
	// publishedValues are what the documentation in libraries shows.
	publishedValues = map[uint64]struct{}{
		// AWS SDK for JavaScript
		0x8f60821fdfc3b4c9: {},
		0x1d23b6b67fde9263: {},
		0x478a1f81e64dbf28: {},
		0xf1228d76c2e36476: {},
		0x6caa448826c11cd3: {},
		0xe6c2d3455587c47c: {},
		0xd8ccc3c547c85017: {},
		0xce4c9cdcf4277d15: {},
		0xf420161d76f067dd: {},
		0x16529b293d4d3f1a: {},
		0x46a1ec1be64a4548: {},
		0x874a0cf0e1933491: {},
		0x45a87856c0d470a0: {},
		0x1314a52039d7ab42: {},
		0x79d571b6c0c11df3: {},
		0x3e92cee0b2f11c7a: {},
		0x143a54d093f18549: {},
		0xb171a33e8f8a16ec: {},
		0xefd0bcb78c863f72: {},
		// OAuthLib
		0x8d567eb88afff34f: {},
		0xc4ad638fad0d7ca4: {},
		0x055671f8eca86240: {},
		0x6c96130f130ab0d6: {},
		0x00cf4c781dc37003: {},
		0xa71b359a87afde13: {},
		0xb8e148545b13c78b: {},
		0xca7459e2b26776de: {},
		0xad71fb4165536675: {},
		// PyJWT
		0xbf145d9380bbe05b: {},
		// openssl mac
		0xd0720d8487947228: {},
	}
)

// isPublishedValue says whether a value is one of the documentation's.
func isPublishedValue(value []byte) bool {
	_, known := publishedValues[beginning(value)]
	return known
}

// beginning is that of a SHA-256.
func beginning(data []byte) uint64 {
	sum := sha256.Sum256(data)
	return binary.BigEndian.Uint64(sum[:])
}

// isPublished says whether what follows the heading of a private key is one of those.
func isPublished(after []byte) bool {
	material := keyMaterial(after)
	if len(material) < leastMaterial {
		return false
	}
	_, known := publishedKeys[beginning(material)]
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
