package pages

import "net/url"

// unknownMethod is no method: no site does anything for it but complain, and how it complains may say too much.
const unknownMethod = "LOOK"

// guesses are pages that many sites have and few link to.
func guesses() []ref {
	return []ref{
		{to: "/robots.txt", role: robots}, {to: "/sitemap.xml", role: sitemap}, {to: "/manifest.json", role: manifest},
		{to: "/asset-manifest.json", role: data}, {to: "/sw.js", role: script}, {to: "/service-worker.js", role: script},
	}
}

// plan queues what every site is asked for beside the pages that it names.
func (l *look) plan() {
	first, main := l.lanes[0], l.site.hosts[0]
	for _, entry := range l.site.entry {
		u := l.site.at(main, entry)
		for _, ln := range l.lanes {
			ln.push(planned, &visit{url: u, entry: true, repeat: true, agent: plainAgent})
			ln.push(planned, &visit{url: u, entry: true, repeat: true})
		}
		broken := *u
		broken.RawQuery = "%zz=%&[]=%00"
		first.push(planned, &visit{url: &broken, repeat: true, guess: true})
		first.push(planned, &visit{url: u, repeat: true, guess: true, method: unknownMethod})
	}
	for _, name := range []string{"/" + l.mark, "/" + l.mark + ".php", "/" + l.mark + ".json"} {
		for i, ln := range l.lanes {
			if i == 0 || name == "/"+l.mark {
				ln.push(planned, &visit{url: l.site.at(main, &url.URL{Path: name}), repeat: true, guess: true})
			}
		}
	}
	for _, g := range guesses() {
		v := &visit{url: l.site.at(main, &url.URL{Path: g.to}), role: g.role, guess: true}
		l.known[v.key()] = true
		first.push(planned, v)
	}
	for _, ln := range l.lanes {
		l.probe(ln, main, probes(main))
	}
	for _, host := range l.site.hosts[1:] {
		v := &visit{url: l.site.at(host, l.site.entry[0]), entry: true}
		l.known[v.key()] = true
		first.push(planned, v)
		l.probe(first, host, worstProbes())
	}
}

func (l *look) probe(ln *lane, host string, list []probe) {
	for i := range list {
		ln.push(planned, &visit{url: l.site.at(host, &url.URL{Path: list[i].path}), probe: &list[i]})
	}
}
