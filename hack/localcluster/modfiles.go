package main

import "embed"

// moduleFiles are this module's own go.mod and go.sum. A build of the control
// plane needs nothing else, so the binary works wherever it is put.
//
//go:embed go.mod go.sum
var moduleFiles embed.FS
