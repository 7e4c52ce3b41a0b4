package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// serve runs a registry that has the images of the samples.
func serve(ctx context.Context, address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listen for the registry: %w", err)
	}
	server := &http.Server{Handler: registry.New(registry.Logger(log.New(io.Discard, "", 0))), ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	if err := push(ctx, listener.Addr().String()); err != nil {
		return errors.Join(err, server.Close())
	}
	fmt.Fprintln(os.Stdout, "serving", listener.Addr())
	select {
	case err := <-done:
		return fmt.Errorf("serve the registry: %w", err)
	case <-ctx.Done():
		return server.Close()
	}
}

// push puts the images where a registry is.
func push(ctx context.Context, address string) error {
	for _, s := range samples() {
		img, err := s.image()
		if err != nil {
			return err
		}
		tag, err := name.NewTag(address+"/"+s.repository+":demo", name.Insecure)
		if err != nil {
			return fmt.Errorf("name of the image: %w", err)
		}
		if err := remote.Write(tag, img, remote.WithContext(ctx)); err != nil {
			return fmt.Errorf("push %s: %w", s.repository, err)
		}
	}
	return nil
}
