// Package pages looks at what a site serves, and at what no site should serve.
//
// In: a Target, which is addresses and names, or a URL of a person's own choice; a leak.Scanner, which says what is a
// secret. Out: two results. Served is what pages, scripts, styles, source maps, data, headers, cookies and error pages
// hold. Exposed is which files and pages are served that were not meant for visitors: repositories, settings, backups,
// status pages, listings of folders, stack traces.
//
// # What is asked for
//
// The entry pages, as a browser and as a program, and again; what they name: links, scripts, styles, source maps, frames,
// manifests, workers, preloads, redirects, robots.txt, sitemaps, and data whose path stands in a script; a page that is not
// there, a query and a method that make no sense; and a list of paths that must not be served, each with a sign that its
// content must show, so that a site that answers everything with its own page has no finding.
//
// The first address that answers is crawled. The entry pages and the list are asked of the first three, for pods differ while
// a rollout goes on, each at its own rate. One that does not answer is a gap while others do.
//
// Pictures, sound, film and fonts are not fetched if their names say so; where one is met its first MiB is looked at. What a
// browser finds only by running scripts is not found.
//
// # What is never done
//
//   - No address is connected to but the target's, whatever a URL or a redirect says; dial.Policy is asked on every
//     connection. Other hosts' pages are other people's: they are neither fetched nor missed.
//   - Only GET is sent, and one method that does not exist. No cookie is kept, no credential sent, no proxy used.
//   - No text of the other side is in an error. Names are labels: bounded, printable, and withheld if they hold a secret.
//   - What a page echoes of our requests is blanked before it is looked at: they carry a random mark.
//
// Pods are asked in plain HTTP with X-Forwarded-Proto: https, as the edge asks them, so that a site that sends visitors to
// https serves its page. One that redirects to itself all the same has a gap.
//
// # When a look is Incomplete
//
// What is known to be there and was not looked at is a gap, whichever bound of the Budget cut it off: the number of pages,
// the depth, bytes, time, the pages that differ in their query only, the pages of one kind such as /calendar/#/#. A
// calendar without an end and a list of donors in pages look the same from outside, so neither is Clean. A big site is
// Incomplete with a message that says how much was left. No gap is what was only guessed (a map beside a script,
// /sitemap.xml), pictures, and other hosts. What answers 401, 403 or 404 was looked at: this is what visitors see. An entry
// page with a status of 500 or more is a gap, for visitors will see another page when it is well; so is 429.
//
// Exposed has gaps of its own: paths of the list that could not be asked for. Pages that were not reached are gaps of served
// alone.
package pages
