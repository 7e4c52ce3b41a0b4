package nodes

import (
	"errors"
	"net/netip"
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// podRange is where pods get their addresses from.
var podRange = netip.MustParsePrefix("10.244.0.0/16")

var errNoAddress = errors.New("every pod address is taken")

// addresses gives each pod an address that no other pod has.
type addresses struct {
	mu    sync.Mutex
	last  netip.Addr
	byPod map[types.UID]netip.Addr
	taken map[netip.Addr]types.UID
}

func newAddresses() *addresses {
	return &addresses{
		last:  podRange.Addr(),
		byPod: map[types.UID]netip.Addr{},
		taken: map[netip.Addr]types.UID{},
	}
}

// keep gives a pod the address that it reports already, if nobody else has it: so a
// restart changes no address.
func (a *addresses) keep(pod types.UID, reported string) {
	ip, err := netip.ParseAddr(reported)
	if err != nil || !podRange.Contains(ip) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, taken := a.taken[ip]; !taken {
		a.give(pod, ip)
	}
}

// of returns the pod's address, a new one if it has none.
func (a *addresses) of(pod types.UID) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if ip, ok := a.byPod[pod]; ok {
		return ip.String(), nil
	}
	for ip := a.last.Next(); ip != a.last; ip = ip.Next() {
		if !podRange.Contains(ip) {
			ip = podRange.Addr()
			continue
		}
		if _, taken := a.taken[ip]; !taken {
			a.last = ip
			return a.give(pod, ip), nil
		}
	}
	return "", errNoAddress
}

func (a *addresses) give(pod types.UID, ip netip.Addr) string {
	a.byPod[pod], a.taken[ip] = ip, pod
	return ip.String()
}

// release makes a pod's address free for another.
func (a *addresses) release(pod types.UID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if ip, ok := a.byPod[pod]; ok {
		delete(a.byPod, pod)
		delete(a.taken, ip)
	}
}
