package corpus

import "iter"

// Case is a file with a secret of a type in a carrier.
type Case struct {
	Type    Type
	Carrier Carrier
	File    File
}

// Cases are all types in all carriers, a number of times, each among so many bytes of filler. Where the carrier has no
// name for a value, only those types are that are known without.
func Cases(seed uint64, types []Type, carriers []Carrier, instances, filler int) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		for _, c := range carriers {
			for _, t := range types {
				if c.Bare && !t.Bare {
					continue
				}
				for i := range instances {
					value := t.Make(Rand(seed, t.ID, i))
					f := c.Wrap(Rand(seed, t.ID, c.ID, i), t, value, filler)
					if !yield(Case{t, c, f}) {
						return
					}
				}
			}
		}
	}
}
