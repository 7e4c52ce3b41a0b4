// Package cluster starts, ends and describes the processes of one control plane.
//
// Everything of a cluster is in one folder: keys, data, logs, and cluster.json,
// which names every process by pid and start time. Nothing is kept elsewhere, so
// another process can end what this one started, after a crash too.
//
// With a real node, the same processes and the node's run in a machine of their own (package machine), which ends them all.
//
//	start ──► etcd ──► kube-apiserver ──► kube-controller-manager, nodes
//	stop  ──► nodes, kube-controller-manager ──► kube-apiserver ──► etcd ──► folder removed
package cluster
