// Package nodes plays the part of nodes where no real one is wanted: it binds every
// pod to one of them and reports it running and ready at once. No container runs.
//
//	pod without node ──bind──► pod on node ──status──► Running, Ready
//	                                     └── image never ready ──► Pending, ImagePullBackOff
//	pod being deleted ──delete, no grace──► gone
package nodes
