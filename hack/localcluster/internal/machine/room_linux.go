package machine

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Room is a part of the machine with a network, mounts and a host name of its own: one node more.
type Room struct {
	Name    string
	Address string     // in the machine
	Pods    *net.IPNet // addresses that are reached through it
}

// roomLink is the interface of a room that leads to the machine.
const roomLink = "eth0"

// RoomCommand is a command line that runs a program in new namespaces of a room: unshare's (util-linux), which replaces
// itself, so that whoever starts it knows its process.
func RoomCommand(program ...string) []string {
	return append([]string{"unshare", "--mount", "--net", "--uts", "--propagation=shared", "--"}, program...)
}

// InRoom is a command line that runs a program in the room of a process.
func InRoom(pid int, program ...string) []string {
	return append([]string{"nsenter", fmt.Sprintf("--target=%d", pid), "--mount", "--net", "--uts", "--"}, program...)
}

// KeepRoom furnishes the room that this process is in, makes a file to say so, and keeps it until it is told to end.
func KeepRoom(name, ready string) error {
	if err := errors.Join(
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""), // nothing of it is seen outside; then shared, as the kubelet wants it
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""),
		tmpfs("/run"),
		unix.Sethostname([]byte(name)),
		upLoopback(),
		os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0),
		os.WriteFile(ready, nil, 0o600),
	); err != nil {
		return fmt.Errorf("furnish %s: %w", name, err)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGTERM)
	<-signals
	return nil
}

// Connect lays a cable from the machine to the room of a process, with addresses and routes on both sides.
func (r Room) Connect(pid int) error {
	cable := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: r.Name}, PeerName: roomLink, PeerNamespace: netlink.NsPid(pid)}
	if err := netlink.LinkAdd(cable); err != nil {
		return fmt.Errorf("lay a cable to %s: %w", r.Name, err)
	}
	if err := r.connectMachine(); err != nil {
		return fmt.Errorf("connect the machine to %s: %w", r.Name, err)
	}
	if err := r.connectRoom(pid); err != nil {
		return fmt.Errorf("connect %s to the machine: %w", r.Name, err)
	}
	return nil
}

func (r Room) connectMachine() error {
	link, err := netlink.LinkByName(r.Name)
	if err != nil {
		return err
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return err
	}
	at, from := link.Attrs().Index, net.ParseIP(Address)
	if err := netlink.RouteAdd(&netlink.Route{LinkIndex: at, Dst: alone(r.Address), Src: from, Scope: unix.RT_SCOPE_LINK}); err != nil {
		return err
	}
	return netlink.RouteAdd(&netlink.Route{LinkIndex: at, Dst: r.Pods, Src: from, Gw: net.ParseIP(r.Address)})
}

func (r Room) connectRoom(pid int) error {
	room, err := netns.GetFromPid(pid)
	if err != nil {
		return err
	}
	defer func() { _ = room.Close() }()
	inside, err := netlink.NewHandleAt(room)
	if err != nil {
		return err
	}
	defer inside.Close()
	link, err := inside.LinkByName(roomLink)
	if err != nil {
		return err
	}
	if err := inside.LinkSetUp(link); err != nil {
		return err
	}
	at := link.Attrs().Index
	if err := inside.AddrAdd(link, &netlink.Addr{IPNet: alone(r.Address)}); err != nil {
		return err
	}
	if err := inside.RouteAdd(&netlink.Route{LinkIndex: at, Dst: alone(Address), Scope: unix.RT_SCOPE_LINK}); err != nil {
		return err
	}
	return inside.RouteAdd(&netlink.Route{LinkIndex: at, Dst: everything(), Gw: net.ParseIP(Address)})
}

// alone is the range of one address.
func alone(address string) *net.IPNet {
	return &net.IPNet{IP: net.ParseIP(address).To4(), Mask: net.CIDRMask(32, 32)}
}

// everything is the range of all addresses.
func everything() *net.IPNet { return &net.IPNet{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)} }
