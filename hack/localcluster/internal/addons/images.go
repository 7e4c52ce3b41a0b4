package addons

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/hustings/hustings/hack/localcluster/internal/machine"
)

// Images of the node's own pods.
const (
	Pause         = machine.Registry + "/localcluster/pause:local"
	coreDNS       = machine.Registry + "/localcluster/coredns:local"
	traefik       = machine.Registry + "/localcluster/traefik:local"
	metricsServer = machine.Registry + "/localcluster/metrics-server:local"
)

// Push makes the images of programs in the folder of assets, and pushes them to the registry, which ca (PEM) has signed.
func Push(ctx context.Context, assets string, ca []byte) error {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return errors.New("certificate authority is not PEM")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots}}
	defer transport.CloseIdleConnections()
	for _, i := range []struct{ ref, program string }{{Pause, "pause"}, {coreDNS, "coredns"}, {traefik, "traefik"}, {metricsServer, "metrics-server"}} {
		ref, err := name.NewTag(i.ref)
		if err != nil {
			return err
		}
		image, err := ofProgram(filepath.Join(assets, i.program))
		if err != nil {
			return fmt.Errorf("make image of %s: %w", i.program, err)
		}
		if err := remote.Write(ref, image, remote.WithContext(ctx), remote.WithTransport(transport)); err != nil {
			return fmt.Errorf("push %s: %w", i.ref, err)
		}
	}
	return nil
}

// ofProgram is an image with one static program, which runs as nobody.
func ofProgram(path string) (v1.Image, error) {
	program, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	t := tar.NewWriter(&content)
	target := filepath.Base(path)
	if err := t.WriteHeader(&tar.Header{Name: target, Mode: 0o755, Size: int64(len(program))}); err != nil {
		return nil, err
	}
	if _, err := t.Write(program); err != nil {
		return nil, err
	}
	if err := t.Close(); err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content.Bytes())), nil
	}, tarball.WithCompressionLevel(gzip.BestSpeed))
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.Config.Entrypoint, config.Config.User = []string{"/" + target}, "65532:65532"
	return mutate.ConfigFile(image, config)
}
