package leak

// automaton finds all needles in one pass: an Aho-Corasick machine as a table. It folds ASCII letters: needles are in
// lower case and found in any.
type automaton struct {
	// class of a byte: bytes that no needle tells apart share one.
	class [256]uint16
	// next is the table: next[state+class] is the next state. States are multiples of the number of classes, so that a
	// step is one addition and two loads.
	next []uint32
	// outputs is the first state at which needles end: the states are numbered so that these are the last.
	outputs uint32
	// classes is how many classes there are.
	classes uint32
	// ends are the needles that end at a state, by state; of the first output state first.
	ends [][]int
}

// node is a state while the machine is built.
type node struct {
	next map[byte]int
	fail int
	ends []int
}

// newAutomaton builds the machine of needles; what it finds are their indexes.
func newAutomaton(needles []string) *automaton {
	nodes := trie(needles)
	order := link(nodes)
	a := &automaton{classes: 1}
	for _, needle := range needles {
		for _, c := range []byte(needle) {
			if a.class[c] == 0 {
				a.class[c] = uint16(a.classes)
				a.classes++
			}
		}
	}
	for c := byte('a'); c <= 'z'; c++ {
		a.class[c-'a'+'A'] = a.class[c]
	}
	a.fill(nodes, order)
	return a
}

func trie(needles []string) []node {
	nodes := []node{{next: map[byte]int{}}}
	for i, needle := range needles {
		at := 0
		for _, c := range []byte(needle) {
			to, known := nodes[at].next[c]
			if !known {
				to = len(nodes)
				nodes = append(nodes, node{next: map[byte]int{}})
				nodes[at].next[c] = to
			}
			at = to
		}
		nodes[at].ends = append(nodes[at].ends, i)
	}
	return nodes
}

// link finds where each node falls back to, and returns the nodes by depth.
func link(nodes []node) []int {
	order := []int{0}
	for i := 0; i < len(order); i++ {
		at := order[i]
		for c, to := range nodes[at].next {
			order = append(order, to)
			if at == 0 {
				continue
			}
			fall := nodes[at].fail
			for {
				if next, ok := nodes[fall].next[c]; ok {
					nodes[to].fail = next
					break
				}
				if fall == 0 {
					break
				}
				fall = nodes[fall].fail
			}
		}
		if at != 0 {
			nodes[at].ends = append(nodes[at].ends, nodes[nodes[at].fail].ends...)
		}
	}
	return order
}

// fill numbers the nodes, those without ends first, and writes the table.
func (a *automaton) fill(nodes []node, order []int) {
	number := make([]uint32, len(nodes))
	count := uint32(0)
	for _, outputs := range []bool{false, true} {
		if outputs {
			a.outputs = count * a.classes
		}
		for _, n := range order {
			if (len(nodes[n].ends) > 0) == outputs {
				number[n] = count * a.classes
				count++
				if outputs {
					a.ends = append(a.ends, nodes[n].ends)
				}
			}
		}
	}
	a.next = make([]uint32, count*a.classes)
	for _, n := range order { // a node's fall is nearer to the root, so its row is written already
		row := a.next[number[n] : number[n]+a.classes]
		if n != 0 {
			copy(row, a.next[number[nodes[n].fail]:number[nodes[n].fail]+a.classes])
		}
		for c, to := range nodes[n].next {
			row[a.class[c]] = number[to]
		}
	}
}

// find calls hit with every needle and the offset after its end.
func (a *automaton) find(data []byte, hit func(needle, end int)) { a.run(0, data, hit) }

// run goes on from a state, the first of which is 0, and returns the one that it ends in. Offsets count from data.
func (a *automaton) run(state uint32, data []byte, hit func(needle, end int)) uint32 {
	next, outputs := a.next, a.outputs
	class := &a.class
	for i, c := range data {
		state = next[state+uint32(class[c])]
		if state >= outputs {
			for _, needle := range a.ends[(state-outputs)/a.classes] {
				hit(needle, i+1)
			}
		}
	}
	return state
}
