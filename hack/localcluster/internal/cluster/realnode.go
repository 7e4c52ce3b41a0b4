package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/hustings/hustings/hack/localcluster/internal/addons"
	"github.com/hustings/hustings/hack/localcluster/internal/machine"
	"github.com/hustings/hustings/hack/localcluster/internal/process"
)

// RealNode says what runs pods: a kubelet with all that it needs. This process must be in a machine of its own (package
// machine), for the node fills fixed paths, interfaces and iptables.
type RealNode struct {
	Cgroup   string   // of the machine
	Registry []string // command and arguments that serve a registry, up to the flags
}

const (
	nameNode     = "node-1"
	nameRegistry = "registry"

	userScheduler = "system:kube-scheduler"
	userProxy     = "system:kube-proxy"
	groupNodes    = "system:nodes"

	// runFolder is in the machine's own /run: the path of a socket may have 107 bytes.
	runFolder = "/run/localcluster"
)

// startNode starts a node, and on it the cluster's DNS and Traefik.
func (r runner) startNode(ctx context.Context, k keys) error {
	if err := writeNode(r.options, k, r.state.Server); err != nil {
		return fmt.Errorf("write folder of node: %w", err)
	}
	o := r.options
	registry := append(o.Real.Registry[1:len(o.Real.Registry):len(o.Real.Registry)], registryFlags(k, o.Dir)...)
	if err := errors.Join(
		r.spawn(nameRegistry, process.Command{Path: o.Real.Registry[0], Args: registry}),
		r.start("kube-scheduler", schedulerFlags(o.Dir)...),
		r.start("containerd", "--config="+containerdConfigPath(o.Dir)),
	); err != nil {
		return err
	}
	if err := r.until(ctx, "containerd", listens("unix", containerdSocket)); err != nil {
		return err
	}
	if err := r.until(ctx, nameRegistry, listens("tcp", machine.Registry)); err != nil {
		return err
	}
	r.options.Log.Linef("putting the images of the node's own pods into %s", machine.Registry)
	if err := addons.Push(ctx, o.Assets, k.ca.Cert); err != nil {
		return err
	}
	if err := errors.Join(
		r.start("kubelet", kubeletFlags(o.Dir)...),
		r.start("kube-proxy", proxyFlags(o.Dir)...),
	); err != nil {
		return err
	}
	return r.startAddons(ctx)
}

func (r runner) startAddons(ctx context.Context) error {
	config, err := clientcmd.BuildConfigFromFlags("", r.state.Kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := r.until(ctx, "kubelet", nodeReady(client)); err != nil {
		return err
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

func nodeReady(client kubernetes.Interface) func(context.Context) (bool, string) {
	return func(ctx context.Context) (bool, string) {
		node, err := client.CoreV1().Nodes().Get(ctx, nameNode, metav1.GetOptions{})
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

// writeNode writes what the node's processes read.
func writeNode(o Options, k keys, server string) error {
	at := func(elements ...string) string { return filepath.Join(append([]string{o.Dir, "node"}, elements...)...) }
	serving, err := k.ca.Server(nameNode, []net.IP{net.ParseIP(machine.Address)}, nameNode)
	if err != nil {
		return err
	}
	registry, err := k.ca.Server(machine.RegistryHost, []net.IP{net.ParseIP(machine.Address)}, machine.RegistryHost)
	if err != nil {
		return err
	}
	for path, content := range map[string]string{
		containerdConfigPath(o.Dir):                   containerdConfig(o.Dir, o.Assets),
		at("certs.d", machine.Registry, "hosts.toml"): hostsConfig(k.path("ca.crt")),
		at("cni", "10-pods.conflist"):                 cniConfig(),
		kubeletConfigPath(o.Dir):                      kubeletConfig(o.Dir, k, o.Real.Cgroup),
		k.path("kubelet.crt"):                         string(serving.Cert),
		k.path("kubelet.key"):                         string(serving.Key),
		k.path("registry.crt"):                        string(registry.Cert),
		k.path("registry.key"):                        string(registry.Key),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return errors.Join(
		k.writeKubeconfig(at("kubelet.kubeconfig"), server, "system:node:"+nameNode, groupNodes),
		k.writeKubeconfig(at("kube-proxy.kubeconfig"), server, userProxy),
		k.writeKubeconfig(at("kube-scheduler.kubeconfig"), server, userScheduler),
	)
}

func registryFlags(k keys, dir string) []string {
	return []string{
		"--address=" + machine.Address + ":" + machine.Registry[strings.LastIndexByte(machine.Registry, ':')+1:],
		"--dir=" + filepath.Join(dir, "registry"),
		"--cert=" + k.path("registry.crt"),
		"--key=" + k.path("registry.key"),
	}
}
