package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/hustings/hustings/hack/localcluster/internal/addons"
	"github.com/hustings/hustings/hack/localcluster/internal/machine"
	"github.com/hustings/hustings/hack/localcluster/internal/process"
)

// RealNodes say what runs pods: kubelets with all that they need. This process must be in a machine of its own (package
// machine), for nodes fill fixed paths, interfaces and iptables.
type RealNodes struct {
	Nodes    int      // at least one, at most MaxRealNodes
	Cgroup   string   // of the machine
	Registry []string // command and arguments that serve a registry, up to the flags
	Room     []string // command and arguments that keep a room, up to the flags
}

const (
	nameRegistry = "registry"

	userScheduler = "system:kube-scheduler"
	userProxy     = "system:kube-proxy"
	userRouter    = "localcluster-kube-router"
	groupNodes    = "system:nodes"

	// runFolder is in the machine's own /run: the path of a socket may have 107 bytes.
	runFolder = "/run/localcluster"
)

// startNodes starts the nodes, and on them the cluster's DNS and Traefik.
func (r runner) startNodes(ctx context.Context, k keys) error {
	o := r.options
	if err := writeServices(o, k, r.state.Server); err != nil {
		return fmt.Errorf("write what the nodes need: %w", err)
	}
	registry := append(o.Real.Registry[1:len(o.Real.Registry):len(o.Real.Registry)], registryFlags(k, o.Dir)...)
	if err := errors.Join(
		r.spawn(nameRegistry, process.Command{Path: o.Real.Registry[0], Args: registry}),
		r.start("kube-scheduler", schedulerFlags(o.Dir)...),
	); err != nil {
		return err
	}
	if err := r.until(ctx, nameRegistry, listens("tcp", registryAddress)); err != nil {
		return err
	}
	o.Log.Linef("putting the images of the nodes' own pods into %s", machine.Registry)
	if err := addons.Push(ctx, o.Assets, k.ca.Cert); err != nil {
		return err
	}
	var nodes []node
	for number := range o.Real.Nodes {
		n, err := r.startNode(ctx, k, nodeOf(o, number+1))
		if err != nil {
			return err
		}
		nodes = append(nodes, n)
	}
	return r.startAddons(ctx, nodes)
}

// startNode starts one node. All but the first are in rooms of their own.
func (r runner) startNode(ctx context.Context, k keys, n node) (node, error) {
	server, err := r.serverFor(n)
	if err != nil {
		return n, err
	}
	if err := n.write(k, r.options.Assets, server); err != nil {
		return n, fmt.Errorf("write the folder of %s: %w", n.name, err)
	}
	if err := machine.MakeCgroup(n.cgroup); err != nil {
		return n, err
	}
	if n.number > 1 {
		if n.room, err = r.startRoom(ctx, n); err != nil {
			return n, err
		}
	}
	if err := r.startOn(n, "containerd", "--config="+n.containerdConfigPath()); err != nil {
		return n, err
	}
	if err := r.until(ctx, n.process("containerd"), n.answers()); err != nil {
		return n, err
	}
	return n, errors.Join(
		r.startOn(n, "kubelet", n.kubeletFlags()...),
		r.startOn(n, "kube-proxy", n.proxyFlags()...),
	)
}

// serverFor is where a node finds the API server: in a room, 127.0.0.1 is another.
func (r runner) serverFor(n node) (string, error) {
	server, err := url.Parse(r.state.Server)
	if err != nil || n.number == 1 {
		return r.state.Server, err
	}
	server.Host = net.JoinHostPort(machine.Address, server.Port())
	return server.String(), nil
}

// startRoom makes the room of a node and connects it.
func (r runner) startRoom(ctx context.Context, n node) (pid int, err error) {
	furnished := n.path("furnished")
	command := machine.RoomCommand(append(slices.Clone(r.options.Real.Room), "--name="+n.name, "--ready="+furnished)...)
	path, err := exec.LookPath(command[0])
	if err != nil {
		return 0, fmt.Errorf("a second node needs unshare: on Debian and Ubuntu, apt-get install util-linux: %w", err)
	}
	if err := r.spawn(n.name, process.Command{Path: path, Args: command[1:]}); err != nil {
		return 0, err
	}
	if err := r.until(ctx, n.name, func(context.Context) (bool, string) {
		_, err := os.Stat(furnished)
		return err == nil, ""
	}); err != nil {
		return 0, err
	}
	pid = r.state.Processes[len(r.state.Processes)-1].PID
	return pid, machine.Room{Name: n.name, Address: n.address, Pods: n.pods}.Connect(pid)
}

// startOn starts one of the programs in the folder of assets on a node.
func (r runner) startOn(n node, program string, flags ...string) error {
	command := append([]string{filepath.Join(r.options.Assets, program)}, flags...)
	if n.room != 0 {
		command = machine.InRoom(n.room, command...)
		path, err := exec.LookPath(command[0])
		if err != nil {
			return err
		}
		command[0] = path
	}
	return r.spawn(n.process(program), process.Command{Path: command[0], Args: command[1:]})
}

// startAddons starts what needs the nodes to be known: kube-router on each, and the cluster's own pods.
func (r runner) startAddons(ctx context.Context, nodes []node) error {
	config, err := clientcmd.BuildConfigFromFlags("", r.state.Kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if err := r.until(ctx, n.process("kubelet"), nodeReady(client, n.name)); err != nil {
			return err
		}
		if err := r.startOn(n, "kube-router", n.routerFlags()...); err != nil {
			return err
		}
	}
	if err := addons.Apply(ctx, addons.Cluster{Kubectl: r.state.Kubectl, Kubeconfig: r.state.Kubeconfig, Assets: r.options.Assets}); err != nil {
		return err
	}
	for _, d := range addons.Deployments {
		if err := r.until(ctx, d.Name, deploymentReady(client, d.Namespace, d.Name)); err != nil {
			return err
		}
	}
	return nil
}

// answers tells whether the node's containerd does.
func (n node) answers() func(context.Context) (bool, string) {
	if n.room == 0 {
		return listens("unix", containerdSocket)
	}
	return listens("unix", fmt.Sprintf("/proc/%d/root%s", n.room, containerdSocket))
}

// listens tells whether something listens at an address.
func listens(network, address string) func(context.Context) (bool, string) {
	return func(ctx context.Context) (bool, string) {
		connection, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return false, ""
		}
		return connection.Close() == nil, ""
	}
}

func nodeReady(client kubernetes.Interface, name string) func(context.Context) (bool, string) {
	return func(ctx context.Context) (bool, string) {
		node, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		for _, c := range node.Status.Conditions {
			if c.Type == corev1.NodeReady {
				return c.Status == corev1.ConditionTrue, c.Message
			}
		}
		return false, "the node reports nothing yet"
	}
}

func deploymentReady(client kubernetes.Interface, namespace, name string) func(context.Context) (bool, string) {
	return func(ctx context.Context) (bool, string) {
		d, err := client.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		ready := d.Status.ObservedGeneration == d.Generation && d.Status.AvailableReplicas == *d.Spec.Replicas
		return ready, fmt.Sprintf("%d of %d pods are available", d.Status.AvailableReplicas, *d.Spec.Replicas)
	}
}

// write writes what the node's processes read.
func (n node) write(k keys, assets, server string) error {
	serving, err := k.ca.Server(n.name, []net.IP{net.ParseIP(n.address)}, n.name)
	if err != nil {
		return err
	}
	for path, content := range map[string]string{
		n.containerdConfigPath():                          n.containerdConfig(assets),
		n.path("certs.d", machine.Registry, "hosts.toml"): hostsConfig(k.path("ca.crt")),
		n.path("cni", "10-pods.conflist"):                 n.cniConfig(),
		n.kubeletConfigPath():                             n.kubeletConfig(k),
		n.path("kubelet.crt"):                             string(serving.Cert),
		n.path("kubelet.key"):                             string(serving.Key),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return errors.Join(
		k.writeKubeconfig(n.path("kubelet.kubeconfig"), server, "system:node:"+n.name, groupNodes),
		k.writeKubeconfig(n.path("kube-proxy.kubeconfig"), server, userProxy),
		k.writeKubeconfig(n.path("kube-router.kubeconfig"), server, userRouter, groupMasters),
	)
}

// writeServices writes what the registry and the scheduler read.
func writeServices(o Options, k keys, server string) error {
	registry, err := k.ca.Server(machine.Registry, []net.IP{net.ParseIP(machine.Address)}, machine.Registry)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(k.path("registry.crt"), registry.Cert, 0o600),
		os.WriteFile(k.path("registry.key"), registry.Key, 0o600),
		k.writeKubeconfig(filepath.Join(o.Dir, "kube-scheduler.kubeconfig"), server, userScheduler),
	)
}

var registryAddress = net.JoinHostPort(machine.Address, strconv.Itoa(machine.RegistryPort))

func registryFlags(k keys, dir string) []string {
	return []string{
		"--address=" + registryAddress,
		"--dir=" + filepath.Join(dir, "registry"),
		"--cert=" + k.path("registry.crt"),
		"--key=" + k.path("registry.key"),
	}
}
