package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	socket       string
	keyFile      string
	caFile       string
	mirrors      mirrors
	plainHTTP    bool
	allowPrivate bool
	allow, deny  prefixes
	imageWorkers int
	pageWorkers  int
	imageTimeout time.Duration
	logLevel     slog.Level
}

// maxWorkers is far more than there is memory for.
const maxWorkers = 64

// parse reads the flags.
func parse(args []string) (options, error) {
	o := options{mirrors: mirrors{}}
	flags := flag.NewFlagSet("scanner", flag.ContinueOnError)
	flags.StringVar(&o.socket, "socket", "", "unix socket to answer on; what is left there of a former scanner is removed")
	flags.StringVar(&o.keyFile, "fingerprint-key-file", "", "file with the key of this installation, at least 32 bytes: with it, a secret has the same fingerprint wherever it is found; absent, or not there, fingerprints are of rule and place")
	flags.StringVar(&o.caFile, "ca-file", "", "file with the certificates (PEM) that registries are trusted by, in place of the system's")
	flags.Var(&o.mirrors, "registry-mirror", "HOST=HOST: where the images of a registry are fetched from in its place; may be given again")
	flags.BoolVar(&o.plainHTTP, "plain-http", false, "speak http with registries on loopback addresses; for tests and demos")
	flags.BoolVar(&o.allowPrivate, "allow-private-registries", false, "let registries be at private addresses (RFC 1918, unique local)")
	flags.Var(&o.allow, "allow-cidr", "addresses at which registries may be although they are private; may be given again")
	flags.Var(&o.deny, "deny-cidr", "addresses that are never connected to, such as the nodes' and the API server's; may be given again. Those of metadata services are always denied")
	flags.IntVar(&o.imageWorkers, "image-workers", 1, "how many images are looked at at the same time; one that is made to may need 120 MiB")
	flags.IntVar(&o.pageWorkers, "page-workers", 1, "how many sites are looked at at the same time, each for some ten seconds; one that is made to may need 100 MiB")
	flags.DurationVar(&o.imageTimeout, "image-timeout", 2*time.Minute, "how long the look at one image may take; one that takes longer is Incomplete")
	flags.TextVar(&o.logLevel, "log-level", slog.LevelInfo, "least level of what is logged: debug, info, warn or error")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	return o, o.check(flags.Args())
}

func (o options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unknown argument %q", rest[0])
	case o.socket == "":
		return errors.New("--socket must name a path")
	case o.imageWorkers < 1 || o.imageWorkers > maxWorkers:
		return fmt.Errorf("--image-workers must be between 1 and %d", maxWorkers)
	case o.pageWorkers < 1 || o.pageWorkers > maxWorkers:
		return fmt.Errorf("--page-workers must be between 1 and %d", maxWorkers)
	case o.imageTimeout < time.Second || o.imageTimeout > time.Hour:
		return errors.New("--image-timeout must be between 1s and 1h")
	}
	return nil
}

// prefixes are addresses, as a flag that may be given again.
type prefixes []netip.Prefix

// String implements flag.Value.
func (p *prefixes) String() string { return fmt.Sprint(*p) }

// Set implements flag.Value.
func (p *prefixes) Set(text string) error {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return errors.New("it must be like 10.0.0.0/16")
	}
	*p = append(*p, prefix.Masked())
	return nil
}

// mirrors are where registries' images are fetched from, by the registry's host.
type mirrors map[string]string

// String implements flag.Value.
func (m mirrors) String() string { return fmt.Sprint(map[string]string(m)) }

// Set implements flag.Value.
func (m mirrors) Set(text string) error {
	from, to, _ := strings.Cut(text, "=")
	if from == "" || to == "" || strings.ContainsAny(text, "/@ ") {
		return errors.New("it must be like registry.example.org=mirror.example.org:5000")
	}
	m[from] = to
	return nil
}

// of is an image as it is fetched: from the mirror, where its registry has one.
func (m mirrors) of(image string) string {
	host, rest, _ := strings.Cut(image, "/")
	if to, ok := m[host]; ok {
		return to + "/" + rest
	}
	return image
}
