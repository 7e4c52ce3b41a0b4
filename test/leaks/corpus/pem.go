package corpus

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
)

// privateKey makes a private key: the bytes that every key of its kind begins with, then random ones.
func privateKey(kind, prefix string, random int) Maker {
	return func(r *rand.Rand) string {
		head, err := hex.DecodeString(prefix)
		if err != nil {
			return err.Error()
		}
		return armour(kind, "", 64, append(head, randomBytes(r, random)...))
	}
}

// armour is the text form of a key.
func armour(kind, headers string, width int, raw []byte) string {
	var b strings.Builder
	b.WriteString("-----BEGIN " + kind + "-----\n" + headers)
	for text := base64.StdEncoding.EncodeToString(raw); text != ""; {
		n := min(width, len(text))
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	b.WriteString("-----END " + kind + "-----")
	return b.String()
}

func rsaKey() Maker { return privateKey("RSA PRIVATE KEY", "308204a40201000282010100", 1180) }
func ecKey() Maker  { return privateKey("EC PRIVATE KEY", "30770201010420", 114) }
func pkcs8Key() Maker {
	return privateKey("PRIVATE KEY", "308204be020100300d06092a864886f70d0101010500048204a8", 1192)
}

// openSSHKey begins with its magic word and says that nothing encrypts it.
func openSSHKey(r *rand.Rand) string {
	head := "openssh-key-v1\x00\x00\x00\x00\x04none\x00\x00\x00\x04none\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x003\x00\x00\x00\x0bssh-ed25519"
	return armour("OPENSSH PRIVATE KEY", "", 70, append([]byte(head), randomBytes(r, 199)...))
}

func pgpKey(r *rand.Rand) string {
	return armour("PGP PRIVATE KEY BLOCK", "Version: GnuPG v2\n\n", 64, append([]byte{0x95, 0x03, 0xc6, 0x04}, randomBytes(r, 900)...))
}

// serviceAccount is the file that Google Cloud hands out for one.
func serviceAccount(r *rand.Rand) string {
	project := fill(r, "{N}-{d6}")
	mail := "site@" + project + ".iam.gserviceaccount.com"
	return string(marshal(struct {
		Type  string `json:"type"`
		ID    string `json:"project_id"`
		KeyID string `json:"private_key_id"`
		Key   string `json:"private_key"`
		Mail  string `json:"client_email"`
		Num   string `json:"client_id"`
		Auth  string `json:"auth_uri"`
		Token string `json:"token_uri"`
	}{"service_account", project, fill(r, "{x40}"), pkcs8Key()(r) + "\n", mail, fill(r, "1{d20}"),
		"https://accounts.google.com/o/oauth2/auth", "https://oauth2.googleapis.com/token"}))
}
