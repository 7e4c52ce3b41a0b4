package image_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/image"
)

// layoutOf writes what a registry has as an OCI layout, and returns its files.
func layoutOf(r *registry, entries ...object) map[string]string {
	files := map[string]string{"oci-layout": `{"imageLayoutVersion":"1.0.0"}`, "index.json": string(jsonOf(object{"schemaVersion": 2, "manifests": entries}))}
	for _, all := range []map[string][]byte{r.manifests, r.blobs} {
		for digest, data := range all {
			files["blobs/"+strings.Replace(digest, ":", "/", 1)] = string(data)
		}
	}
	return files
}

// savedOf is what docker save writes of an image with so many layers.
func savedOf(config object, layers ...[]byte) map[string]string {
	files, ids, paths := map[string]string{}, []string{}, []string{}
	for i, l := range layers {
		path := fmt.Sprintf("%d/layer.tar", i)
		files[path], ids, paths = string(l), append(ids, digestOf(l)), append(paths, path)
	}
	files["config.json"] = string(jsonOf(with(object{"rootfs": object{"type": "layers", "diff_ids": ids}}, config)))
	files["manifest.json"] = string(jsonOf([]object{{"Config": "config.json", "RepoTags": []string{"site:v1"}, "Layers": paths}}))
	return files
}

func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, body := range files {
		path := filepath.Join(dir, name)
		must(os.MkdirAll(filepath.Dir(path), 0o755))
		must(os.WriteFile(path, []byte(body), 0o600))
	}
}

func tarFiles(files map[string]string) []file {
	var out []file
	for name, body := range files {
		out = append(out, file{name: name, body: body})
	}
	return out
}

func TestHostileLayouts(t *testing.T) {
	t.Parallel()
	secret := key(110)
	for name, c := range map[string]struct {
		// change the folder, in which a layer of the image lies at the path.
		change  func(dir, layer string)
		verdict scan.Verdict
		message string
	}{
		"as it should be":               {func(string, string) {}, scan.Leaking, ""},
		"whose layer is missing":        {func(_, layer string) { must(os.Remove(layer)) }, scan.Error, "missing"},
		"whose layer is cut":            {func(_, layer string) { must(os.Truncate(layer, 20)) }, scan.Error, "20 bytes where the descriptor names"},
		"whose layer is other bytes":    {func(_, layer string) { other(layer) }, scan.Error, "digest"},
		"whose layer is a pipe":         {func(_, layer string) { must(os.Remove(layer)); must(syscall.Mkfifo(layer, 0o600)) }, scan.Incomplete, "no regular file"},
		"whose layer is a folder":       {func(_, layer string) { must(os.Remove(layer)); must(os.Mkdir(layer, 0o700)) }, scan.Incomplete, "no regular file"},
		"whose layer links out":         {func(_, layer string) { must(os.Remove(layer)); must(os.Symlink("/etc/passwd", layer)) }, scan.Error, "cannot be read"},
		"whose layer links up":          {func(_, layer string) { must(os.Remove(layer)); must(os.Symlink("../../../../../../etc/passwd", layer)) }, scan.Error, "cannot be read"},
		"whose layer links to itself":   {func(_, layer string) { must(os.Remove(layer)); must(os.Symlink(filepath.Base(layer), layer)) }, scan.Error, "cannot be read"},
		"whose layer is a device":       {func(_, layer string) { must(os.Remove(layer)); must(os.Symlink("/dev/zero", layer)) }, scan.Error, "cannot be read"},
		"whose folder of blobs is gone": {func(dir, _ string) { must(os.RemoveAll(filepath.Join(dir, "blobs"))) }, scan.Error, "missing"},
		"whose index is missing":        {func(dir, _ string) { must(os.Remove(filepath.Join(dir, "index.json"))) }, scan.Error, "index.json is missing"},
		"whose index is no JSON":        {func(dir, _ string) { must(os.WriteFile(filepath.Join(dir, "index.json"), []byte(secret), 0o600)) }, scan.Incomplete, "no manifest"},
		"whose index is nothing":        {func(dir, _ string) { must(os.WriteFile(filepath.Join(dir, "index.json"), []byte("{}"), 0o600)) }, scan.Incomplete, "neither"},
		"whose index lists nothing": {func(dir, _ string) {
			must(os.WriteFile(filepath.Join(dir, "index.json"), []byte(`{"manifests":[]}`), 0o600))
		}, scan.Incomplete, "no image"},
		"whose index is 1 GB of holes": {func(dir, _ string) { must(os.Truncate(filepath.Join(dir, "index.json"), 1<<30)) }, scan.Incomplete, "more than 4 MiB"},
		"whose index is a pipe": {func(dir, _ string) {
			path := filepath.Join(dir, "index.json")
			must(os.Remove(path))
			must(syscall.Mkfifo(path, 0o600))
		}, scan.Incomplete, "no regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, dir := newRegistry(t), t.TempDir()
			layer := r.layer(file{name: "a", body: "k = " + secret})
			writeAll(t, dir, layoutOf(r, r.image(layer)))
			c.change(dir, filepath.Join(dir, "blobs", "sha256", layer["digest"].(string)[7:]))
			got := scanWith(t, image.Layout(dir), local())
			expect(t, got, c.verdict, c.message)
			silent(t, got, secret)
		})
	}
}

// other changes a byte of a file.
func other(path string) {
	data, err := os.ReadFile(path)
	must(err)
	data[len(data)/2] ^= 1
	must(os.WriteFile(path, data, 0o600))
}

func TestHostileTarballs(t *testing.T) {
	t.Parallel()
	secret := key(111)
	leaking, clean := tarOf(file{name: "a", body: "k = " + secret}), tarOf(file{name: "a", body: "b"})
	changed := func(change func(files map[string]string)) func(*registry) []byte {
		return func(*registry) []byte {
			files := savedOf(object{}, leaking)
			change(files)
			return tarOf(tarFiles(files)...)
		}
	}
	list := func(text string) func(*registry) []byte {
		return changed(func(files map[string]string) { files["manifest.json"] = text })
	}
	linked := func(kind byte, to string) func(*registry) []byte {
		return func(*registry) []byte {
			files := tarFiles(savedOf(object{}, leaking))
			for i := range files {
				if files[i].name == "0/layer.tar" {
					files[i].name = "blob"
				}
			}
			return tarOf(append(files, file{name: "0/layer.tar", link: to, kind: kind})...)
		}
	}
	for name, c := range map[string]struct {
		make    func(r *registry) []byte
		verdict scan.Verdict
		message string
	}{
		"of docker":                        {func(*registry) []byte { return tarOf(tarFiles(savedOf(object{}, leaking))...) }, scan.Leaking, ""},
		"of docker that leaks in a config": {func(*registry) []byte { return tarOf(tarFiles(savedOf(object{"author": secret}, clean))...) }, scan.Leaking, ""},
		"of docker that is clean":          {func(*registry) []byte { return tarOf(tarFiles(savedOf(object{}, clean))...) }, scan.Clean, ""},
		"of a layout":                      {func(r *registry) []byte { return tarOf(tarFiles(layoutOf(r, r.image(r.blob(typeTar, leaking))))...) }, scan.Leaking, ""},
		"of a layout that lies": {func(r *registry) []byte {
			files := layoutOf(r, r.image(r.blob(typeTar, clean)))
			files["blobs/"+strings.Replace(digestOf(clean), ":", "/", 1)] = string(bytes.Replace(clean, []byte("b"), []byte("c"), 1))
			return tarOf(tarFiles(files)...)
		}, scan.Error, "digest"},
		"whose layer is not what its config says": {changed(func(f map[string]string) { f["0/layer.tar"] = string(clean) }), scan.Error, "unpack to what its config names"},
		"whose layer is packed":                   {changed(func(f map[string]string) { f["0/layer.tar"] = string(gz(leaking)) }), scan.Leaking, ""},
		"whose layer is packed and is other":      {changed(func(f map[string]string) { f["0/layer.tar"] = string(gz(clean)) }), scan.Error, "unpack to what its config names"},
		"whose layer is missing":                  {changed(func(f map[string]string) { delete(f, "0/layer.tar") }), scan.Error, "missing"},
		"whose layer is a link":                   {linked(tar.TypeSymlink, "../blob"), scan.Leaking, ""},
		"whose layer is a hard link":              {linked(tar.TypeLink, "blob"), scan.Leaking, ""},
		"whose layer is a link out":               {linked(tar.TypeSymlink, "../../../../../../etc/passwd"), scan.Error, "missing"},
		"whose layer is an absolute link":         {linked(tar.TypeLink, "/etc/passwd"), scan.Error, "missing"},
		"whose layer is a link to itself":         {linked(tar.TypeSymlink, "layer.tar"), scan.Error, "missing"},
		"whose config is missing":                 {changed(func(f map[string]string) { delete(f, "config.json") }), scan.Error, ""},
		"whose config is no JSON":                 {changed(func(f map[string]string) { f["config.json"] = secret }), scan.Incomplete, "config cannot be read"},
		"whose config is of other layers":         {changed(func(f map[string]string) { f["config.json"] = "{}" }), scan.Incomplete, "it lists 1 layers, and its config 0"},
		"whose config is too large":               {changed(func(f map[string]string) { f["config.json"] = `{"a":"` + strings.Repeat("a b ", 1<<20) + `"}` }), scan.Incomplete, "more than 4 MiB"},
		"whose list is no JSON":                   {list(secret), scan.Incomplete, "no list of images"},
		"whose list is empty":                     {list("[]"), scan.Incomplete, "no list of images"},
		"whose list is null":                      {list("null"), scan.Incomplete, "no list of images"},
		"whose list is of nothing":                {list("[null]"), scan.Error, ""},
		"whose list leads out":                    {list(`[{"Config":"../../../../etc/passwd","Layers":["/etc/shadow"]}]`), scan.Error, ""},
		"whose list is of 100,000 images":         {list("[{}" + strings.Repeat(",{}", 99_999) + "]"), scan.Error, ""},
		"whose list is of 100,000 layers":         {list(`[{"Config":"config.json","Layers":[""` + strings.Repeat(`,""`, 99_999) + `]}]`), scan.Incomplete, "more than 1000 layers"},
		"whose list is too large":                 {list(`["` + strings.Repeat("a b ", 1<<20) + `"]`), scan.Incomplete, "more than 4 MiB"},
		"that says everything twice": {func(*registry) []byte {
			return tarOf(append(tarFiles(savedOf(object{}, clean)), tarFiles(savedOf(object{}, leaking))...)...)
		}, scan.Leaking, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "image.tar")
			must(os.WriteFile(path, c.make(newRegistry(t)), 0o600))
			o := cached()
			for range 2 {
				got := scanWith(t, image.Tarball(path), o)
				expect(t, got, c.verdict, c.message)
				silent(t, got, secret)
			}
		})
	}
}

func TestWhatIsNoImageIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		must(os.WriteFile(path, data, 0o600))
		return path
	}
	pipe := filepath.Join(dir, "pipe")
	must(syscall.Mkfifo(pipe, 0o600))
	saved := tarOf(tarFiles(savedOf(object{}, tarOf(file{name: "a", body: strings.Repeat("b", 5000)})))...)
	for name, c := range map[string]struct {
		src     image.Source
		message string
	}{
		"a folder that is no layout":   {image.Layout(dir), "no oci-layout"},
		"a folder that is not there":   {image.Layout(filepath.Join(dir, "none")), "open layout"},
		"a layout that is a file":      {image.Layout(put("file", nil)), "open layout"},
		"a tarball that is not there":  {image.Tarball(filepath.Join(dir, "none")), "open tarball"},
		"a tarball that is a folder":   {image.Tarball(dir), "no regular file"},
		"a tarball that is a pipe":     {image.Tarball(pipe), "no regular file"},
		"a tarball that is a device":   {image.Tarball("/dev/zero"), "no regular file"},
		"a tarball of nothing":         {image.Tarball(put("nothing", nil)), "no tar"},
		"a tarball of text":            {image.Tarball(put("text", []byte("hello"))), "no tar"},
		"a tarball that is packed":     {image.Tarball(put("packed", gz(saved))), "unpack it to a tar first"},
		"a tarball of zeros":           {image.Tarball(put("zeros", make([]byte, 10_240))), "no tar"},
		"a tarball of something":       {image.Tarball(put("something", tarOf(file{name: "a", body: "b"}))), "holds no image"},
		"a tarball that is cut":        {image.Tarball(put("cut", saved[:3000])), "damaged"},
		"a tarball with a wrong sum":   {image.Tarball(put("sum", append(tarOf(file{name: "a"})[:512], bytes.Repeat([]byte("x"), 1024)...))), "damaged"},
		"a tarball of endless headers": {image.Tarball(put("pax", bytes.Repeat(append(header("pax", 'x', octal(12)), pad("12 path=abc\n")...), 20_000))), ""},
		"a tarball of many members":    {image.Tarball(put("many", bytes.Repeat(header("a", '0', octal(0)), 10_000))), "more than 8000 members"},
		"a tarball of a file of 1 TB":  {image.Tarball(put("large", append(header("oci-layout", '0', "\x80\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00"), make([]byte, 1024)...))), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			r, err := image.Scan(t.Context(), leak.New(nil), c.src, local())
			if c.message == "" && r.Verdict != scan.Clean && (err != nil || r.Verdict != "") {
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.message) {
				t.Errorf("got %s, %v, want %q", r.Verdict, err, c.message)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}
