package images

import "fmt"

// Nginx serves files.
var Nginx = Runtime{
	Name: "nginx", Writable: []string{"/tmp"},
	packages:   []string{"nginx", "base-files"},
	entrypoint: []string{"/usr/sbin/nginx"},
	// SIGTERM would drop what it is answering.
	stopSignal: "SIGQUIT",
	config:     []File{nginxConf("", "location / { try_files $uri $uri/ =404; }")},
}

// nginxConf is Debian's file written anew: everything that nginx writes is below /tmp or a stream.
func nginxConf(http, server string) File {
	return File{Path: "/etc/nginx/nginx.conf", Content: fmt.Appendf(nil, `daemon off;
worker_processes 2;
pid /tmp/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  access_log /dev/stdout;
  server_tokens off;
  client_body_temp_path /tmp/client;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  %s
  server {
    listen %d;
    root %s;
    index index.html index.php;
    location = %s { access_log off; }
    %s
  }
}
`, http, Port, Root, Health, server)}
}
