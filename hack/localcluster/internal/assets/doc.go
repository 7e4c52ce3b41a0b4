// Package assets finds or makes the programs of a control plane.
//
// Input: the pinned module files and where to look. Output: a folder that holds
// every program. It starts none of them, and imports nothing of Kubernetes.
package assets
