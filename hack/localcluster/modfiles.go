package main

import "embed"

// moduleFiles are this module's own go.mod and go.sum, and those in modules/ that pin
// what a real node runs. A build needs nothing else, so the binary works wherever it
// is put. They are apart because one module can have one version of a dependency alone.
//
//go:embed go.mod go.sum modules
var moduleFiles embed.FS
