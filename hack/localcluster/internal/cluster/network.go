package cluster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"strconv"
	"time"
)

const (
	loopback     = "127.0.0.1"
	serviceRange = "10.96.0.0/16"
	serviceIP    = "10.96.0.1" // the service kubernetes: the first of the range

	// documentationIP stands in where the machine has only a loopback address,
	// which the API server refuses to advertise.
	documentationIP = "192.0.2.1"
)

// Ports are taken from below those that systems give to outgoing connections (32768 and up on Linux, 49152 elsewhere). A
// client that tries to reach an API server that is just being restarted would else be given the very port in time, and
// hold it.
const (
	firstPort  = 20000
	portCount  = 10000
	portTrials = 200
)

// portPatience is how long a port may stay taken after the process that had it.
const portPatience = 15 * time.Second

var errNoPort = errors.New("no free port between 20000 and 29999 on 127.0.0.1")

// freePorts returns ports that nothing listens on. All are held until all are
// known, so they differ.
func freePorts(count int) ([]int, error) {
	var ports []int
	for range portTrials {
		if len(ports) == count {
			return ports, nil
		}
		port := firstPort + rand.IntN(portCount) //nolint:gosec // a port is no secret
		l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
		if err != nil {
			continue // it is taken
		}
		defer func() { _ = l.Close() }()
		ports = append(ports, port)
	}
	return nil, errNoPort
}

// portFree waits until nothing listens on the port of an address any more. A process that was killed is gone before the
// last of its threads is, and until then the kernel keeps its sockets.
func portFree(ctx context.Context, address string) error {
	parsed, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("read the address %q: %w", address, err)
	}
	ctx, cancel := context.WithTimeout(ctx, portPatience)
	defer cancel()
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		l, err := net.Listen("tcp", parsed.Host)
		if err == nil {
			return l.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is still in use after %s: %w", parsed.Host, portPatience, err)
		case <-tick.C:
		}
	}
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
