package images

import "fmt"

const (
	// Root is the folder that every image serves, also what a test mounts in it: every name in it, .git too.
	Root = "/srv/www"
	// Port is where every image listens.
	Port = 8080
	// Health is a path that every image answers as long as it runs.
	Health = "/healthz"
	// User is who a site runs as that names nobody.
	User = 65532
)

// Runtime is a web server and what it takes to run it with a read-only root, no privilege and a user that is a number.
type Runtime struct {
	Name string
	// Writable are the paths that a CampaignSite must name in writablePaths.
	Writable []string

	packages   []string
	program    string // a package of this module
	entrypoint []string
	env        []string
	stopSignal string
	config     []File
	page       string            // name of the index page, if it is not a file that is served as it is
	content    string            // of that page; with %s, the version
	copied     map[string]string // files of this machine, by their paths in the image, in place of all that a site has
}

// Runtimes are the web servers that docs/runtimes.md describes.
var Runtimes = []Runtime{Nginx, PHP, Node, Go, Apache}

const indexPage = "<!doctype html><html lang=en><title>%s</title><h1>%[1]s %[2]s</h1><link rel=stylesheet href=/site.css></html>\n"

// pages are what a site serves.
func (r Runtime) pages(version string) []File {
	index := File{Path: Root + "/index.html", Content: fmt.Appendf(nil, indexPage, r.Name, version)}
	if r.page != "" {
		index = File{Path: Root + "/" + r.page, Content: fmt.Appendf(nil, r.content, version)}
	}
	return []File{
		index,
		{Path: Root + "/site.css", Content: []byte("h1{color:#123}\n")},
		{Path: Root + Health, Content: []byte("ok\n")},
	}
}

// users give the number a name, which some programs look for.
func users() []File {
	return []File{
		{Path: "/etc/passwd", Content: fmt.Appendf(nil, "root:x:0:0:root:/:/nologin\nsite:x:%d:%[1]d:site:/:/nologin\n", User)},
		{Path: "/etc/group", Content: fmt.Appendf(nil, "root:x:0:\nsite:x:%d:\n", User)},
	}
}
