package leak

// kind says how a rule's needles and its value stand to each other.
type kind int

const (
	// token: the value begins with the needle, and is known by its shape alone.
	token kind = iota
	// named: the needle is in the name that the value is assigned to.
	named
	// near: the value is looked for in the bytes after the needle.
	near
)

// rule says what one kind of secret looks like.
type rule struct {
	id   string
	kind kind
	// level of its findings; rules that are taken over have none, and get High.
	level level
	// needles, in lower case: the automaton stops at them whatever their case.
	needles []string
	// name is the expression of the name, where the needles do not say enough.
	name string
	// value is the expression of the value: of all of it where it is named, of its beginning where it is a token.
	value string
	// entropy in bits a byte that the value has at least.
	entropy float64
	// inside: the value may begin within a word.
	inside bool
	// open: the value's expression says by itself where it ends.
	open bool
	// vague: the rule knows less than others do of the same value.
	vague bool
	// back is where a value begins that has its needle in the middle; negative, it is none. nil, it begins with the needle.
	back func(data []byte, needle int) int
	// verify says whether a value is one after all; nil, it is.
	verify func(candidate) bool
	// yes and no are examples of what the rule finds and does not find. What is random in them, such as <hex:32>, is made
	// when they are used, so that no secret stands here.
	yes, no []string
}

// level is a severity, the zero one of which is none.
type level int

const (
	unset level = iota
	critical
	high
	medium
	low
	info
)

// severity of the rule's findings.
func (r *rule) severity() Severity {
	if r.level == unset {
		return High
	}
	return Severity(r.level - critical)
}

// candidate is a value that has the shape of a secret.
type candidate struct {
	// value, as it stands there but for escapes.
	value []byte
	// name that it is assigned to; empty, none is known.
	name []byte
	// around is the text before and after the value, a few hundred bytes.
	around []byte
	// before and after are its parts on both sides of the value.
	before, after []byte
	// quoted: the value stands in quotation marks.
	quoted bool
	// plain remembers which names are plain.
	plain map[string]bool
}
