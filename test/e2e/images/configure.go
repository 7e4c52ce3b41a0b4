package images

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
)

var (
	phpServer    = regexp.MustCompile(`^usr/sbin/php-fpm([0-9.]+)$`)
	phpExtension = regexp.MustCompile(`^usr/share/php([0-9.]+)-[^/]+/[^/]+/([^/]+)\.ini$`)
)

// firstExtensions are those that others build on, with Debian's numbers.
var firstExtensions = map[string]int{"mysqlnd": 10, "opcache": 10, "pdo": 10, "xml": 15}

// configure does what the maintainer scripts of PHP's packages would do: the names without a version, php.ini, and the
// extensions that are on.
func configure(paths map[string]bool) []File {
	var files []File
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		if m := phpServer.FindStringSubmatch(name); m != nil {
			files = append(files,
				File{Path: "/usr/sbin/php-fpm", Link: path.Base(name)},
				File{Path: "/etc/php/" + m[1] + "/fpm/php.ini", Link: "/usr/lib/php/" + m[1] + "/php.ini-production"})
		}
		if m := phpExtension.FindStringSubmatch(name); m != nil {
			number, ok := firstExtensions[m[2]]
			if !ok {
				number = 20
			}
			files = append(files, File{Path: fmt.Sprintf("/etc/php/%s/fpm/conf.d/%d-%s.ini", m[1], number, m[2]), Link: "/" + name})
		}
	}
	return files
}
