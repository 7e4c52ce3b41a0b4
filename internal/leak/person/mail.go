package person

import "bytes"

// splitMail takes apart what an address is written with: <mail>, mailto:mail, Name <mail>.
func splitMail(text []byte) (addr, called []byte) {
	if open := bytes.IndexByte(text, '<'); open >= 0 && text[len(text)-1] == '>' {
		return text[open+1 : len(text)-1], bytes.Trim(text[:open], " \"'")
	}
	return bytes.TrimPrefix(text, []byte("mailto:")), nil
}

// isMail says whether a text is an e-mail address.
func isMail(text []byte) bool {
	const shortest, longest = 6, 254
	if len(text) < shortest || len(text) > longest {
		return false
	}
	at := bytes.IndexByte(text, '@')
	if at <= 0 {
		return false
	}
	for _, c := range text[:at] {
		if !isWord(c) && c < 0x80 && bytes.IndexByte([]byte(".-+'%&!~#=/"), c) < 0 {
			return false
		}
	}
	dot := 0
	for i, c := range text[at+1:] {
		switch {
		case c == '.':
			dot = at + 1 + i
		case !isWord(c) && c != '-' && c < 0x80:
			return false
		}
	}
	if dot <= at+1 || len(text)-dot < 3 || !isLetter(text[dot+1]) {
		return false
	}
	return !isOneOf(fileEndings, text[dot+1:]) // icon@2x.png
}

// isRole says whether an address is an office's, not somebody's.
func isRole(addr []byte) bool {
	local, _, _ := bytes.Cut(addr, []byte{'@'})
	return isOneOf(roles, local)
}

// isFake says whether an address is of a domain that nobody has (RFC 2606 and RFC 6761).
func isFake(addr []byte) bool {
	_, domain, _ := bytes.Cut(addr, []byte{'@'})
	domain = bytes.ToLower(domain)
	labels := bytes.Split(domain, []byte{'.'})
	switch top := string(labels[len(labels)-1]); top {
	case "example", "test", "invalid", "localhost":
		return true
	}
	return len(labels) > 1 && string(labels[len(labels)-2]) == "example"
}
