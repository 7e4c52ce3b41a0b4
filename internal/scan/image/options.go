package image

import (
	"crypto/x509"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan/dial"
)

// Options of a scan. The zero value scans public images of registries with public addresses.
type Options struct {
	// Limits of the whole image; the zero value, leak.DefaultLimits.
	Limits leak.Limits
	// Wall is how long a scan may take; zero, two minutes.
	Wall time.Duration
	// Layers remembers what was found in a layer; nil, nothing is remembered.
	Layers *LayerCache
	// Keychain has the credentials; nil, there are none.
	Keychain authn.Keychain
	// Dial says which addresses may be connected to.
	Dial dial.Policy
	// Roots are the certificates that are trusted; nil, the system's.
	Roots *x509.CertPool
	// PlainHTTP speaks http with registries on loopback.
	PlainHTTP bool
	// Progress is told how many of the packed bytes were looked at; nil, nobody is.
	Progress func(doneBytes, totalBytes int64)
}

const defaultWall = 2 * time.Minute

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	if o.Limits == (leak.Limits{}) {
		o.Limits = leak.DefaultLimits()
	}
	if o.Wall <= 0 {
		o.Wall = defaultWall
	}
	if o.Keychain == nil {
		o.Keychain = authn.NewMultiKeychain()
	}
	return o
}
