// Package cluster gives tests and benchmarks a real control plane on this machine (hack/localcluster), with Hustings
// installed as it is shipped and its manager running as its own ServiceAccount, with RBAC on.
package cluster
