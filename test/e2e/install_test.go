package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hustings/hustings/test/cluster"
	"github.com/hustings/hustings/test/e2e/images"
)

// install pushes the operator's image and applies config/default by an overlay, as a platform team would: the image's
// name, and for a registry of its own, its authority and address.
func (w *world) install(ctx context.Context) error {
	operator := images.Operator(cluster.Path("bin/manager"), cluster.Path("bin/scanner"))
	digest, err := w.push(ctx, "hustings/manager", operator, images.Options{Cache: w.cache})
	if err != nil {
		return err
	}
	overlay := filepath.Join(w.dir, "overlay")
	if err := os.MkdirAll(overlay, 0o755); err != nil {
		return err
	}
	base, err := filepath.Rel(overlay, cluster.Path("config/default"))
	if err != nil {
		return err
	}
	ca, err := os.ReadFile(w.cluster.CA)
	if err != nil {
		return err
	}
	for file, content := range map[string]string{
		"ca.crt":             string(ca),
		"kustomization.yaml": fmt.Sprintf(kustomization, base, w.cluster.Registry, digest),
	} {
		if err := os.WriteFile(filepath.Join(overlay, file), []byte(content), 0o600); err != nil {
			return err
		}
	}
	// Kinds first, for an object of a kind that is not served yet is refused; then everything, them again.
	for _, args := range [][]string{
		{"apply", "--server-side", "-k", cluster.Path("config/crd")},
		{"wait", "--for=condition=Established", "--timeout=30s", "crd/campaignsites.hustings.dev", "crd/siteclasses.hustings.dev"},
		{"apply", "--server-side", "-k", overlay},
		{"-n", "hustings-system", "rollout", "status", "deployment/hustings-manager", "--timeout=90s"},
	} {
		if _, err := w.kubectl(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [%s]
images:
- name: hustings/manager
  newName: %s/hustings/manager
  digest: %s
configMapGenerator:
- name: registry-ca
  namespace: hustings-system
  files: [ca.crt]
patches:
- target: {kind: Deployment, name: hustings-manager}
  patch: |
    - {op: add, path: /spec/template/spec/containers/1/args/-, value: --ca-file=/etc/hustings/ca/ca.crt}
    - {op: add, path: /spec/template/spec/containers/1/args/-, value: --allow-cidr=192.0.2.1/32}
    - {op: add, path: /spec/template/spec/containers/1/volumeMounts/-, value: {name: registry-ca, mountPath: /etc/hustings/ca, readOnly: true}}
    - {op: add, path: /spec/template/spec/volumes/-, value: {name: registry-ca, configMap: {name: registry-ca}}}
`

// push builds an image, pushes it and returns its digest.
func (w *world) push(ctx context.Context, repository string, r images.Runtime, o images.Options) (string, error) {
	o.Cache = w.cache
	image, err := images.Build(ctx, r, o)
	if err != nil {
		return "", err
	}
	return w.pushImage(ctx, repository, image)
}

func (w *world) pushImage(ctx context.Context, repository string, image v1.Image) (string, error) {
	digest, err := image.Digest()
	if err != nil {
		return "", err
	}
	ref, err := name.NewDigest(w.cluster.Registry + "/" + repository + "@" + digest.String())
	if err != nil {
		return "", err
	}
	if err := remote.Write(ref, image, remote.WithContext(ctx), remote.WithTransport(w.registry)); err != nil {
		return "", fmt.Errorf("push %s: %w", ref, err)
	}
	return digest.String(), nil
}

// push makes an image of a site and returns it as a site names it.
func push(ctx context.Context, r images.Runtime, o images.Options) string {
	GinkgoHelper()
	repository := "sites/" + r.Name
	digest, err := env.push(ctx, repository, r, o)
	Expect(err).NotTo(HaveOccurred())
	return env.cluster.Registry + "/" + repository + "@" + digest
}
