package service

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestNamespacesTakeTurns(t *testing.T) {
	q := newQueue()
	push := func(namespace, key string, urgent bool) {
		t.Helper()
		if !q.push(ticket{key: key, namespace: namespace, urgent: urgent}) {
			t.Fatalf("no room for %s", key)
		}
	}
	for i := range 5 {
		push("greedy", fmt.Sprint("g", i), false)
	}
	push("small", "s0", false)
	push("greedy", "g-now", true)
	push("other", "o0", false)
	push("other", "o1", true)
	q.hurry("g4", "greedy")
	q.hurry("unknown", "greedy")
	q.hurry("unknown", "nobody")
	var order []string
	for q.length > 0 {
		order = append(order, q.pop().key)
	}
	want := "g-now s0 o1 g4 o0 g0 g1 g2 g3"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("order %s, want %s", got, want)
	}
	if len(q.turns)+len(q.waiting) != 0 {
		t.Errorf("left: %v %v", q.turns, q.waiting)
	}
}

func TestOneNamespaceCannotFillTheQueue(t *testing.T) {
	q := newQueue()
	n := 0
	for q.push(ticket{key: fmt.Sprint(n), namespace: "greedy"}) {
		n++
	}
	if n != maxNamespace || !q.push(ticket{key: "x", namespace: "other"}) {
		t.Errorf("%d of one namespace", n)
	}
	for i := 0; q.push(ticket{key: fmt.Sprint("y", i), namespace: fmt.Sprint("n", i)}); i++ {
		n++
	}
	if q.length != maxQueued {
		t.Errorf("%d in all", q.length)
	}
}

func TestTagsAreAskedForOnceInANamespace(t *testing.T) {
	tg := tags{asking: map[string]bool{}}
	var begun []bool
	begun = append(begun, tg.begin("a"), tg.begin("a"), tg.begin("b"))
	tg.end("a")
	begun = append(begun, tg.begin("a"))
	if !slices.Equal(begun, []bool{true, false, true, true}) {
		t.Errorf("%v", begun)
	}
	n := 2
	for ; tg.begin(fmt.Sprint(n)); n++ {
	}
	if n != maxAsking {
		t.Errorf("%d at the same time", n)
	}
}
