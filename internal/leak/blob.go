package leak

import "bytes"

// isBlob says whether a value is only a part of a long run of base64, such as an image or a program. What is random
// holds every short beginning somewhere. A path or a list of words may be as long, and is none.
func isBlob(data []byte, start, end int) bool {
	const long = 256
	part := func(c byte) bool { return base64Byte[c] }
	if n := before(data, start, long, part); n == long && isRandomRun(data[start-n:start], data[start:end]) {
		return true
	}
	n := 0
	for n < long && end+n < len(data) && base64Byte[data[end+n]] {
		n++
	}
	return n == long && isRandomRun(data[end:end+n], data[start:end])
}

// isRandomRun says whether a run is base64 that goes on in a value: of one of its two alphabets, and with as many capitals
// as that has, at the least. Two of five bytes are capitals where anything is random, and one of five in encoded text.
func isRandomRun(run, value []byte) bool {
	const least = 6   // of so many bytes one is a capital
	const fewest = 32 // and of so many one is a digit, but in zeros: those are capitals
	m := makeupOf(run)
	if m.upper*least < len(run) || m.digit*fewest < len(run) && m.upper*2 < len(run) {
		return false // names in camel case are neither
	}
	return !bytes.ContainsAny(run, "+/") || !bytes.ContainsAny(run, "-_") && !bytes.ContainsAny(value, "-_")
}
