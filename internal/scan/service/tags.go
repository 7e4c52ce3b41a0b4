package service

import "sync"

// maxAsking namespaces ask for tags at the same time.
const maxAsking = 16

// tags are the namespaces that a registry is being asked for. Each asks for one tag at a time: a registry that answers late
// holds up its own sites only.
type tags struct {
	mu     sync.Mutex
	asking map[string]bool
}

// begin says whether a namespace may ask now.
func (t *tags) begin(namespace string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asking[namespace] || len(t.asking) >= maxAsking {
		return false
	}
	t.asking[namespace] = true
	return true
}

func (t *tags) end(namespace string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.asking, namespace)
}
