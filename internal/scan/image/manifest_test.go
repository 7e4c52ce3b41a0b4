package image_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/image"
)

// text has the registry serve a manifest by its bytes.
func (r *registry) text(raw string) object {
	r.manifests[digestOf([]byte(raw))] = []byte(raw)
	return descriptor(typeManifest, []byte(raw))
}

func repeated(d object, n int) []object { return slices.Repeat([]object{d}, n) }

func TestHostileManifests(t *testing.T) {
	t.Parallel()
	secret := key(40)
	leak := file{name: "a", body: "k = " + secret}
	// image is one whose layer leaks.
	leaks := func(r *registry) object { return r.image(r.layer(leak)) }
	clean := func(r *registry) object { return r.image(r.layer(file{name: "a", body: "b"})) }
	on := func(d object, os, arch string) object {
		return with(d, object{"platform": object{"os": os, "architecture": arch}})
	}
	text := func(raw string) func(*registry) object { return func(r *registry) object { return r.text(raw) } }
	layers := func(make func(r *registry) []object) func(*registry) object {
		return func(r *registry) object { return r.image(make(r)...) }
	}
	index := func(make func(r *registry) []object) func(*registry) object {
		return func(r *registry) object { return r.index(make(r)...) }
	}
	// change is an image with one layer whose descriptor says something else.
	change := func(more object) func(*registry) object {
		return layers(func(r *registry) []object { return []object{with(r.layer(file{name: "a", body: "b"}), more)} })
	}
	config := func(more object) func(*registry) object {
		return func(r *registry) object {
			return r.manifest(typeManifest, object{"config": with(r.config(object{}), more), "layers": []object{r.layer(leak)}})
		}
	}
	hex := strings.Repeat("ab", 32)
	const mostLayers = 1000
	for name, c := range map[string]struct {
		make    func(r *registry) object
		verdict scan.Verdict
		message string
	}{
		"of more than 4 MiB":                {text(`{"schemaVersion":2,"a":"` + strings.Repeat("a", 4<<20) + `"}`), scan.Incomplete, "more than 4 MiB"},
		"of nothing":                        {text(""), scan.Incomplete, "no manifest"},
		"of null":                           {text("null"), scan.Incomplete, "neither an image nor an index"},
		"of a list":                         {text("[]"), scan.Incomplete, "no manifest"},
		"of an empty object":                {text("{}"), scan.Incomplete, "neither an image nor an index"},
		"of text":                           {text("hello " + secret), scan.Incomplete, "no manifest"},
		"with something after it":           {text(`{"schemaVersion":2} x`), scan.Incomplete, "no manifest"},
		"nested without end":                {text(`{"config":` + strings.Repeat(`{"a":`, 100_000)), scan.Incomplete, "no manifest"},
		"nested deep and whole":             {text(`{"a":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`), scan.Incomplete, "no JSON"},
		"whose layers are a number":         {text(`{"config":{},"layers":7}`), scan.Incomplete, "no manifest"},
		"whose layers are numbers":          {text(`{"config":{},"layers":[7]}`), scan.Incomplete, "no manifest"},
		"whose config is text":              {text(`{"config":"x"}`), scan.Incomplete, "no manifest"},
		"whose config is empty":             {text(`{"config":{},"layers":[]}`), scan.Incomplete, "no digest"},
		"whose size is text":                {text(`{"config":{"size":"7"}}`), scan.Incomplete, "no manifest"},
		"whose size is larger than numbers": {text(`{"config":{"size":99999999999999999999}}`), scan.Incomplete, "no manifest"},
		"with a digest that climbs":         {text(`{"config":{"digest":"sha256:../../../../../../../etc/passwd"}}`), scan.Incomplete, "no manifest"},
		"with a digest that is short":       {text(`{"config":{"digest":"sha256:abcd"}}`), scan.Incomplete, "no manifest"},
		"with a digest of another kind":     {text(`{"config":{"digest":"md5:` + hex[:32] + `"}}`), scan.Incomplete, "no manifest"},
		"with a digest of large letters":    {text(`{"config":{"digest":"sha256:` + strings.ToUpper(hex) + `"}}`), scan.Incomplete, "no manifest"},
		"of schema 1":                       {text(`{"schemaVersion":1,"fsLayers":[{"blobSum":"sha256:` + hex + `"}],"history":[{"v1Compatibility":"{}"}]}`), scan.Incomplete, "schema 1"},
		"of schema 1 that says 2":           {text(`{"schemaVersion":2,"config":{},"fsLayers":[]}`), scan.Incomplete, "schema 1"},
		"that is called schema 1":           {text(`{"mediaType":"` + typeSchema1 + `","schemaVersion":2}`), scan.Incomplete, "schema 1"},
		"that is an index and an image": {func(r *registry) object {
			return r.manifest(typeIndex, object{"manifests": []object{}, "config": r.config(object{})})
		}, scan.Incomplete, "at once"},
		"that is an index and has layers": {func(r *registry) object {
			return r.manifest(typeIndex, object{"manifests": []object{}, "layers": []object{}})
		}, scan.Incomplete, "at once"},
		"with its layers twice":            {func(r *registry) object { return twiceLayers(r, "layers", leak) }, scan.Incomplete, "twice"},
		"with its layers in another case":  {func(r *registry) object { return twiceLayers(r, "LAYERS", leak) }, scan.Incomplete, "twice"},
		"with its layers in an old letter": {func(r *registry) object { return twiceLayers(r, "layerſ", leak) }, scan.Incomplete, "twice"},
		"with a layer's digest twice":      {text(`{"config":{"digest":"sha256:` + hex + `"},"layers":[{"digest":"sha256:` + hex + `","Digest":"sha256:` + hex + `"}]}`), scan.Incomplete, "twice"},
		"whose annotations differ by case": {func(r *registry) object {
			return r.manifest(typeManifest, object{"config": r.config(object{}), "annotations": object{"a": "b", "A": "c"}})
		}, scan.Clean, ""},
		"without layers": {func(r *registry) object { return r.manifest(typeManifest, object{"config": r.config(object{})}) }, scan.Clean, ""},
		"with 100,000 empty layers": {func(r *registry) object {
			return r.text(`{"config":` + string(jsonOf(r.config(object{}))) + `,"layers":[{}` + strings.Repeat(",{}", 99_999) + `]}`)
		}, scan.Incomplete, "more than 1000 layers"},
		"with 40,000 layers":              {layers(func(*registry) []object { return repeated(object{"digest": "sha256:" + hex, "size": 1}, 40_000) }), scan.Incomplete, "more than 1000 layers"},
		"with a layer too many":           {layers(func(r *registry) []object { return repeated(r.layer(leak), mostLayers+1) }), scan.Incomplete, "more than 1000 layers"},
		"with the same layer 1,000 times": {layers(func(r *registry) []object { return repeated(r.layer(file{name: "a", body: "b"}), mostLayers) }), scan.Clean, ""},
		"with 1,000 layers that are not": {layers(func(*registry) []object {
			return repeated(object{"mediaType": typeGzip, "digest": "sha256:" + hex, "size": 1}, mostLayers)
		}), scan.Error, "no such blob"},
		"with a layer of no digest":          {layers(func(*registry) []object { return []object{{"mediaType": typeGzip, "size": 1}} }), scan.Incomplete, "no digest"},
		"with a layer that is longer":        {change(object{"size": 1 << 20}), scan.Error, "where the descriptor names"},
		"with a layer that is shorter":       {change(object{"size": 10}), scan.Error, "where the descriptor names"},
		"with a layer of no bytes":           {change(object{"size": 0}), scan.Error, "where the descriptor names"},
		"with a layer below zero":            {change(object{"size": -1}), scan.Incomplete, "below zero"},
		"with a layer of 1 TB":               {change(object{"size": 1 << 40}), scan.Incomplete, "not fetched"},
		"with a layer as long as can be":     {change(object{"size": int64(1<<63 - 1)}), scan.Incomplete, "not fetched"},
		"with a layer from elsewhere":        {change(object{"urls": []string{"http://169.254.169.254/"}}), scan.Incomplete, "outside the registry"},
		"with a foreign layer":               {change(object{"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"}), scan.Incomplete, "outside the registry"},
		"with a layer not to be distributed": {change(object{"mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"}), scan.Incomplete, "outside the registry"},
		"with a layer of no kind":            {change(object{"mediaType": "text/x-" + secret}), scan.Incomplete, "media type is none of a layer"},
		"with a layer without a kind":        {change(object{"mediaType": ""}), scan.Incomplete, "media type is none of a layer"},
		"with a layer that is encrypted":     {change(object{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"}), scan.Incomplete, "media type is none of a layer"},
		"with a layer that is in it":         {change(object{"data": "aGVsbG8="}), scan.Clean, ""},
		"with a config that is longer":       {config(object{"size": 1000}), scan.Error, "where the descriptor names"},
		"with a config of 5 MiB":             {config(object{"size": 5 << 20}), scan.Leaking, ""},
		"with a config below zero":           {config(object{"size": -1}), scan.Incomplete, "below zero"},
		"with a config from elsewhere":       {config(object{"urls": []string{"http://169.254.169.254/"}}), scan.Incomplete, "outside the registry"},
		"with a config of another kind":      {config(object{"mediaType": "application/vnd.cncf.helm.config.v1+json"}), scan.Leaking, ""},
		"of an artifact": {func(r *registry) object {
			return r.manifest(typeManifest, object{"artifactType": "a/b", "config": with(r.blob(typeConfig, []byte("{}")), object{"mediaType": "application/vnd.oci.empty.v1+json"}), "layers": []object{}})
		}, scan.Incomplete, "not that of a container image"},

		"an index of nothing":      {index(func(*registry) []object { return []object{} }), scan.Incomplete, "no image for Linux"},
		"an index of attestations": {index(func(r *registry) []object { return []object{on(clean(r), "unknown", "unknown")} }), scan.Incomplete, "no image for Linux"},
		"an index of an image and an attestation": {index(func(r *registry) []object {
			return []object{on(clean(r), "linux", "amd64"), on(leaks(r), "unknown", "unknown")}
		}), scan.Clean, ""},
		"an index for Windows only": {index(func(r *registry) []object { return []object{on(leaks(r), "windows", "amd64")} }), scan.Incomplete, "no image for Linux"},
		"an index with Linux in large letters": {index(func(r *registry) []object {
			return []object{on(clean(r), "linux", "amd64"), on(leaks(r), "LINUX", "arm64")}
		}), scan.Leaking, ""},
		"an index with Linux and a space": {index(func(r *registry) []object {
			return []object{on(clean(r), "linux", "amd64"), on(leaks(r), " linux", "arm64")}
		}), scan.Leaking, ""},
		"an index with no platform": {index(func(r *registry) []object { return []object{on(clean(r), "linux", "amd64"), leaks(r)} }), scan.Leaking, ""},
		"an index with an empty platform": {index(func(r *registry) []object {
			return []object{on(clean(r), "linux", "amd64"), with(leaks(r), object{"platform": object{}})}
		}), scan.Leaking, ""},
		"an index whose last image leaks":       {index(func(r *registry) []object { return append(repeatedImages(r, 11), linux(leaks(r), "last")) }), scan.Leaking, ""},
		"an index of thirteen images":           {index(func(r *registry) []object { return repeatedImages(r, 13) }), scan.Incomplete, "more than 12 images"},
		"an index of the same image 500 times":  {index(func(r *registry) []object { return repeated(linux(clean(r), "amd64"), 500) }), scan.Clean, ""},
		"an index of more entries than counted": {index(func(r *registry) []object { return repeated(linux(clean(r), "amd64"), 1001) }), scan.Incomplete, "more than 1000 entries"},
		"an index of 100,000 empty entries":     {text(`{"manifests":[{}` + strings.Repeat(",{}", 99_999) + `]}`), scan.Incomplete, "more than 1000 entries"},
		"an index of an entry of no digest":     {index(func(*registry) []object { return []object{linux(object{"size": 1}, "amd64")} }), scan.Incomplete, "no digest"},
		"an index of what is not there": {index(func(*registry) []object {
			return []object{linux(object{"size": 1, "digest": "sha256:" + hex}, "amd64")}
		}), scan.Error, "no such manifest"},
		"an index whose entry is longer":      {index(func(r *registry) []object { return []object{with(linux(clean(r), "amd64"), object{"size": 100_000})} }), scan.Error, "ends after"},
		"an index whose entry is shorter":     {index(func(r *registry) []object { return []object{with(linux(clean(r), "amd64"), object{"size": 10})} }), scan.Error, "larger than"},
		"an index in an index":                {index(func(r *registry) []object { return []object{r.index(linux(leaks(r), "amd64"))} }), scan.Leaking, ""},
		"an index three deep":                 {index(func(r *registry) []object { return []object{r.index(r.index(linux(leaks(r), "amd64")))} }), scan.Incomplete, "nested more than 2 deep"},
		"an index whose platform is a secret": {index(func(r *registry) []object { return []object{linux(clean(r), secret), linux(leaks(r), "a\x1b[2J\n")} }), scan.Leaking, ""},
		"an index whose secret is not scanned": {index(func(r *registry) []object {
			return []object{linux(r.image(with(r.layer(leak), object{"mediaType": secret, "size": 1 << 40})), secret)}
		}), scan.Leaking, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			began := time.Now()
			got := r.scan(t, c.make(r))
			expect(t, got, c.verdict, c.message)
			silent(t, got, secret)
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// twiceLayers is an image of no layers, and of one that leaks, depending on who reads it.
func twiceLayers(r *registry, again string, f file) object {
	raw := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,%q:[%s],"config":%s,"layers":[]}`,
		typeManifest, again, jsonOf(r.layer(f)), jsonOf(r.config(object{})))
	return r.text(raw)
}

// repeatedImages are so many different images.
func repeatedImages(r *registry, n int) []object {
	out := make([]object, n)
	for i := range out {
		arch := fmt.Sprintf("arch%d", i)
		out[i] = linux(r.manifest(typeManifest, object{"config": r.config(object{"architecture": arch}), "layers": []object{}}), arch)
	}
	return out
}

func TestAnIndexThatNamesItselfIsNotReadForEver(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	hex := strings.Repeat("ab", 32)
	asked := 0
	r.first = func(w http.ResponseWriter, _ *http.Request) bool {
		asked++
		_, _ = fmt.Fprintf(w, `{"schemaVersion":2,"manifests":[{"digest":"sha256:%s","size":100}]}`, hex)
		return true
	}
	expect(t, scanWith(t, image.Remote(r.host()+"/site@sha256:"+hex), local()), scan.Error, "digest")
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

// TestManifestsAreBoundedTogether: it measures memory, so no other test runs beside it.
func TestManifestsAreBoundedTogether(t *testing.T) {
	for name, c := range map[string]struct {
		make    func(r *registry) object
		message string
	}{
		"forty that are large": {func(r *registry) object {
			entries, made := make([]object, 40), map[string]func() []byte{}
			for i := range entries {
				large := func() []byte {
					return append(fmt.Appendf(nil, `{"schemaVersion":2,"n":"%03d"}`, i), bytes.Repeat([]byte(" "), 4<<20-100)...)
				}
				entries[i] = descriptor(typeManifest, large())
				made[entries[i]["digest"].(string)] = large
			}
			r.first = func(w http.ResponseWriter, req *http.Request) bool {
				large := made[req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]]
				if large == nil {
					return false
				}
				r.askedManifests.Add(1)
				_, _ = w.Write(large())
				return true
			}
			return r.index(entries...)
		}, ""},
		"a thousand that are small": {func(r *registry) object {
			entries := make([]object, 1000)
			for i := range entries {
				entries[i] = r.text(fmt.Sprintf(`{"schemaVersion":2,"n":%d}`, i))
			}
			return r.index(entries...)
		}, "neither an image nor an index"},
		"a million layers": {func(r *registry) object {
			return r.text(`{"config":` + string(jsonOf(r.config(object{}))) + `,"layers":[{}` + strings.Repeat(",{}", 1_390_000) + `]}`)
		}, "more than 1000 layers"},
		"a million annotations": {func(r *registry) object {
			layer := fmt.Sprintf(`{"digest":"sha256:%s","size":1,"annotations":{"a":""%s}}`, strings.Repeat("ab", 32), strings.Repeat(`,"":""`, 690_000))
			return r.text(`{"config":{},"layers":[` + layer + `]}`)
		}, ""},
		"a million URLs": {func(r *registry) object {
			layer := `{"digest":"sha256:` + strings.Repeat("ab", 32) + `","size":1,"urls":[""` + strings.Repeat(`,""`, 1_390_000) + `]}`
			return r.text(`{"config":{},"layers":[` + layer + `]}`)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			d := c.make(r)
			var got scan.Result
			used := grown(func() { got = r.scan(t, d) })
			expect(t, got, scan.Incomplete, c.message)
			const most = 160 << 20
			if used > most {
				t.Errorf("%d MiB were used", used>>20)
			}
			if n := r.askedManifests.Load(); n > 101 || name == "forty that are large" && n > 5 {
				t.Errorf("%d manifests were read", n)
			}
			t.Logf("%d MiB", used>>20)
		})
	}
}
