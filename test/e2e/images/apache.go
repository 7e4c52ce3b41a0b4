package images

import "fmt"

// Apache is Debian's, with Debian's configuration, told by its variables where to write: as the images that are made of
// Debian's packages have it.
var Apache = Runtime{
	Name: "apache", Writable: []string{"/run/apache2"},
	packages:   []string{"apache2", "base-files"},
	entrypoint: []string{"/usr/sbin/apache2", "-D", "FOREGROUND"},
	env: []string{
		fmt.Sprintf("APACHE_RUN_USER=#%d", User), fmt.Sprintf("APACHE_RUN_GROUP=#%d", User), "APACHE_RUN_DIR=/run/apache2",
		"APACHE_PID_FILE=/run/apache2/apache2.pid", "APACHE_LOG_DIR=/var/log/apache2",
	},
	// SIGTERM would drop what it is answering.
	stopSignal: "SIGWINCH",
	config: append(apacheModules("mpm_event.load", "mpm_event.conf", "authz_core.load", "deflate.load", "deflate.conf", "dir.load", "dir.conf",
		"filter.load", "headers.load", "mime.load", "mime.conf", "reqtimeout.load", "reqtimeout.conf", "rewrite.load", "setenvif.load", "setenvif.conf"),
		// Debian's is closed to all but root and adm.
		File{Path: "/var/log/apache2/", Mode: 0o755},
		File{Path: "/var/log/apache2/error.log", Link: "/dev/stderr"},
		File{Path: "/etc/apache2/ports.conf", Content: fmt.Appendf(nil, "Listen %d\n", Port)},
		File{Path: "/etc/apache2/sites-enabled/site.conf", Content: fmt.Appendf(nil, `ServerName localhost
ServerTokens Prod
SetEnvIf Request_URI ^%s$ quiet
CustomLog /dev/stdout combined env=!quiet
DocumentRoot %s
<Directory %[2]s>
  AllowOverride All
  Require all granted
</Directory>
`, Health, Root)}),
}

// apacheModules is what a2enmod does.
func apacheModules(files ...string) []File {
	var links []File
	for _, file := range files {
		links = append(links, File{Path: "/etc/apache2/mods-enabled/" + file, Link: "../mods-available/" + file})
	}
	return links
}
