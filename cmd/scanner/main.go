package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hustings/hustings/internal/scan/service"
)

func main() {
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "scanner:", err)
		os.Exit(2)
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: o.logLevel}))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = run(ctx, o, log)
	stop()
	if err != nil {
		log.Error("The scanner stopped", "reason", err.Error())
		os.Exit(1)
	}
}

// run answers until ctx ends.
func run(ctx context.Context, o options, log *slog.Logger) error {
	key, err := readKey(o.keyFile)
	if err != nil {
		return err
	}
	roots, err := readRoots(o.caFile)
	if err != nil {
		return err
	}
	listener, err := listen(o.socket)
	if err != nil {
		return err
	}
	w := newWorker(o, key, roots, log)
	log.Info("The scanner answers", "socket", o.socket, "ruleset", w.scanner.Ruleset(), "key", len(key) > 0)
	return service.NewServer(w.work(o)).Serve(ctx, listener)
}

// readKey reads the key of fingerprints; nil, there is none.
func readKey(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the platform team names it
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // the Secret that it comes from is optional
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of fingerprints: %w", err)
	}
	const least = 32
	key := bytes.TrimSpace(raw)
	if len(key) < least {
		return nil, fmt.Errorf("the key of fingerprints in %s has %d bytes: make one of at least %d", path, len(key), least)
	}
	return key, nil
}

// readRoots reads the certificates that registries are trusted by; nil, the system's are.
func readRoots(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the platform team names it
	if err != nil {
		return nil, fmt.Errorf("read the certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("read the certificates: %s has none in PEM", path)
	}
	return pool, nil
}

// listen makes the socket, for its owner only. What a scanner that was killed left there is removed; one that answers is
// left alone.
func listen(path string) (net.Listener, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("look at the socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("%s is there and no socket: name another path by --socket", path)
	default:
		conn, err := net.DialTimeout("unix", path, time.Second)
		if err == nil {
			return nil, errors.Join(fmt.Errorf("another scanner answers on %s", path), conn.Close())
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("remove the former socket: %w", err)
		}
	}
	umask := syscall.Umask(0o177)
	defer syscall.Umask(umask)
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen for the manager: %w", err)
	}
	return listener, nil
}
