package images

// PHP is nginx and PHP-FPM in one image, laid out as WordPress is.
var PHP = Runtime{
	Name: "php", Writable: []string{"/tmp"},
	packages:   []string{"php-fpm", "php-mysql", "nginx", "base-files"},
	program:    "test/e2e/images/supervise",
	entrypoint: []string{"/supervise"},
	stopSignal: "SIGTERM",
	config: []File{
		{Path: "/etc/supervise", Content: []byte("/tmp/php.sock QUIT /usr/sbin/php-fpm --nodaemonize --fpm-config /etc/php-fpm.conf\n/tmp/nginx.pid QUIT /usr/sbin/nginx\n")},
		// TLS ends at the edge: PHP is told that a visitor came by https, or WordPress sends them there again and again.
		nginxConf("map $http_x_forwarded_proto $by_https { https on; }", `location / { try_files $uri $uri/ /index.php?$args; }
    location ~ \.php$ {
      try_files $uri =404;
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param HTTPS $by_https if_not_empty;
      fastcgi_pass unix:/tmp/php.sock;
    }`),
		{Path: "/etc/php-fpm.conf", Content: []byte(`[global]
error_log = /proc/self/fd/2
process_control_timeout = 15s
[www]
listen = /tmp/php.sock
pm = static
pm.max_children = 2
clear_env = no
catch_workers_output = yes
decorate_workers_output = no
php_admin_value[session.save_path] = /tmp
`)},
		{Path: Root + "/wp-includes/version.php", Content: []byte("<?php $wp_version = '6.7';\n")},
		{Path: Root + "/wp-content/themes/campaign/style.css", Content: []byte("h1{color:#123}\n")},
		{Path: Root + "/wp-content/themes/campaign/functions.php", Content: []byte(`<?php
function campaign_heading(string $version): string {
    return '<h1>' . htmlspecialchars("php $version") . '</h1>';
}
`)},
	},
	page: "index.php",
	content: `<?php
require __DIR__ . '/wp-includes/version.php';
require __DIR__ . '/wp-content/themes/campaign/functions.php';
header('X-WordPress-Version: ' . $wp_version);
?><!doctype html><html lang=en><title>php</title><?= campaign_heading('%s') ?>
<p><?= PHP_SAPI ?>, by <?= empty($_SERVER['HTTPS']) ? 'http' : 'https' ?></p>
<link rel=stylesheet href=/wp-content/themes/campaign/style.css></html>
`,
}
