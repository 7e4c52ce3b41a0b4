package leak

// people finds lists of people.
func (p *pass) people() {}
