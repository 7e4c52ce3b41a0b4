package images

import "fmt"

// Node is a server in JavaScript.
var Node = Runtime{
	Name:       "node",
	packages:   []string{"nodejs", "base-files"},
	entrypoint: []string{"/usr/bin/node", "/srv/server.js"},
	env:        []string{"NODE_ENV=production"},
	config: []File{{Path: "/srv/server.js", Content: fmt.Appendf(nil, `const fs = require("fs"), http = require("http"), path = require("path");
const types = { ".html": "text/html", ".css": "text/css", ".json": "application/json" };

function answer(request, response) {
  const wanted = path.normalize(decodeURIComponent(new URL(request.url, "http://site").pathname));
  const file = fs.createReadStream(path.join("%[1]s", wanted === "/" ? "/index.html" : wanted));
  file.on("open", () => {
    if (wanted !== "%[3]s") console.log(request.method, request.url);
    response.writeHead(200, { "content-type": types[path.extname(wanted) || ".html"] || "text/plain" });
    file.pipe(response);
  });
  file.on("error", () => response.headersSent ? response.destroy() : say(response, 404, "not found"));
}

function say(response, status, text) {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(text + "\n");
}

const server = http.createServer((request, response) => {
  try { answer(request, response); } catch { say(response, 400, "bad request"); }
});
server.listen(%[2]d);

// A process with number 1 ends on no signal that it does not ask for.
process.on("SIGTERM", () => server.close());
`, Root, Port, Health)}},
}
