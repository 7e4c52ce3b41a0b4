// Package leak finds secrets in bytes: what is a secret, and what web sites hide it in. Bytes go in, findings come out;
// a finding has the rule and the place, and never the value.
//
// One automaton passes over the bytes and stops at needles: the beginnings of tokens, names such as password, "://".
// At a needle a few bytes are walked by hand, and only where those look right a rule's expression is tried, anchored, on
// the value alone. So nearly all bytes are looked at once.
//
// A Scanner never changes and may be shared. A Job is one thing that is scanned: an image, a site, a folder; it counts
// what it looked at against Limits and collects findings. Package leak imports nothing that can look at the world.
package leak
