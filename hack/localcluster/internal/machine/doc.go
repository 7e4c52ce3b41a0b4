// Package machine makes a machine within this one: namespaces of its own for processes, mounts, network, host name and
// IPC, and cgroups of its own. A node's pods, interfaces, iptables rules and mounts exist there alone, and the kernel ends
// all of them with the machine's first process: nothing has to be undone one by one, after a crash neither.
//
//	Start ──► first process (pid 1 in there): mounts, loopback, addresses ──► waits, and reaps
//	Command ──► runs a program in there
//	Room ──► a network, mounts and a host name of its own in there, for one node more, with a cable to the machine
//	Stop ──► kills pid 1 ──► the kernel ends every process in there ──► cgroups removed
//
// It needs Linux and root. It is no security boundary: it keeps things tidy, not apart.
package machine
