package image_test

import (
	"archive/tar"
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

func TestScanFindsWhatALaterLayerDeletes(t *testing.T) {
	t.Parallel()
	secret := key(1)
	for name, mark := range map[string]string{
		"the file":           "usr/share/nginx/html/.wh.app.js",
		"the folder":         "usr/share/nginx/.wh.html",
		"all in the folder":  "usr/share/nginx/html/.wh..wh..opq",
		"nothing that is":    ".wh.nothing",
		"by being the file":  "usr/share/nginx/html/app.js",
		"with a strange dot": ".wh.",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			base := r.layer(file{name: "etc/hostname", body: "site\n"})
			lower := r.layer(file{name: "usr/share/nginx/html/app.js", body: "let a = 1\nlet k = \"" + secret + "\"\n"})
			upper := r.layer(file{name: mark})
			got := r.scan(t, r.image(base, lower, upper))
			expect(t, got, scan.Leaking, "")
			silent(t, got, secret)
			if len(got.Findings) != 1 {
				t.Fatalf("found %v", places(got))
			}
			want := leak.Place{Layer: lower["digest"].(string), File: "usr/share/nginx/html/app.js", Line: 2, Column: 10}
			if diff := cmp.Diff(want, got.Findings[0].Place); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestScanOfACleanImageIsClean(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	image := r.image(r.layer(file{name: "index.html", body: "<p>Vote</p>\n"}), r.layer())
	got := r.scan(t, image)
	expect(t, got, scan.Clean, "")
	if got.Digest != image["digest"] || got.Ruleset == "" || got.Files == 0 || got.Bytes == 0 || len(got.Gaps) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestScanTakesALayerForWhatItsBytesAre(t *testing.T) {
	t.Parallel()
	secret := key(2)
	plain := tarOf(file{name: "a.txt", body: "first\n"}, file{name: "b.txt", body: "key " + secret})
	half := len(plain) / 2
	for name, layer := range map[string]struct {
		mediaType string
		data      []byte
	}{
		"gzip":                       {typeGzip, gz(plain)},
		"gzip that is called tar":    {typeTar, gz(plain)},
		"gzip of Docker":             {"application/vnd.docker.image.rootfs.diff.tar.gzip", gz(plain)},
		"zstd":                       {typeZstd, zst(plain)},
		"zstd that is called gzip":   {typeGzip, zst(plain)},
		"zstd in frames":             {typeZstd, append(zst(plain[:half]), zst(plain[half:])...)},
		"zstd after a frame to skip": {typeZstd, append([]byte("\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"), zst(plain)...)},
		"tar":                        {typeTar, plain},
		"tar that is called gzip":    {typeGzip, plain},
		"tar of Docker":              {"application/vnd.docker.image.rootfs.diff.tar", plain},
		"gzip in members":            {typeGzip, append(gz(plain[:half]), gz(plain[half:])...)},
		"tar without an end":         {typeTar, plain[:len(plain)-1024]},
		"two tars":                   {typeTar, append(tarOf(file{name: "c.txt", body: "c"}), plain...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			got := r.scan(t, r.image(r.blob(layer.mediaType, layer.data)))
			expect(t, got, scan.Leaking, "")
			if len(got.Findings) != 1 || got.Findings[0].Place.File != "b.txt" || got.Findings[0].Place.Column != 5 || len(got.Gaps) != 0 {
				t.Errorf("found %v, gaps %v", places(got), got.Gaps)
			}
		})
	}
}

func TestScanLooksIntoFiles(t *testing.T) {
	t.Parallel()
	secret := key(3)
	text := "x = '" + secret + "'"
	wide := bytes.Buffer{}
	for _, c := range []byte(text) {
		wide.Write([]byte{c, 0})
	}
	for name, c := range map[string]struct {
		body  string
		place string
	}{
		"a last line without an end":   {"a\nb\n" + text, "f:3:6"},
		"a line of a megabyte":         {strings.Repeat("a;", 1<<19) + text, "f:1:1048582"},
		"a gzip":                       {string(gz([]byte(text))), "f!gzip:1:6"},
		"a tar in a gzip":              {string(gz(tarOf(file{name: "in", body: text}))), "f!gzip!tar:in:1:6"},
		"wide characters without mark": {wide.String(), "f!utf-16le:1:6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			layer := r.layer(file{name: "f", body: c.body})
			got := r.scan(t, r.image(layer))
			expect(t, got, scan.Leaking, "")
			want := []string{"layer " + layer["digest"].(string)[7:19] + " " + c.place}
			if diff := cmp.Diff(want, places(got)); diff != "" {
				t.Error(diff)
			}
			silent(t, got, secret)
		})
	}
}

func TestScanTakesNamesForLabels(t *testing.T) {
	t.Parallel()
	secret := key(4)
	for name, c := range map[string]struct{ name, label string }{
		"leads out":           {"../../etc/shadow.txt", "../../etc/shadow.txt"},
		"is absolute":         {"/etc/a", "etc/a"},
		"has two slashes":     {"//a//b", "a/b"},
		"has a drive":         {`C:\a`, `C:\a`},
		"would move a cursor": {"a\x1b[2Jb", `a\u{1b}[2Jb`},
		"would begin a line":  {"a\n{\"level\":1}", `a\u{a}{"level":1}`},
		"is no UTF-8":         {"a\xffb", `a\xffb`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			got := r.scan(t, r.image(r.blob(typeTar, rawTar(c.name, "k = "+secret))))
			expect(t, got, scan.Leaking, "")
			if len(got.Findings) != 1 || got.Findings[0].Place.File != c.label {
				t.Errorf("found %q", places(got))
			}
		})
	}
}

// rawTar has a member with a name that the writer of the standard library would not write.
func rawTar(name, body string) []byte {
	const marker = "NAMENAMENAMENAMENAMENAMENAME"
	data := tarOf(file{name: marker, body: body})
	field := make([]byte, 100)
	copy(field, name)
	copy(data, field)
	copy(data[148:156], "        ")
	sum := 0
	for _, c := range data[:512] {
		sum += int(c)
	}
	copy(data[148:156], []byte{'0' + byte(sum>>15&7), '0' + byte(sum>>12&7), '0' + byte(sum>>9&7), '0' + byte(sum>>6&7), '0' + byte(sum>>3&7), '0' + byte(sum&7), 0, ' '})
	return data
}

func TestScanWithholdsNamesThatAreSecrets(t *testing.T) {
	t.Parallel()
	secret := key(5)
	r := newRegistry(t)
	layer := r.layer(file{name: "var/" + secret + "/f", body: "k = " + key(6)})
	config := r.config(object{"config": object{"Labels": object{secret: key(7)}}})
	got := r.scan(t, r.manifest(typeManifest, object{"config": config, "layers": []object{layer}}))
	expect(t, got, scan.Leaking, "")
	silent(t, got, secret, key(6), key(7))
	if len(got.Findings) < 2 || !strings.Contains(strings.Join(places(got), " "), "name withheld") {
		t.Errorf("found %d, none withheld", len(got.Findings))
	}
}

func TestScanLooksAtLinksAndFollowsNone(t *testing.T) {
	t.Parallel()
	secret := key(8)
	for name, kind := range map[string]byte{"soft": tar.TypeSymlink, "hard": tar.TypeLink} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			got := r.scan(t, r.image(r.layer(
				file{name: "out", link: "/etc/passwd", kind: kind},
				file{name: "up", link: "../../../../etc/shadow", kind: kind},
				file{name: "self", link: "self", kind: kind},
				file{name: "token", link: "https://example.com/?key=" + secret, kind: kind},
				file{name: "out/under", body: "x"},
			)))
			expect(t, got, scan.Leaking, "")
			if len(got.Findings) != 1 || got.Findings[0].Place.File != "token" || got.Findings[0].Place.Decoders[0] != "link" {
				t.Errorf("found %q", places(got))
			}
			silent(t, got, secret)
		})
	}
}

func TestScanPassesOverWhatHasNoBytes(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	got := r.scan(t, r.image(r.layer(
		file{name: "pipe", kind: tar.TypeFifo}, file{name: "disk", kind: tar.TypeBlock}, file{name: "tty", kind: tar.TypeChar},
		file{name: "dir/", kind: tar.TypeDir}, file{name: "empty"}, file{name: "A"}, file{name: "a"}, file{name: "a"},
	)))
	expect(t, got, scan.Clean, "")
}

func TestScanFindsTheSameSecretInEveryFile(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	files := make([]file, 50)
	for i := range files {
		files[i] = file{name: "same", body: "k = " + key(9)}
	}
	if got := r.scan(t, r.image(r.layer(files...))); got.Failures != len(files) {
		t.Errorf("found %d of %d", got.Failures, len(files))
	}
}

// database is one of SQLite's without a table, and a page that nothing uses.
func database(unused string) string {
	const page = 512
	b := make([]byte, 2*page)
	copy(b, "SQLite format 3\x00\x02\x00\x01\x01\x00\x40\x20\x20")
	b[31], b[59] = 2, 1
	copy(b[100:], "\x0d\x00\x00\x00\x00\x02\x00\x00")
	copy(b[page+8:], unused)
	return string(b)
}

func TestScanFindsSecretsWhereImagesHaveThem(t *testing.T) {
	t.Parallel()
	secret := key(13)
	line := "payment_key = '" + secret + "'"
	edge := func(at int) string { return strings.Repeat("a b ", at/4) + line }
	var object bytes.Buffer
	z := zlib.NewWriter(&object)
	_, err := z.Write([]byte("blob 99\x00" + line))
	must(err)
	must(z.Close())
	for name, f := range map[string]file{
		"git's object":           {name: ".git/objects/ab/cdef", body: object.String()},
		"git's config":           {name: ".git/config", body: "[remote]\n" + line},
		"npm's settings":         {name: "root/.npmrc", body: "//example.org/:key=" + secret},
		"an environment file":    {name: "app/.env", body: "PAYMENT_KEY=" + secret},
		"a source map":           {name: "app.js.map", body: `{"version":3,"sources":["a.js"],"sourcesContent":["let k = \"` + secret + `\";"]}`},
		"a database":             {name: "data/app.sqlite", body: database(line)},
		"compiled Python":        {name: "app.cpython-313.pyc", body: "\xf3\x0d\x0d\x0a\x00\x00\x00\x00\xe3\x00\x00\xda\x0b" + secret + "\xa9\x00"},
		"a jar":                  {name: "app.jar", body: zipOf("BOOT-INF/classes/application.properties", line)},
		"a jar in a jar":         {name: "app.jar", body: zipOf("lib/in.jar", zipOf("a.properties", line))},
		"base64":                 {name: "secret.yaml", body: "key: " + base64.StdEncoding.EncodeToString([]byte(line))},
		"a binary":               {name: "bin/app", body: "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 500) + "\x00" + secret + "\x00"},
		"a file with no name":    {name: "x", body: line},
		"at the edge of 4 KiB":   {name: "a.js", body: edge(4096 - 24)},
		"at the edge of 64 KiB":  {name: "a.js", body: edge(64<<10 - 24)},
		"at the edge of 128 KiB": {name: "a.js", body: edge(128<<10 - 24)},
		"at the edge of a MiB":   {name: "a.js", body: edge(1<<20 - 24)},
		"a line of 50 MB":        {name: "a.js", body: strings.ReplaceAll(prose(1, 50<<20), "\n", " ") + line},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			lower, upper := r.layer(f), r.layer(file{name: path.Join(path.Dir(f.name), ".wh."+path.Base(f.name))})
			got := r.scan(t, r.image(lower, upper))
			expect(t, got, scan.Leaking, "")
			if got.Failures != 1 || got.Findings[0].Place.Layer != lower["digest"] || got.Findings[0].Place.File != f.name {
				t.Errorf("found %q", places(got))
			}
			silent(t, got, secret)
		})
	}
}
