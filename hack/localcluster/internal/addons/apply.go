package addons

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hustings/hustings/hack/localcluster/internal/machine"
)

//go:embed coredns.yaml traefik.yaml metrics-server.yaml
var manifests embed.FS

// Cluster is where to apply, and by which programs.
type Cluster struct{ Kubectl, Kubeconfig, Assets string }

// Deployments are those whose pods make a cluster complete. That of metrics-server is ready once it has read the kubelets
// twice, which nobody should wait for who does not need it.
var Deployments = []struct{ Namespace, Name string }{
	{"kube-system", "coredns"},
	{"traefik", "traefik"},
}

// Apply applies Traefik's CRDs, and DNS, Traefik and metrics-server. To apply again changes nothing.
func Apply(ctx context.Context, c Cluster) error {
	if err := c.apply(ctx, "-f", filepath.Join(c.Assets, "traefik-crds.yaml")); err != nil {
		return err
	}
	values := strings.NewReplacer(
		"IMAGE_COREDNS", coreDNS, "IMAGE_TRAEFIK", traefik, "IMAGE_METRICS_SERVER", metricsServer,
		"MACHINE_ADDRESS", machine.Address, "REGISTRY_HOST", machine.Registry,
	)
	for _, file := range []string{"coredns.yaml", "traefik.yaml", "metrics-server.yaml"} {
		raw, err := manifests.ReadFile(file)
		if err != nil {
			return err
		}
		if err := c.applyText(ctx, values.Replace(string(raw))); err != nil {
			return err
		}
	}
	return nil
}

func (c Cluster) apply(ctx context.Context, args ...string) error {
	return run(c.kubectl(ctx, args...))
}

func (c Cluster) applyText(ctx context.Context, text string) error {
	cmd := c.kubectl(ctx, "-f", "-")
	cmd.Stdin = strings.NewReader(text)
	return run(cmd)
}

func (c Cluster) kubectl(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Kubectl, append([]string{"apply", "--server-side", "--force-conflicts"}, args...)...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.Kubeconfig)
	return cmd
}

func run(cmd *exec.Cmd) error {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("kubectl apply: %w: %s", err, strings.TrimSpace(output.String()))
	}
	return nil
}
