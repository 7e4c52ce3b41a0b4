// Package dial connects to addresses that a policy allows and to no others.
//
// A URL's host says little about where a connection ends: names resolve to what their owner likes, differently each time,
// and redirects and token realms are written by the other side. So the address is checked where it can no longer change:
// after the name was resolved and before the socket connects, on every hop. Link-local and metadata addresses are never
// allowed.
package dial
