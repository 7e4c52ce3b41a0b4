package main

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/report"
	"github.com/hustings/hustings/internal/scan/pages"
)

type pagesOptions struct {
	most int
	cert string
}

func newScanPages(io streams) *cobra.Command {
	o, p := scanOptions{}, pagesOptions{}
	budget := pages.DefaultBudget()
	c := &cobra.Command{
		Use:   "pages URL",
		Short: "Look for secrets in what a site serves, and for files that no site should serve",
		Long: "pages looks at the page of a URL and at what it leads to on the same host: pages, scripts, styles, source maps,\n" +
			"headers, cookies, error pages; and at paths that no site should serve, such as /.git/HEAD.\n" +
			"Ask this of sites that are yours only: their logs will show requests as attackers make them. It only reads, and\n" +
			fmt.Sprintf("asks at most %d times a second; sites on the same machine as fast as they answer.\n", budget.Rate) +
			"Sites on loopback and private addresses may be looked at, metadata and link-local addresses never.\n" +
			"Its findings are of the controls leaks.served and leaks.exposed-files.\n" + scanHelp,
		Example: "  hustings scan pages https://www.example.org/\n" +
			"  hustings scan pages http://localhost:8080/ -o json\n" +
			"  hustings scan pages https://www.example.org/ --pages 5000 --allow allow.yaml",
		Args: oneArgument("a URL"),
		RunE: func(c *cobra.Command, args []string) error {
			if p.most < 1 {
				return usageError("--pages %d is no number of pages", p.most)
			}
			origin, err := originOf(args[0])
			if err != nil {
				return err
			}
			return o.run(c, pagesTarget{origin, p}, io)
		},
	}
	o.flags(c)
	c.Flags().IntVar(&p.most, "pages", budget.URLs, "how many pages are looked at; what is left over is reported")
	certFlag(c, &p.cert)
	c.ValidArgsFunction = cobra.NoFileCompletions
	return c
}

// originOf reads the URL that a person wrote. It is not shown where it is wrong: there may be a password in it.
func originOf(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, usageError("the URL cannot be read: it must be like https://www.example.org/")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, usageError("the URL must begin with http:// or https:// and a host")
	case u.User != nil:
		return nil, usageError("the URL names a user: no credentials are sent, so leave them out")
	}
	return u, nil
}

// pagesTarget is a site by its URL.
type pagesTarget struct {
	origin *url.URL
	pagesOptions
}

func (t pagesTarget) kind() string { return "pages" }

func (t pagesTarget) look(ctx context.Context, scanner *leak.Scanner, p *progress) (report.Scan, error) {
	shownURL := (&url.URL{Scheme: t.origin.Scheme, Host: t.origin.Host, Path: t.origin.Path}).String() // a query may hold a token
	trusted, err := roots(t.cert)
	if err != nil {
		return report.Scan{}, err
	}
	o := pages.Options{Budget: t.budget(), Dial: personal(), Roots: trusted, Progress: func(n int, bytes int64) {
		p.tell(func() string { return fmt.Sprintf("%d pages, %s", n, report.Bytes(bytes)) })
	}}
	served, exposed, err := pages.Look(ctx, scanner, pages.Target{Origin: t.origin}, o)
	if err != nil {
		return report.Scan{}, &inputError{shownURL, plainReason(err)}
	}
	return report.Scan{Target: shownURL, Looks: []report.Look{
		{Control: report.ControlServed, Result: served}, {Control: report.ControlExposed, Result: exposed},
	}}, nil
}

// budget grows with the number of pages.
func (t pagesTarget) budget() pages.Budget {
	b := pages.DefaultBudget()
	times := max(1, (t.most+b.URLs-1)/b.URLs)
	b.URLs, b.Bytes, b.Wall = t.most, b.Bytes*int64(times), longest
	if isLoopback(t.origin.Hostname()) {
		b.Rate = localRate
	}
	return b
}

// localRate is how many requests a second a site on the same machine gets: it serves nobody else.
const localRate = 1000

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
