package person

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// The digits of a telephone number.
const (
	leastDigits = 9
	mostDigits  = 15
)

func digitsIn(text []byte) int {
	n := 0
	for _, c := range text {
		if isDigit(c) {
			n++
		}
	}
	return n
}

// isPhone says whether a text is nothing but a telephone number, by the bytes in it.
func isPhone(text []byte) bool {
	const longest = 25
	if len(text) > longest {
		return false
	}
	n := 0
	for i, c := range text {
		switch {
		case isDigit(c):
			n++
		case c == '+':
			if i > 1 {
				return false
			}
		case c != ' ' && c != '-' && c != '.' && c != '(' && c != ')' && c != '/':
			return false
		}
	}
	return n <= mostDigits
}

// isCertainPhone says whether digits that nothing calls a telephone number are one all the same: it begins with a zero, a
// plus or a bracket, or has the groups of North America.
func isCertainPhone(text []byte) bool {
	switch text[0] {
	case '+', '(':
		return true
	case '0':
		return text[1] != '.' && !bytes.HasPrefix(text, []byte("000"))
	}
	if text[0] == '1' && !isDigit(text[1]) {
		text = text[2:]
	}
	groups := bytes.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '.' || r == ' ' })
	return len(groups) == 3 && len(groups[0]) == 3 && len(groups[1]) == 3 && len(groups[2]) == 4 && groups[0][0] > '1'
}

// isPostcode says whether a text is a British, a Canadian or an extended American postcode; with the state, any American.
func isPostcode(text []byte) bool {
	return isBritish(text) || isCanadian(text) || isZIPPlus(text) ||
		len(text) > 3 && text[2] == ' ' && isState(text[:2]) && (isZIP(text[3:]) || isZIPPlus(text[3:]))
}

// isBritish knows postcodes such as LS1 4AP, EC1A1BB and m1 1ae.
func isBritish(text []byte) bool {
	n := len(text)
	if n < 5 || n > 8 || !isDigit(text[n-3]) || !isLetter(text[n-2]) || !isLetter(text[n-1]) {
		return false
	}
	out := bytes.TrimRight(text[:n-3], " ")
	i := 0
	for i < len(out) && isLetter(out[i]) {
		i++
	}
	if i == 0 || i > 2 || len(out)-i > 2 || len(out) == i || !isDigit(out[i]) {
		return false
	}
	if last := out[len(out)-1]; !isDigit(last) && !isLetter(last) {
		return false
	}
	return isOneOf(areas, out[:i])
}

// isCanadian knows postcodes such as K1A 0B1.
func isCanadian(text []byte) bool {
	if len(text) == 7 && (text[3] == ' ' || text[3] == '-') {
		text = append(append(make([]byte, 0, 6), text[:3]...), text[4:]...)
	}
	return len(text) == 6 && isUpper(text[0]) && isDigit(text[1]) && isUpper(text[2]) && isDigit(text[3]) && isUpper(text[4]) && isDigit(text[5])
}

func isZIP(text []byte) bool { return len(text) == 5 && digitsIn(text) == 5 }

func isZIPPlus(text []byte) bool { return len(text) == 10 && text[5] == '-' && digitsIn(text) == 9 }

// mayBePostcode says whether a text is a postcode where it is called one.
func mayBePostcode(text []byte) bool {
	if len(text) < 4 || len(text) > 10 || digitsIn(text) == 0 {
		return false
	}
	for _, c := range text {
		if !isDigit(c) && !isLetter(c) && c != ' ' && c != '-' {
			return false
		}
	}
	return true
}

// lastWords are the last two words of a text; where the last is of digits only, such as in NY 10001, and so in LS1 4AP.
func lastWords(text []byte) []byte {
	last := bytes.LastIndexByte(text, ' ')
	if last < 0 {
		return nil
	}
	before := bytes.LastIndexByte(text[:last], ' ')
	if two := bytes.TrimLeft(text[before+1:], ","); len(two) < len(text) && isPostcode(two) {
		return two
	}
	return text[last+1:]
}

// isAddress says whether a text begins with a house number and a street, or ends with them as in German.
func isAddress(text []byte) bool {
	head, _, _ := bytes.Cut(text, []byte{','})
	words := bytes.Fields(head)
	if len(words) < 2 || len(words) > 7 {
		return false
	}
	if isHouse(words[0]) {
		return len(words) > 2 && hasWord(streetWords, words[1:]) || isOneOf(streetsFirst, words[1])
	}
	street := bytes.ToLower(words[len(words)-2])
	return isHouse(words[len(words)-1]) && (bytes.HasSuffix(street, []byte("straße")) || bytes.HasSuffix(street, []byte("strasse")) ||
		bytes.HasSuffix(street, []byte("str.")) || bytes.HasSuffix(street, []byte("weg")) || bytes.HasSuffix(street, []byte("platz")) ||
		bytes.HasSuffix(street, []byte("allee")) || bytes.HasSuffix(street, []byte("gasse")))
}

// isHouse knows house numbers such as 12, 12b and 12-14.
func isHouse(word []byte) bool {
	if len(word) == 0 || len(word) > 6 || !isDigit(word[0]) {
		return false
	}
	for _, c := range word[1:] {
		if !isDigit(c) && !isLetter(c) && c != '-' && c != '/' {
			return false
		}
	}
	return digitsIn(word) < 6
}

// mayBeAddress says whether a text is an address where it is called one: words, and a number among them.
func mayBeAddress(text []byte) bool {
	return len(text) > 5 && bytes.IndexByte(text, ' ') > 0 && digitsIn(text) > 0 && bytes.ContainsFunc(text, unicode.IsLetter) &&
		!bytes.Contains(text, []byte("://"))
}

// currencies are the signs of money.
var currencies = []string{"£", "$", "€", "GBP", "USD", "EUR", "CAD", "AUD", "CHF", "&pound;", "&euro;"}

// isAmount says whether a text is an amount of money: with a currency, or with two decimals.
func isAmount(text []byte) bool {
	rest, money := trimCurrency(text)
	if !isNumber(rest) {
		return false
	}
	n := len(rest)
	return money || n > 3 && n < 11 && (rest[n-3] == '.' || rest[n-3] == ',') && rest[0] != '-'
}

// mayBeAmount says whether a text is an amount where it is called one.
func mayBeAmount(text []byte) bool {
	rest, _ := trimCurrency(text)
	return isNumber(rest)
}

func trimCurrency(text []byte) (rest []byte, found bool) {
	for _, c := range currencies {
		if r, ok := bytes.CutPrefix(text, []byte(c)); ok {
			return bytes.TrimSpace(r), true
		}
		if r, ok := bytes.CutSuffix(text, []byte(c)); ok {
			return bytes.TrimSpace(r), true
		}
	}
	return text, false
}

func isNumber(text []byte) bool {
	if len(text) == 0 || len(text) > 12 || !isDigit(text[0]) {
		return false
	}
	for _, c := range text {
		if !isDigit(c) && c != '.' && c != ',' {
			return false
		}
	}
	return true
}

// isHash knows the names of commits, short and long.
func isHash(text []byte) bool {
	if len(text) < 7 || len(text) > 12 && len(text) != 40 {
		return false
	}
	letters := 0
	for _, c := range text {
		switch {
		case isDigit(c):
		case c >= 'a' && c <= 'f':
			letters++
		default:
			return false
		}
	}
	return letters > 0
}

// mayBeName says whether a text is a name where it is called one: words without digits.
func mayBeName(text []byte) bool {
	const longest, mostWords = 80, 6
	if len(text) > longest || !bytes.ContainsFunc(text, unicode.IsLetter) || isOneOf(noNames, text) {
		return false
	}
	spaces := 0
	for _, c := range text {
		switch {
		case isDigit(c), c < ' ', bytes.IndexByte([]byte("@<>{}[]=/\\:;|*#$%^_+"), c) >= 0:
			return false
		case c == ' ':
			spaces++
		}
	}
	return spaces < mostWords
}

// isName says whether a text has the shape of a person's full name: two to five words that begin with capital letters,
// with initials, particles, apostrophes, hyphens and accents, and none that only other things are called by.
func isName(text []byte) bool {
	const shortest, longest, mostWords = 5, 60, 5
	if len(text) < shortest || len(text) > longest {
		return false
	}
	words, full, comma := 0, 0, false
	for rest := text; len(rest) > 0; {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte{' '})
		if w, ok := bytes.CutSuffix(word, []byte{','}); ok {
			if comma || words > 1 {
				return false
			}
			word, comma = w, true
		}
		kind := nameWord(word)
		if kind == noWord || kind == particle && words == 0 && len(rest) == 0 {
			return false
		}
		if kind == fullWord {
			full++
		}
		words++
	}
	return words >= 2 && words <= mostWords && full >= 1 && (full > 1 || words > full)
}

// kinds of words in names.
type wordKind int

const (
	noWord wordKind = iota
	initial
	particle
	fullWord
)

// nameWord says what a word may be in a name.
func nameWord(word []byte) wordKind {
	first, size := utf8.DecodeRune(word)
	switch {
	case len(word) == 0 || first == utf8.RuneError:
		return noWord
	case !unicode.IsUpper(first):
		if isOneOf(particles, word) || bytes.HasPrefix(word, []byte("d'")) || bytes.HasPrefix(word, []byte("d’")) {
			return particle
		}
		if before, after, ok := bytes.Cut(word, []byte{'-'}); ok && isOneOf(particles, before) && nameWord(after) == fullWord {
			return fullWord // al-Rashid
		}
		return noWord
	case len(word) == size || len(word) == size+1 && word[size] == '.':
		return initial
	case isOneOf(honorifics, word):
		return particle
	}
	if !isNameTail(word[size:]) || isOneOf(things, word) {
		return noWord
	}
	return fullWord
}

// isNameTail says whether what follows a capital letter goes on like a name: letters, and marks between letters.
func isNameTail(tail []byte) bool {
	capitals, small := 0, 0
	for i := 0; i < len(tail); {
		r, size := rune(tail[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(tail[i:])
		}
		switch {
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsLetter(r) || unicode.IsMark(r):
			small++
		case r == '\'' || r == '’' || r == '-':
			if i+size == len(tail) {
				return false
			}
			capitals-- // a capital letter may follow: O'Brien, Anne-Marie
		case r == '.':
			return i+size == len(tail) // Jr.
		default:
			return false
		}
		i += size
	}
	return small == 0 || capitals <= 1 // McDonald, or SMITH; not CamelCaseWord
}

// isEntity says whether a text has a word that only other things than people are called by.
func isEntity(text []byte) bool {
	if digitsIn(text) > 0 {
		return true
	}
	return hasWord(things, bytes.Fields(text))
}

func hasWord(list func() map[string]struct{}, words [][]byte) bool {
	for _, w := range words {
		if isOneOf(list, bytes.Trim(w, ",.")) {
			return true
		}
	}
	return false
}

// hasGivenName says whether one of the words of a name is a given name that is known.
func hasGivenName(text []byte) bool {
	for rest := text; len(rest) > 0; {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte{' '})
		word, _, _ = bytes.Cut(word, []byte{'-'})
		if isOneOf(givenNames, bytes.TrimRight(word, ",.")) {
			return true
		}
	}
	return false
}

func isState(text []byte) bool { return len(text) == 2 && isUpper(text[0]) && isOneOf(states, text) }

// isOneOf says whether a word, in whatever case, is in a list of words in lower case.
func isOneOf(list func() map[string]struct{}, word []byte) bool {
	const longest = 24
	if len(word) == 0 || len(word) > longest {
		return false
	}
	var buf [longest]byte
	lower := buf[:0]
	for _, c := range word {
		if isUpper(c) {
			c |= 0x20
		}
		lower = append(lower, c)
	}
	_, ok := list()[string(lower)]
	return ok
}
