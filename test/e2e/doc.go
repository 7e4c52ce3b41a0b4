// Package e2e proves on real nodes what the project claims: pods that run under the hardening, requests that Traefik
// limits, images and pages that leak. `make e2e` runs it, within the machine that hack/localcluster makes.
//
// Each spec has a namespace and a host of its own and needs no other spec. Those with the label "short" run in CI.
package e2e
