package service

import "slices"

// The bounds of a queue. Whoever is turned away asks again.
const (
	maxQueued    = 4096
	maxNamespace = 256
)

// ticket is a job that waits for its turn.
type ticket struct {
	key       string
	namespace string
	urgent    bool
	// begun: only a job that is known is asked after.
	begun bool
}

// queue lets namespaces take turns, however much each of them asks for: one job each, round and round. Within a namespace
// what is urgent comes first, and else what came first. It is used under its owner's lock.
type queue struct {
	// turns are the namespaces that wait, the next one first; each is in it once.
	turns   []string
	waiting map[string][]ticket
	length  int
}

func newQueue() *queue { return &queue{waiting: map[string][]ticket{}} }

// push says whether there was room.
func (q *queue) push(t ticket) bool {
	line := q.waiting[t.namespace]
	if q.length >= maxQueued || len(line) >= maxNamespace {
		return false
	}
	if len(line) == 0 {
		q.turns = append(q.turns, t.namespace)
	}
	at := len(line)
	if t.urgent {
		at = behindUrgent(line)
	}
	q.waiting[t.namespace] = slices.Insert(line, at, t)
	q.length++
	return true
}

// pop takes the next job; there is one while length is not zero.
func (q *queue) pop() ticket {
	namespace := q.turns[0]
	q.turns = q.turns[1:]
	line := q.waiting[namespace]
	next := line[0]
	if len(line) == 1 {
		delete(q.waiting, namespace)
	} else {
		q.waiting[namespace] = line[1:]
		q.turns = append(q.turns, namespace)
	}
	q.length--
	return next
}

// leave takes a job out of a namespace's line, if it is there.
func (q *queue) leave(key, namespace string) {
	line := q.waiting[namespace]
	at := slices.IndexFunc(line, func(t ticket) bool { return t.key == key })
	if at < 0 {
		return
	}
	q.length--
	if len(line) > 1 {
		q.waiting[namespace] = slices.Delete(line, at, at+1)
		return
	}
	delete(q.waiting, namespace)
	q.turns = slices.DeleteFunc(q.turns, func(waiting string) bool { return waiting == namespace })
}

// hurry moves a job that has become urgent forward in its namespace.
func (q *queue) hurry(key, namespace string) {
	line := q.waiting[namespace]
	at := slices.IndexFunc(line, func(t ticket) bool { return t.key == key })
	if at < 0 || line[at].urgent {
		return
	}
	t := line[at]
	t.urgent = true
	line = slices.Delete(line, at, at+1)
	q.waiting[namespace] = slices.Insert(line, behindUrgent(line), t)
}

// behindUrgent is the place behind all that is urgent.
func behindUrgent(line []ticket) int {
	if at := slices.IndexFunc(line, func(t ticket) bool { return !t.urgent }); at >= 0 {
		return at
	}
	return len(line)
}
