// Package images makes images of web servers as real sites use them, out of Debian's packages and a few files, without a
// container engine: what a team's Dockerfile would make, to be run under the pod security that Hustings renders.
//
// Fetch needs apt and a way to Debian's mirrors, and fills a folder; Build needs only that folder. A package's maintainer
// scripts do not run: what they would do, configure and a Runtime's files do. What each server needs is proved by the
// tests of this package, with neither cluster nor container engine, and is written down for people in docs/runtimes.md.
package images
