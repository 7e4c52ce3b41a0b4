package cluster

import (
	"fmt"
	"net"
	"path/filepath"
)

// node is one that runs pods: a kubelet with all that it needs.
type node struct {
	number  int
	name    string
	address string
	zone    string
	// dir has all that is its own.
	dir string
	// cgroup is where its pods are.
	cgroup string
	// pods is the range of their addresses.
	pods *net.IPNet
	// room is the first process of its part of the machine; 0, it is in the machine itself.
	room int
}

// podRange has the addresses of all nodes' pods.
const podRange = "10.244.0.0/16"

// MaxRealNodes is how many nodes may run pods.
const MaxRealNodes = 9

// nodeOf is the node of a number, from 1 on.
func nodeOf(o Options, number int) node {
	name := fmt.Sprintf("node-%d", number)
	return node{
		number: number, name: name,
		address: fmt.Sprintf("192.0.2.%d", number), // machine.Address is the first
		zone:    "zone-" + string(rune('a'+(number-1)%2)),
		dir:     filepath.Join(o.Dir, name),
		cgroup:  filepath.Join(o.Real.Cgroup, name),
		pods:    &net.IPNet{IP: net.IPv4(10, 244, byte(number-1), 0).To4(), Mask: net.CIDRMask(24, 32)},
	}
}

func (n node) path(elements ...string) string {
	return filepath.Join(append([]string{n.dir}, elements...)...)
}

// process is what a program of the node is known as: those of the first have no number.
func (n node) process(program string) string {
	if n.number == 1 {
		return program
	}
	return fmt.Sprintf("%s-%d", program, n.number)
}
