package pages

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/dial"
)

// Target is a site that is looked at.
type Target struct {
	// Addresses are where the site listens: its own pods. They are connected to in turn, whatever a URL says, over plain HTTP,
	// with Hosts as Host header.
	Addresses []netip.AddrPort
	// Hosts are the names that it answers to.
	Hosts []string
	// Entry are the paths that are looked at first; empty: "/".
	Entry []string
	// Origin is for a person's own choice of a URL (the command): scheme, host and port that are asked, by name, under
	// Options.Dial. nil where Addresses are given.
	Origin *url.URL
}

// Options of a look.
type Options struct {
	// Limits of the engine; the zero value, enough for the Budget.
	Limits leak.Limits
	// Budget of the crawl; what is zero is that of DefaultBudget.
	Budget Budget
	// Dial says which addresses may be connected to.
	Dial dial.Policy
	// Roots are the certificates that are trusted; nil, the system's.
	Roots *x509.CertPool
	// Progress is told how much was looked at; nil, nobody is.
	Progress func(pages int, bytes int64)
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	o.Budget = o.Budget.withDefaults()
	if o.Limits == (leak.Limits{}) {
		o.Limits = limits(o.Budget)
	}
	return o
}

// Look looks at a site. What goes wrong with the site is in the results: verdict Error if nothing could be fetched, else a
// gap. The error is about what was asked for, or that ctx is done.
func Look(ctx context.Context, s *leak.Scanner, t Target, o Options) (served, exposed scan.Result, err error) {
	o = o.withDefaults()
	st, err := siteOf(t)
	if err != nil {
		return scan.Result{}, scan.Result{}, fmt.Errorf("look at pages: %w", err)
	}
	timed, cancel := context.WithTimeoutCause(ctx, o.Budget.Wall, overtime(o.Budget.Wall))
	defer cancel()
	l := newLook(s, st, o)
	defer l.transport.CloseIdleConnections()
	faults := l.knock(timed)
	if len(l.lanes) > 0 {
		l.plan()
		l.run(timed)
	}
	if stopped := ctx.Err(); stopped != nil {
		return scan.Result{}, scan.Result{}, fmt.Errorf("look at pages: %w", stopped)
	}
	if len(l.lanes) == 0 {
		failed := scan.Result{Ruleset: s.Ruleset(), Verdict: scan.Error, Message: "no page can be fetched: " + strings.Join(faults, "; ")}
		return failed, failed, nil
	}
	for _, fault := range faults {
		l.partly = true
		l.served.miss(st.entry[0].Path, fault)
	}
	l.leftovers(timed)
	served, exposed = l.served.judge(s), l.exposed.judge(s)
	served.Whole, exposed.Whole = l.marks(served), l.marks(exposed)
	return served, exposed, nil
}

// look is one look at a site. It is used by one goroutine.
type look struct {
	scanner   *leak.Scanner
	site      *site
	o         Options
	transport *http.Transport
	// mark is in all requests; what pages echo of it is blanked.
	mark string
	// lanes are the addresses that answer. The first is crawled.
	lanes []*lane
	frontier
	served, exposed tally
	twins           twins
	// bytes and pages that were looked at.
	bytes int64
	pages int
	// spent says which bound ended the look; empty, none has.
	spent string
	// partly: an address did not answer, or not to the end.
	partly bool
	whole
	// lines of headers that were looked at.
	lines map[string]bool
	// head is the buffer for the text that links are taken from.
	head []byte
}

func newLook(s *leak.Scanner, st *site, o Options) *look {
	l := &look{scanner: s, site: st, o: o, transport: o.Dial.Transport(), mark: newMark(), whole: whole{}, lines: map[string]bool{}}
	l.transport.TLSClientConfig.RootCAs = o.Roots
	l.frontier = newFrontier(o.Budget)
	l.served, l.exposed, l.twins = newTally(o.Limits), newTally(o.Limits), newTwins(o.Limits)
	return l
}

// knock looks at the entry pages at one address after another, until enough have answered. What it returns says why others
// did not.
func (l *look) knock(ctx context.Context) (faults []string) {
	for _, base := range l.site.bases {
		if len(l.lanes) == l.o.Budget.Addresses || ctx.Err() != nil {
			break
		}
		l.lanes = append(l.lanes, newLane(base, l.o.Budget))
		answers, fault := l.knockAt(ctx, len(l.lanes)-1)
		if !answers {
			l.lanes = l.lanes[:len(l.lanes)-1]
		}
		if fault != "" {
			faults = append(faults, base.Host+": "+fault)
		}
	}
	return faults
}

// knockAt looks at the entry pages at an address. Where the first does not come the others would not either.
func (l *look) knockAt(ctx context.Context, i int) (answers bool, fault string) {
	for _, entry := range l.site.entry {
		if !l.lanes[i].wait(ctx) {
			break
		}
		v := &visit{url: l.site.at(l.site.hosts[0], entry), entry: true, knocks: true, repeat: i > 0}
		l.known[v.key()] = true
		why := l.land(l.send(ctx, l.lanes[i], v))
		if why != "" && fault == "" {
			fault = why
		}
		if answers = answers || why == ""; !answers {
			break
		}
	}
	return answers, fault
}
