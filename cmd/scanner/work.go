package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/dial"
	"github.com/hustings/hustings/internal/scan/image"
	"github.com/hustings/hustings/internal/scan/mounted"
	"github.com/hustings/hustings/internal/scan/pages"
	"github.com/hustings/hustings/internal/scan/service"
)

// What is remembered of layers: enough for the images of a thousand sites, and little of the memory there is.
const (
	rememberedLayers = 4096
	rememberedBytes  = 16 << 20
)

// worker looks at what it is asked to.
type worker struct {
	scanner *leak.Scanner
	mirrors mirrors
	image   image.Options
	pages   pages.Options
	log     *slog.Logger
}

func newWorker(o options, key []byte, roots *x509.CertPool, log *slog.Logger) *worker {
	return &worker{
		scanner: leak.New(key), mirrors: o.mirrors, log: log,
		image: image.Options{
			Wall:      o.imageTimeout,
			Layers:    image.NewLayerCache(rememberedLayers, rememberedBytes),
			Keychain:  authn.DefaultKeychain, // reads its file each time: credentials are changed while we run
			Roots:     roots,
			PlainHTTP: o.plainHTTP,
			Dial:      dial.Policy{AllowLoopback: o.plainHTTP, AllowPrivate: o.allowPrivate, Allow: o.allow, Deny: o.deny},
		},
		// A site's pods are at private addresses, and their addresses come from Kubernetes.
		pages: pages.Options{Dial: dial.Policy{AllowPrivate: true, Deny: o.deny}},
	}
}

// work is what the service is told to do.
func (w *worker) work(o options) service.Work {
	return service.Work{
		Image: w.lookAtImage, Pages: w.lookAtPages, Mounted: w.lookAtMounted, Resolve: w.resolve,
		ImageWorkers: o.imageWorkers, PageWorkers: o.pageWorkers,
		Fault: func(what string, stack []byte) {
			w.log.Error("The scanner failed at "+what+"; this is a fault of its own, please report it", "stack", string(stack))
		},
	}
}

func (w *worker) lookAtImage(ctx context.Context, q service.ImageRequest) scan.Result {
	began := time.Now()
	result, err := image.Scan(ctx, w.scanner, image.Remote(w.mirrors.of(q.Image)), w.image)
	if err != nil {
		_, digest, _ := strings.Cut(q.Image, "@")
		result = scan.Result{Digest: digest, Ruleset: w.scanner.Ruleset(), Verdict: scan.Error, Message: err.Error()}
	}
	w.log.Info("Looked at an image", "namespace", q.Namespace, "digest", result.Digest, "verdict", result.Verdict,
		"message", result.Message, "findings", result.Failures, "files", result.Files, "bytes", result.Bytes, "seconds", seconds(began))
	return result
}

func (w *worker) lookAtPages(ctx context.Context, q service.PagesRequest) (served, exposed scan.Result) {
	began := time.Now()
	served, exposed, err := pages.Look(ctx, w.scanner, pages.Target{Addresses: q.Addresses, Hosts: q.Hosts, Entry: q.Entry}, w.pages)
	if err != nil {
		failed := scan.Result{Ruleset: w.scanner.Ruleset(), Verdict: scan.Error, Message: err.Error()}
		served, exposed = failed, failed
	}
	w.log.Info("Looked at a site", "namespace", q.Namespace, "site", q.Site, "served", served.Verdict, "exposed", exposed.Verdict,
		"message", served.Message, "findings", served.Failures+exposed.Failures, "files", served.Files, "bytes", served.Bytes, "seconds", seconds(began))
	return served, exposed
}

func (w *worker) lookAtMounted(ctx context.Context, q service.PagesRequest) scan.Result {
	began := time.Now()
	result, err := mounted.Look(ctx, w.scanner, q.Mounted)
	if err != nil {
		result = scan.Result{Ruleset: w.scanner.Ruleset(), Verdict: scan.Error, Message: err.Error()}
	}
	w.log.Info("Looked at what a site mounts", "namespace", q.Namespace, "site", q.Site, "verdict", result.Verdict,
		"message", result.Message, "findings", result.Failures, "files", result.Files, "bytes", result.Bytes, "seconds", seconds(began))
	return result
}

func (w *worker) resolve(ctx context.Context, q service.ResolveRequest) (string, error) {
	reference, err := image.Resolve(ctx, w.mirrors.of(q.Image), w.image)
	if err != nil {
		return "", fmt.Errorf("ask the registry for a tag: %w", err)
	}
	_, digest, found := strings.Cut(reference, "@")
	if !found {
		return "", errors.New("the registry named no digest")
	}
	return digest, nil
}

func seconds(since time.Time) float64 { return time.Since(since).Round(time.Millisecond).Seconds() }
