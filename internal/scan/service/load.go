package service

// The bounds of what the requests of a lane hold, in bytes: all, and those of one namespace. Whoever is turned away asks again.
const (
	maxHeld      = 16 << 20
	maxHeldOfOne = 4 << 20
)

// load counts what requests hold. It is used under its owner's lock.
type load struct {
	all int
	of  map[string]int
}

// fits says whether there is room for so much more.
func (l *load) fits(namespace string, n int) bool {
	return n == 0 || l.all+n <= maxHeld && l.of[namespace]+n <= maxHeldOfOne
}

func (l *load) add(namespace string, n int) {
	l.all += n
	l.of[namespace] += n
	if l.of[namespace] == 0 {
		delete(l.of, namespace)
	}
}
