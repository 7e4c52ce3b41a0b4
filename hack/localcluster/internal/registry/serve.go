// Package registry serves images from a folder, over TLS: the registry of a cluster on one machine.
package registry

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

const headerLimit = 10 * time.Second

// Options say where a registry serves and what from.
type Options struct {
	Address   string // host:port
	Dir       string // of blobs; manifests are in memory
	Cert, Key string // files, PEM
}

// Serve serves until the context ends.
func Serve(ctx context.Context, o Options) error {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return err
	}
	server := &http.Server{
		Addr:              o.Address,
		Handler:           registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(o.Dir)), registry.Logger(log.New(io.Discard, "", 0))),
		ReadHeaderTimeout: headerLimit,
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.ListenAndServeTLS(o.Cert, o.Key); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return ctx.Err()
}
