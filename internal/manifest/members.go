package manifest

import "go.yaml.in/yaml/v3"

// members finds the keys of mappings by name. What it has read it keeps: a document with many problems asks for many keys of
// one mapping, and going through all of them each time would take the square of the time.
type members map[*yaml.Node]map[string]member

// member is a key of a mapping and its value.
type member struct{ key, value *yaml.Node }

// find finds a key in a mapping or in what is merged into it.
func (m members) find(mapping *yaml.Node, key string, depth int) (place, child *yaml.Node) {
	if depth == 0 {
		return nil, nil
	}
	if own, has := m.of(mapping)[key]; has {
		return own.key, own.value
	}
	// A merge is the first key of its mapping: the converter refuses it elsewhere.
	if len(mapping.Content) < 2 || !isMerge(mapping.Content[0]) {
		return nil, nil
	}
	for _, source := range mergeSources(mapping.Content[1]) {
		if place, child = m.find(source, key, depth-1); child != nil {
			return place, child
		}
	}
	return nil, nil
}

// of are the mapping's own keys. The first of a name counts.
func (m members) of(mapping *yaml.Node) map[string]member {
	own, known := m[mapping]
	if known {
		return own
	}
	own = make(map[string]member, len(mapping.Content)/2)
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		k := mapping.Content[i]
		name, err := keyOf(k)
		if _, taken := own[name]; err == nil && !isMerge(k) && !taken {
			own[name] = member{k, mapping.Content[i+1]}
		}
	}
	m[mapping] = own
	return own
}
