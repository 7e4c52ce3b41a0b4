package main

import (
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/spf13/cobra"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/report"
	"github.com/hustings/hustings/internal/scan/image"
)

// longest is how long a scan over the network may take. People can end it; pipelines have limits of their own.
const longest = time.Hour

type imageOptions struct {
	plainHTTP bool
	cert      string
}

func newScanImage(io streams) *cobra.Command {
	o, i := scanOptions{}, imageOptions{}
	c := &cobra.Command{
		Use:   "image REF|TARBALL|LAYOUT",
		Short: "Look for secrets in an image: its config and every layer, also what a later layer deletes",
		Long: "image looks at an image in a registry, in a tarball (docker save, or an OCI layout in a tar) or in a folder that\n" +
			"is an OCI layout: what is on the disk under that name is taken first. Credentials are those of `docker login`.\n" +
			"Registries on loopback and private addresses may be scanned, metadata and link-local addresses never.\n" +
			"Its findings are of the control leaks.image.\n" + scanHelp,
		Example: "  hustings scan image registry.example.org/site:v1\n" +
			"  docker save site -o site.tar && hustings scan image site.tar\n" +
			"  hustings scan image build/oci-layout -o json\n" +
			"  hustings scan image localhost:5000/site --plain-http",
		Args: oneArgument("a reference, a tarball or a layout"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, imageTarget{args[0], i}, io) },
	}
	o.flags(c)
	c.Flags().BoolVar(&i.plainHTTP, "plain-http", false, "speak http with the registry; only on loopback")
	certFlag(c, &i.cert)
	c.ValidArgsFunction = pathArgument
	return c
}

// imageTarget is an image by what a person wrote.
type imageTarget struct {
	argument string
	imageOptions
}

func (i imageTarget) kind() string { return "image" }

func (i imageTarget) look(ctx context.Context, scanner *leak.Scanner, p *progress) (report.Scan, error) {
	o := image.Options{
		Limits: leak.DefaultLimits(), Wall: longest, Keychain: authn.DefaultKeychain, Dial: personal(), PlainHTTP: i.plainHTTP,
		Progress: func(done, total int64) {
			p.tell(func() string { return report.Bytes(done) + " of " + report.Bytes(total) })
		},
	}
	o.Limits.Findings = mostFindings
	var err error
	if o.Roots, err = roots(i.cert); err != nil {
		return report.Scan{}, err
	}
	src, what, err := i.source(ctx, o)
	if err != nil {
		return report.Scan{}, err
	}
	result, err := image.Scan(ctx, scanner, src, o)
	if err != nil {
		return report.Scan{}, &inputError{what, plainReason(err)}
	}
	return report.Scan{Target: what, Looks: []report.Look{{Control: report.ControlImage, Result: result}}}, nil
}

// source is where the image is: what is on the disk under that name, else in a registry.
func (i imageTarget) source(ctx context.Context, o image.Options) (src image.Source, what string, err error) {
	info, err := os.Stat(i.argument)
	local := shown(i.argument)
	switch {
	case err == nil && info.IsDir():
		if !isLayout(i.argument) {
			return nil, "", &inputError{local, "it is a folder, and no OCI layout: there is no oci-layout in it. " +
				"`hustings scan dir` looks at folders; an image of that name is meant by its whole reference, such as docker.io/library/" + filepath.Base(local) + ":latest"}
		}
		return image.Layout(i.argument), local, nil
	case err == nil && info.Mode().IsRegular():
		return image.Tarball(i.argument), local, nil
	case err == nil:
		return nil, "", &inputError{local, "it is neither a folder nor a regular file"}
	case isPath(i.argument):
		return nil, "", &inputError{local, unreadable(err)}
	}
	if _, err := name.ParseReference(i.argument); err != nil {
		// It is not shown: somebody may have written a password in it.
		return nil, "", &inputError{"", "there is no such file, and it is no reference of an image, which is like registry.example.org/site:v1"}
	}
	pinned, err := image.Resolve(ctx, i.argument, o)
	if err != nil {
		return nil, "", &inputError{i.argument, plainReason(err)}
	}
	return image.Remote(pinned), i.argument, nil
}

// isLayout says whether a folder is an OCI layout, or was to be one.
func isLayout(dir string) bool {
	for _, mark := range []string{"oci-layout", "index.json"} {
		if _, err := os.Stat(filepath.Join(dir, mark)); err == nil {
			return true
		}
	}
	return false
}

// isPath says whether a person meant a file and no reference.
func isPath(argument string) bool {
	for _, prefix := range []string{"/", "./", "../", "~"} {
		if strings.HasPrefix(argument, prefix) {
			return true
		}
	}
	return strings.HasSuffix(argument, "/") || strings.Contains(filepath.Base(argument), ".tar")
}

// certFlag is the flag --cert.
func certFlag(c *cobra.Command, file *string) {
	c.Flags().StringVar(file, "cert", "", "file of certificates (PEM) to trust besides those of the system")
	_ = c.MarkFlagFilename("cert", "pem", "crt") // fails only for a flag that does not exist
}

// roots are the certificates that are trusted: nil, the system's.
func roots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, &inputError{file, unreadable(err)}
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, &inputError{file, "there is no certificate in it: it must be PEM"}
	}
	return pool, nil
}
