package leak

import "bytes"

// Forms that assign a value without an operator right after the name, or with something between the operator and the value.

// unassigned steps from a name over what assigns without an operator: ENV KEY v, --key v, <key>KEY</key><string>v, a type
// that is declared, a variable of Terraform. i is an offset within the name. What is neither is most of what is seen, so
// little is looked at.
func (a *assignment) unassigned(data []byte, i int) (int, bool) {
	if a.nameEnd >= len(data) {
		return a.nameEnd, false
	}
	switch data[a.nameEnd] {
	case ' ', '\t':
		next := skipBlanks(data, a.nameEnd)
		if end, is := declared(data, next); is {
			return end, true
		}
		return next, isDirected(data, nameBefore(data, i))
	case '<':
		return plistString(data, a.nameEnd)
	case '"':
		return terraformValue(data, nameBefore(data, i), a.nameEnd)
	}
	return a.nameEnd, false
}

// skipBlanks steps over the blanks of a line.
func skipBlanks(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t') {
		i++
	}
	return i
}

// isDirected says whether a name is an option, or stands after a directive that gives it the value which follows after a
// blank.
func isDirected(data []byte, name int) bool {
	if name+1 < len(data) && data[name] == '-' && data[name+1] == '-' {
		return true
	}
	end := name
	for end > 0 && (data[end-1] == ' ' || data[end-1] == '\t') {
		end--
	}
	if end == name {
		return false
	}
	switch string(data[end-before(data, end, longestDirective, isNoBlank) : end]) {
	case "ENV", "SetEnv", "setenv", "SETENV", "setx", "SETX", "/M", "/m", "fastcgi_param", "uwsgi_param", "scgi_param":
		return true
	}
	return false
}

// longestDirective is longer than any of them, in bytes.
const longestDirective = 16

func isNoBlank(c byte) bool { return c > ' ' && c != '"' && c != '\'' }

// plistString steps over </key><string>.
func plistString(data []byte, i int) (int, bool) {
	const end, begin = "</key>", "<string>"
	if !bytes.HasPrefix(data[i:], []byte(end)) {
		return i, false
	}
	for i += len(end); i < len(data) && isSpace(data[i]); i++ {
	}
	if !bytes.HasPrefix(data[i:], []byte(begin)) {
		return i, false
	}
	return i + len(begin), true
}

// terraformValue finds what variable "key" { default = "v" } and output "key" { value = "v" } assign.
func terraformValue(data []byte, name, i int) (int, bool) {
	const longest = 400
	word := []byte("default")
	switch {
	case bytes.HasSuffix(data[:name], []byte(`variable "`)):
	case bytes.HasSuffix(data[:name], []byte(`output "`)):
		word = []byte("value")
	default:
		return i, false
	}
	block, _, _ := bytes.Cut(data[i:min(len(data), i+longest)], []byte("\n}"))
	at := bytes.Index(block, word)
	if at < 0 {
		return i, false
	}
	end := skipBlanks(data, i+at+len(word))
	return end + 1, end < len(data) && data[end] == '='
}

// types that are declared between a name and its value.
var types = []string{"string", "String", "str", "&str", "&'static str", "Optional[str]", "Final", "bytes", "SecretStr", "std::string"}

// declared steps over the type of a text and what assigns to it: string = "v".
func declared(data []byte, i int) (int, bool) {
	if i >= len(data) {
		return i, false
	}
	switch data[i] {
	case 's', 'S', '&', 'O', 'F', 'b':
	default:
		return i, false
	}
	for _, t := range types {
		if !bytes.HasPrefix(data[i:], []byte(t)) {
			continue
		}
		end := i + len(t)
		for n := 0; n < longestDirective && end < len(data) && isTypePart(data[end]); n++ {
			end++
		}
		if end+1 < len(data) && data[end] == '=' && data[end+1] != '=' && data[end+1] != '>' && isLiteral(data, skipBlanks(data, end+1)) {
			return end + 1, true
		}
	}
	return i, false
}

func isTypePart(c byte) bool {
	switch c {
	case ' ', '[', ']', '|', '<', '>', '?':
		return true
	}
	return isAlnum(c)
}

// isLiteral says whether a text in quotation marks begins.
func isLiteral(data []byte, i int) bool {
	if at := literalMark(data, i); at >= 0 {
		return true
	}
	return i < len(data) && (data[i] == '"' || data[i] == '\'' || data[i] == '`')
}

// literalMark is where the quotation mark stands of a text with a prefix, b"v" or rb'v'; negative, there is none.
func literalMark(data []byte, i int) int {
	const longest = 2
	for n := 0; n <= longest && i+n < len(data); n++ {
		switch data[i+n] {
		case '"', '\'':
			if n > 0 {
				return i + n
			}
			return -1
		case 'b', 'B', 'f', 'F', 'r', 'R', 'u', 'U', '@', '$', 'L':
		default:
			return -1
		}
	}
	return -1
}

// spelled steps over what stands between an operator and a value: a block of YAML, the prefix of a text, a declared type,
// the mark of ${KEY:-v} and ${KEY:+v}, the object that an output of Terraform is. i is an offset within the name.
func spelled(data []byte, i, start int, mark byte) (int, byte) {
	if start+1 >= len(data) {
		return start, mark
	}
	if mark != 0 {
		if data[start] == mark && data[start+1] == mark {
			start += 2 // three of them
		}
		return start, mark
	}
	switch data[start] {
	case '|', '>':
		return blockStart(data, start), 0
	case '-', '+':
		if name := nameBefore(data, i); name > 1 && data[name-1] == '{' && data[name-2] == '$' {
			return skipMarks(data, start+1, false)
		}
	case '{':
		at, _ := skipMarks(data, start+1, true)
		if next, is := valueWord(data, at); is {
			return skipMarks(data, next, true)
		}
	default:
		if at := literalMark(data, start); at >= 0 {
			return spelled(data, i, at+1, data[at])
		}
		if end, is := declared(data, start); is {
			next, quote := skipMarks(data, end, true)
			return spelled(data, i, next, quote)
		}
	}
	return start, 0
}

// blockStart is where the first line of a block of YAML begins, after | or >- and the like.
func blockStart(data []byte, i int) int {
	const longest = 3
	at := i + 1
	for at < len(data) && at-i < longest && (data[at] == '-' || data[at] == '+' || isDigit(data[at])) {
		at++
	}
	at = skipBlanks(data, at)
	if at >= len(data) || data[at] != '\n' && data[at] != '\r' {
		return i
	}
	for at < len(data) && isSpace(data[at]) {
		at++
	}
	return at
}
