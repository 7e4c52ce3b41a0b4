package machine

import (
	"fmt"
	"net"
	"os"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// network brings the loopback interface up, with the machine's address on it, and lets the kernel forward: pods hang on
// interfaces of their own that the CNI plugin makes.
func network() error {
	if err := upLoopback(); err != nil {
		return err
	}
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("find the loopback interface: %w", err)
	}
	if err := netlink.AddrAdd(lo, &netlink.Addr{IPNet: alone(Address)}); err != nil {
		return fmt.Errorf("add %s: %w", Address, err)
	}
	_, clients, err := net.ParseCIDR(Clients)
	if err != nil {
		return err
	}
	if err := netlink.RouteAdd(&netlink.Route{
		LinkIndex: lo.Attrs().Index, Dst: clients, Type: unix.RTN_LOCAL, Table: unix.RT_TABLE_LOCAL, Scope: unix.RT_SCOPE_HOST,
	}); err != nil {
		return fmt.Errorf("make %s local: %w", Clients, err)
	}
	// Without a default route the kernel refuses addresses of Services before kube-proxy's rules see them.
	if err := netlink.RouteAdd(&netlink.Route{LinkIndex: lo.Attrs().Index, Dst: everything(), Src: net.ParseIP(Address)}); err != nil {
		return fmt.Errorf("add a default route: %w", err)
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0)
}

func upLoopback() error {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("find the loopback interface: %w", err)
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return fmt.Errorf("bring the loopback interface up: %w", err)
	}
	return nil
}
