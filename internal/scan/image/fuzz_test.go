package image

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

const aDigest = "sha256:abababababababababababababababababababababababababababababababab"

func FuzzChallenges(f *testing.F) {
	for _, text := range []string{
		"", `Bearer realm="https://auth.example.org/token",service="registry",scope="repository:site:pull"`, `Basic realm="x"`,
		`Negotiate, Basic realm=x, Bearer realm = "a\"b" , service=c`, `,,,`, `a=b`, `Bearer realm="`, `Bearer "a" "b"`, "\x00\xff=\"",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all := challenges([]string{text, text})
		if len(all)%2 != 0 || len(all) > 2*len(text) {
			t.Errorf("%d challenges in %d bytes, twice", len(all), len(text))
		}
		total := 0
		for _, c := range all {
			if c.scheme == "" || c.scheme != strings.ToLower(c.scheme) {
				t.Errorf("scheme %q", c.scheme)
			}
			for name, value := range c.params {
				total += len(value)
				if name == "" || strings.ContainsAny(name, " \t,=\"") {
					t.Errorf("parameter %q", name)
				}
			}
		}
		if total > 2*len(text) {
			t.Errorf("%d bytes of values in %d", total, len(text))
		}
	})
}

// isShowable is what holds of all that is said of a manifest: our own words, and no word of it but a digit or two.
func isShowable(text string) bool {
	return len(text) < 200 && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

func FuzzManifest(f *testing.F) {
	for _, text := range []string{
		"", "{}", "[]", "null", `{"schemaVersion":1,"fsLayers":[]}`,
		`{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"` + aDigest + `","size":2},"layers":[{"digest":"` + aDigest + `","size":7,"urls":["x"]}]}`,
		`{"schemaVersion":2,"manifests":[{"digest":"` + aDigest + `","size":2,"platform":{"os":"linux","architecture":"arm64","variant":"v8"}}]}`,
		`{"manifests":[{"digest":"` + aDigest + `","platform":{"os":"windows"}}],"annotations":{"a":"b"}}`,
		`{"config":{"digest":"` + aDigest + `","Digest":"` + aDigest + `"}}`, `{"layers":[],"Layers":[]}`, `{"layerſ":[],"layers":[{"platform":[{}]}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		walk := newSurveyor(func(context.Context, v1.Descriptor) ([]byte, error) { return raw, nil })
		err := walk.document(t.Context(), raw, "manifest", 0)
		var no *unfit
		if err != nil && !errors.As(err, &no) {
			t.Fatalf("error %v", err)
		}
		found, _ := walk.found(err)
		if len(found.images) > maxImages || len(found.gaps) > 20 || walk.asked > maxAsked+1 {
			t.Errorf("%d images, %d gaps, %d manifests read", len(found.images), len(found.gaps), walk.asked)
		}
		for _, g := range found.gaps {
			if !isShowable(g.Why) || !isShowable(g.Place.File) {
				t.Errorf("gap %q at %q", g.Why, g.Place.File)
			}
		}
		if err != nil && !isShowable(no.why) {
			t.Errorf("error %q", no.why)
		}
		sameAsOthers(t, raw, err, found)
	})
}

// sameAsOthers compares an image with what whoever reads all of a manifest takes it for.
func sameAsOthers(t *testing.T, raw []byte, err error, found contents) {
	t.Helper()
	if err != nil || len(found.images) != 1 || found.images[0].platform != "" {
		return
	}
	var plain v1.Manifest
	if json.Unmarshal(raw, &plain) != nil || plain.Config.Digest == (v1.Hash{}) {
		return
	}
	image := found.images[0]
	if image.config.Digest != plain.Config.Digest || len(image.layers) != len(plain.Layers) && len(plain.Layers) <= maxLayers {
		t.Fatalf("got config %s and %d layers, others %s and %d", image.config.Digest, len(image.layers), plain.Config.Digest, len(plain.Layers))
	}
	for i, l := range image.layers {
		if o := plain.Layers[i]; l.Digest != o.Digest || l.Size != o.Size || l.MediaType != o.MediaType || objection(l) != objection(o) {
			t.Errorf("layer %d: got %+v, others %+v", i, l, o)
		}
	}
}

func FuzzStrings(f *testing.F) {
	for _, text := range []string{
		"", "{}", `{"config":{"Env":["A=b","c"],"Labels":{"a b":"c","\u001b":7}},"history":[{"created_by":"x"}]}`, `[[["a"]]]`, `{"a":1e999,"":null}`,
		strings.Repeat(`{"annotations":`, 70), `"a" "b"`, `{"Ⱥ":"x"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		n := 0
		err := eachString("config", raw, func(label, _ string) error {
			n++
			if len(label) > longestPath+400 || !utf8.ValidString(label) || strings.ContainsFunc(label, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("label %q", label)
			}
			return nil
		})
		if err != nil && !errors.Is(err, errNoJSON) {
			t.Errorf("error %v", err)
		}
		if n > len(raw) {
			t.Errorf("%d strings in %d bytes", n, len(raw))
		}
		if valid := json.Valid(raw); valid && err != nil && strings.Count(string(raw), "[")+strings.Count(string(raw), "{") < 64 {
			t.Errorf("error %v of valid JSON", err)
		}
	})
}

// FuzzTarball scans any bytes as an image's file.
func FuzzTarball(f *testing.F) {
	for _, text := range []string{"", "oci-layout", "manifest.json"} {
		f.Add([]byte(text), []byte("[]"), []byte("{}"), byte('0'))
	}
	f.Add([]byte("manifest.json"), []byte(`[{"Config":"c","Layers":["l"]}]`), []byte(`{"rootfs":{"diff_ids":["`+aDigest+`"]}}`), byte('2'))
	f.Add([]byte("index.json"), []byte(`{"manifests":[{"digest":"`+aDigest+`","size":2}]}`), []byte("x"), byte('1'))
	scanner := leak.New(nil)
	f.Fuzz(func(t *testing.T, name, first, second []byte, kind byte) {
		path := filepath.Join(t.TempDir(), "t")
		var tarball []byte
		for _, m := range []struct {
			name string
			kind byte
			body []byte
		}{{"oci-layout", '0', nil}, {string(name), '0', first}, {"c", kind, second}, {"manifest.json", '0', first}, {"l", '0', second}, {"index.json", '0', first}} {
			tarball = append(tarball, block(m.name, m.kind, m.body)...)
		}
		if err := os.WriteFile(path, append(tarball, make([]byte, 1024)...), 0o600); err != nil {
			t.Fatal(err)
		}
		result, err := Scan(t.Context(), scanner, Tarball(path), Options{Wall: time.Minute})
		if err == nil && result.Verdict == scan.Clean && result.Files == 0 {
			t.Error("clean, and nothing was looked at")
		}
	})
}

// block is a member of a tar.
func block(name string, kind byte, body []byte) []byte {
	head := make([]byte, 512)
	copy(head[:99], name)
	copy(head[100:], "0000644\x000000000\x000000000\x00")
	copy(head[124:], octal(len(body), 11)+"\x0000000000000\x00        ")
	head[156] = kind
	copy(head[157:256], "l")
	copy(head[257:], "ustar\x0000")
	sum := 0
	for _, c := range head {
		sum += int(c)
	}
	copy(head[148:], octal(sum, 6)+"\x00 ")
	padded := make([]byte, (len(body)+511)/512*512)
	copy(padded, body)
	return append(head, padded...)
}

func octal(n, digits int) string {
	out := make([]byte, digits)
	for i := digits - 1; i >= 0; i-- {
		out[i], n = byte('0'+n&7), n>>3
	}
	return string(out)
}

// FuzzLayer looks at any bytes as a layer. It takes whatever they are for a gap, or for nothing, and never breaks.
func FuzzLayer(f *testing.F) {
	f.Add(block("a", '0', []byte("k = 1")))
	f.Add(append(block("pax", 'x', []byte("12 path=abc\n")), block("a", '2', nil)...))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Add([]byte("\x28\xb5\x2f\xfd\x00\x58\x01\x00\x00"))
	scanner := leak.New(nil)
	limits := leak.Limits{Bytes: 4 << 20, Files: 1000, Ratio: 200, Depth: 5, Findings: 10}
	f.Fuzz(func(t *testing.T, data []byte) {
		digest, size, err := v1.SHA256(strings.NewReader(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		r := &run{scanner: scanner, o: Options{Limits: limits}, store: memory(data)}
		s, err := r.layer(t.Context(), v1.Descriptor{Digest: digest, Size: size}, limits)
		if err != nil {
			t.Fatalf("whole bytes, and error %v", err)
		}
		if s.bytes > limits.Bytes+1<<20 || s.files > limits.Files+1 {
			t.Errorf("%d bytes, %d files", s.bytes, s.files)
		}
	})
}

// memory is a store of one part.
type memory []byte

func (m memory) survey(context.Context) (contents, error) { return contents{}, nil }
func (m memory) explain(err error) error                  { return err }
func (m memory) close() error                             { return nil }
func (m memory) part(context.Context, v1.Descriptor) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(string(m))), nil
}
