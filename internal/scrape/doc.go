// Package scrape lets those read the operator's metrics whom the cluster allows, and nobody else.
//
// Its input is a request with a bearer token; it asks the API server whose it is (TokenReview) and whether they may
// (SubjectAccessReview), as kube-rbac-proxy and the filter of controller-runtime do. That filter brings k8s.io/apiserver with it,
// which is more than a third of the whole program: docs/design/0008-metrics-filter.md.
//
// Whoever cannot be known or judged is refused. It must not import the controllers.
package scrape
