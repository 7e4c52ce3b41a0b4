package image

import "strings"

// challenge is what a registry asks for: one of those in WWW-Authenticate.
type challenge struct {
	// scheme in lower case.
	scheme string
	params map[string]string
}

// challenges reads WWW-Authenticate headers, RFC 9110 section 11.6.1. What cannot be read is left out.
func challenges(headers []string) []challenge {
	var all []challenge
	for _, header := range headers {
		for rest := header; ; {
			var scheme string
			if scheme, rest = word(strings.TrimLeft(rest, " \t,")); scheme == "" {
				break
			}
			c := challenge{scheme: strings.ToLower(scheme), params: map[string]string{}}
			rest = c.read(rest)
			all = append(all, c)
		}
	}
	return all
}

// read takes parameters up to the next scheme.
func (c challenge) read(text string) (rest string) {
	for {
		text = strings.TrimLeft(text, " \t,")
		name, after := word(text)
		after = strings.TrimLeft(after, " \t")
		if name == "" || !strings.HasPrefix(after, "=") {
			return text
		}
		var value string
		value, text = parameter(strings.TrimLeft(after[1:], " \t"))
		c.params[strings.ToLower(name)] = value
	}
}

// parameter is a word or a quoted string.
func parameter(text string) (value, rest string) {
	if !strings.HasPrefix(text, `"`) {
		return word(text)
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), text[i+1:]
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// word is what stands before the next separator.
func word(text string) (first, rest string) {
	end := strings.IndexAny(text, " \t,=\"")
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:]
}
