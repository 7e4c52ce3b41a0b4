// Package addons puts on a node what every cluster has beside its control plane: DNS (CoreDNS) and an edge (Traefik).
//
// Their images are made from the programs that were built from Go modules, one program to an image, and pushed to the
// cluster's own registry: nothing is downloaded.
package addons
