// Command manager runs the operator. It holds no state: what it knows it reads from the API server, and any number of
// replicas may run, of which the one that holds the lease works and the others stand by with filled caches.
package main
