package leak

import "bytes"

// before counts how many bytes in front of an offset are of a kind, up to a number.
func before(data []byte, i, most int, is func(byte) bool) int {
	n := 0
	for n < most && i-n > 0 && is(data[i-n-1]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool { return isWord(c) && c != '_' }

func isDashed(c byte) bool { return isWord(c) || c == '-' }

// backHex32 goes back over 32 hexadecimal digits.
func backHex32(data []byte, i int) int {
	const digits = 32
	if before(data, i, digits, isHex) < digits || !beginsAt(data, i-digits) {
		return -1
	}
	return i - digits
}

// backUUID goes back over a UUID.
func backUUID(data []byte, i int) int {
	const width = 36
	if i < width || !beginsAt(data, i-width) {
		return -1
	}
	for at, c := range data[i-width : i] {
		isDash := at == 8 || at == 13 || at == 18 || at == 23
		if isDash != (c == '-') || !isDash && !isHex(c) {
			return -1
		}
	}
	return i - width
}

// backBotID goes back over the number of a Telegram bot.
func backBotID(data []byte, i int) int {
	const least, most = 8, 11
	n := before(data, i, most, isDigit)
	if n < least || n == most && i > n && isDigit(data[i-n-1]) {
		return -1
	}
	if start := i - n; beginsAt(data, start) || bytes.HasSuffix(data[:start], []byte("bot")) {
		return start
	}
	return -1
}

// backMessagingID goes back over the sender of Firebase Cloud Messaging.
func backMessagingID(data []byte, i int) int {
	const width = 11
	if before(data, i, width, isDashed) < width || string(data[i-width:i-width+4]) != "AAAA" {
		return -1
	}
	return i - width
}

// backAzure goes back over what stands before Q~ in a client secret of Microsoft Entra: three bytes and a digit.
func backAzure(data []byte, i int) int {
	const width = 4
	part := func(c byte) bool { return isWord(c) || c == '~' || c == '.' }
	if i < width || !isDigit(data[i-1]) || before(data, i, width, part) < width {
		return -1
	}
	if start := i - width; start == 0 || !isWord(data[start-1]) || beginsAt(data, start) {
		return start
	}
	return -1
}

// backOpenAI goes back over the first half of a key, to its sk-.
func backOpenAI(data []byte, i int) int {
	const most = 100
	start := i - before(data, i, most, isDashed)
	at := bytes.Index(data[start:i], []byte("sk-"))
	if at < 0 || i-start-at < 20 {
		return -1
	}
	return start + at
}

// backAlnum14 goes back over 14 letters and digits.
func backAlnum14(data []byte, i int) int {
	const width = 14
	if before(data, i, width, isAlnum) < width || !beginsAt(data, i-width) {
		return -1
	}
	return i - width
}
