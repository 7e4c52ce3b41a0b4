package cluster

import (
	"net"
	"strconv"
)

const (
	loopback     = "127.0.0.1"
	serviceRange = "10.96.0.0/16"
	serviceIP    = "10.96.0.1" // the service kubernetes: the first of the range

	// documentationIP stands in where the machine has only a loopback address,
	// which the API server refuses to advertise.
	documentationIP = "192.0.2.1"
)

// freePorts returns ports that nothing listens on. All are held until all are
// known, so they differ.
func freePorts(count int) ([]int, error) {
	var ports []int
	for range count {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// advertiseIP is the address that the API server tells others.
func advertiseIP() net.IP {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return net.ParseIP(documentationIP)
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
			return n.IP
		}
	}
	return net.ParseIP(documentationIP)
}

func httpsURL(port int) string {
	return "https://" + net.JoinHostPort(loopback, strconv.Itoa(port))
}
