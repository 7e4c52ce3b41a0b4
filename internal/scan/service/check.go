package service

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hustings/hustings/internal/scan/mounted"
)

// The bounds of a request.
const (
	maxName      = 253
	maxImage     = 1024
	maxAddresses = 64
	maxHosts     = 64
	maxEntries   = 16
	maxPath      = 1024
)

// digestForm is a digest as images are pinned by.
var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// digestIn is the digest that an image is pinned by.
func digestIn(image string) (string, error) {
	_, digest, _ := strings.Cut(image, "@")
	if len(image) > maxImage || !digestForm.MatchString(digest) {
		return "", fmt.Errorf("image: it must be pinned by a digest, like registry.example.org/site@sha256:…, in at most %d bytes", maxImage)
	}
	return digest, nil
}

func checkNamespace(namespace string) error {
	if namespace == "" || len(namespace) > maxName {
		return fmt.Errorf("namespace: it must have 1 to %d bytes", maxName)
	}
	return nil
}

// check says what is wrong with a request.
func (r PagesRequest) check() error {
	switch {
	case r.Key == "" || len(r.Key) > maxName:
		return fmt.Errorf("key: it must have 1 to %d bytes", maxName)
	case len(r.Addresses) == 0 && len(r.Mounted) == 0 && !r.Begun:
		return fmt.Errorf("addresses: there must be 1 to %d, or a ConfigMap that is mounted", maxAddresses)
	case len(r.Addresses) > 0:
		if err := r.checkPages(); err != nil {
			return err
		}
	}
	if err := mounted.Check(r.Mounted); err != nil {
		return fmt.Errorf("mounted: %w", err)
	}
	return checkNamespace(r.Namespace)
}

// checkPages says what is wrong with where the pages are.
func (r PagesRequest) checkPages() error {
	switch {
	case len(r.Addresses) > maxAddresses:
		return fmt.Errorf("addresses: there must be 1 to %d", maxAddresses)
	case len(r.Hosts) == 0 || len(r.Hosts) > maxHosts:
		return fmt.Errorf("hosts: there must be 1 to %d", maxHosts)
	case len(r.Entry) > maxEntries:
		return fmt.Errorf("entry: there must be at most %d", maxEntries)
	}
	for i, a := range r.Addresses {
		if !a.IsValid() || a.Port() == 0 {
			return fmt.Errorf("addresses[%d]: it must be an address and a port", i)
		}
	}
	for i, host := range r.Hosts {
		if host == "" || len(host) > maxName {
			return fmt.Errorf("hosts[%d]: it must have 1 to %d bytes", i, maxName)
		}
	}
	for i, path := range r.Entry {
		if !strings.HasPrefix(path, "/") || len(path) > maxPath {
			return fmt.Errorf("entry[%d]: it must begin with / and have at most %d bytes", i, maxPath)
		}
	}
	return nil
}

// check says what is wrong with a request.
func (r ResolveRequest) check() error {
	if r.Image == "" || len(r.Image) > maxImage {
		return fmt.Errorf("image: it must have 1 to %d bytes", maxImage)
	}
	return checkNamespace(r.Namespace)
}
