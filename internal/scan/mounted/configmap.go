package mounted

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The bounds of what a site mounts, all of its ConfigMaps together. Kubernetes bounds one of them to 1 MiB.
const (
	MaxConfigMaps = 16
	MaxFiles      = 1000
	MaxBytes      = 2 << 20

	maxName   = 253
	maxMissed = 512
)

// ConfigMap is one that a site mounts.
type ConfigMap struct {
	Name string `json:"name"`
	// Missed says why its contents are not here; empty, they are.
	Missed string `json:"missed,omitempty"`
	// Files are its contents.
	Files []File `json:"files,omitempty"`
}

// File is one key of a ConfigMap.
type File struct {
	Key  string `json:"key"`
	Data []byte `json:"data"`
}

// Intake takes ConfigMaps until the bounds are reached. What does not fit is left out as a whole, and says so: half a
// ConfigMap looked at must not pass for all of it.
type Intake struct {
	all          []ConfigMap
	files, bytes int
}

// Take takes the contents of a ConfigMap.
func (in *Intake) Take(name string, text map[string]string, binary map[string][]byte) {
	c := ConfigMap{Name: name}
	files, bytes := len(text)+len(binary), 0
	for _, value := range text {
		bytes += len(value)
	}
	for _, value := range binary {
		bytes += len(value)
	}
	switch {
	case in.files+files > MaxFiles:
		in.Miss(name, fmt.Sprintf("the ConfigMaps of the site have more than %d keys together", MaxFiles))
		return
	case in.bytes+bytes > MaxBytes:
		in.Miss(name, fmt.Sprintf("the ConfigMaps of the site hold more than %d MiB together", MaxBytes>>20))
		return
	}
	in.files, in.bytes = in.files+files, in.bytes+bytes
	for _, key := range slices.Sorted(maps.Keys(text)) {
		c.Files = append(c.Files, File{Key: key, Data: []byte(text[key])})
	}
	for _, key := range slices.Sorted(maps.Keys(binary)) {
		c.Files = append(c.Files, File{Key: key, Data: binary[key]})
	}
	in.all = append(in.all, c)
}

// Miss notes why a ConfigMap is not taken.
func (in *Intake) Miss(name, why string) {
	in.all = append(in.all, ConfigMap{Name: name, Missed: why})
}

// ConfigMaps are all that were taken or missed.
func (in *Intake) ConfigMaps() []ConfigMap { return in.all }

// Check says which bound is not kept. It quotes nothing.
func Check(all []ConfigMap) error {
	if len(all) > MaxConfigMaps {
		return fmt.Errorf("there must be at most %d ConfigMaps", MaxConfigMaps)
	}
	files := 0
	for _, c := range all {
		if c.Name == "" || len(c.Name) > maxName || len(c.Missed) > maxMissed {
			return errors.New("a ConfigMap has no name, or one that is too long")
		}
		for _, f := range c.Files {
			if f.Key == "" || len(f.Key) > maxName {
				return errors.New("a ConfigMap has a key that is empty or too long")
			}
		}
		files += len(c.Files)
	}
	if files > MaxFiles || Size(all) > MaxBytes {
		return fmt.Errorf("the ConfigMaps must have at most %d keys and %d bytes", MaxFiles, MaxBytes)
	}
	return nil
}

// Size is how many bytes the contents have.
func Size(all []ConfigMap) int {
	n := 0
	for _, c := range all {
		for _, f := range c.Files {
			n += len(f.Data)
		}
	}
	return n
}
