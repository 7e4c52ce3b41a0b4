// Package observers tests what others read of ours with their own libraries: the alerts and the dashboard as Prometheus reads
// them, and the health of sites as Argo CD computes it.
package observers
