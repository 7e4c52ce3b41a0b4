// Command scanner looks at images and pages for the manager beside it. It answers on a unix socket, and has no token of the
// cluster: what it reads may be made to break it.
package main
