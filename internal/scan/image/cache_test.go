package image_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/image"
)

// cached are options with a cache that has room for much.
func cached() image.Options {
	o := local()
	o.Layers = image.NewLayerCache(1000, 16<<20)
	return o
}

// prose are so many bytes of scripts that hold no secret, different for each n.
func prose(n, size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "function f%x_%d(a, b) { return a.value + b * %d; } // counts the votes of ward %d\n", i*7919, n, i, i%97)
	}
	return b.String()
}

// TestTheSameLayersAgainAreQuick: it measures time, so no other test runs beside it.
func TestTheSameLayersAgainAreQuick(t *testing.T) {
	r := newRegistry(t)
	layers := make([]object, 10)
	for i := range layers {
		layers[i] = r.layer(file{name: "app.js", body: prose(i, 1<<20)}, file{name: "leak", body: "k = " + key(uint64(60+i))})
	}
	first, second := r.image(layers...), r.manifest(typeManifest, object{"config": r.config(object{"author": "me"}), "layers": layers})
	o := cached()
	want := scanWith(t, image.Remote(r.ref(first)), o)
	expect(t, want, scan.Leaking, "")
	if n := r.askedBlobs.Load(); n != 11 {
		t.Errorf("%d blobs were fetched", n)
	}
	began := time.Now()
	got := scanWith(t, image.Remote(r.ref(second)), o)
	if took := time.Since(began); took > 100*time.Millisecond {
		t.Errorf("the same layers again took %s", took)
	}
	if n := r.askedBlobs.Load(); n != 12 {
		t.Errorf("%d blobs were fetched in all, want one config more", n)
	}
	want.Digest, want.Bytes, want.Files = got.Digest, got.Bytes, got.Files
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("it saw something else (-first +second):\n%s", diff)
	}
}

func TestImagesOfAnIndexShareLayers(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	layer := r.layer(file{name: "a", body: "k = " + key(70)})
	images := make([]object, 5)
	for i := range images {
		arch := fmt.Sprintf("arch%d", i)
		images[i] = linux(r.manifest(typeManifest, object{"config": r.config(object{"architecture": arch}), "layers": []object{layer}}), arch)
	}
	got := r.scan(t, r.index(images...))
	expect(t, got, scan.Leaking, "")
	if n := r.askedBlobs.Load(); n != 6 || got.Failures != 1 {
		t.Errorf("%d blobs were fetched, %d leaks counted", n, got.Failures)
	}
}

// TestTheCacheMakesNothingClean scans once with what is wrong, and then again: with a cache the verdict is as it is without.
func TestTheCacheMakesNothingClean(t *testing.T) {
	t.Parallel()
	secret := key(71)
	bad := func(mediaType string, data []byte, more object) func(r *registry) object {
		return func(r *registry) object { return r.image(with(r.blob(mediaType, data), more)) }
	}
	for name, c := range map[string]struct {
		make    func(r *registry) object
		verdict scan.Verdict
	}{
		"a damaged layer":        {bad(typeTar, tarOf(file{name: "a", body: strings.Repeat("b", 1000)})[:1000], nil), scan.Incomplete},
		"a bomb":                 {bad(typeGzip, gzipped(zeroFile(16<<20)), nil), scan.Incomplete},
		"too many files":         {bad(typeGzip, gzipped(tinyFiles(3000)), nil), scan.Incomplete},
		"too many bytes":         {bad(typeGzip, gzipped(noiseFile(9<<20)), nil), scan.Incomplete},
		"a layer of no kind":     {bad("text/plain", gz(tarOf(file{name: "a", body: "b"})), nil), scan.Incomplete},
		"a layer from elsewhere": {bad(typeGzip, gz(nil), object{"urls": []string{"https://example.org"}}), scan.Incomplete},
		"a layer that is longer": {bad(typeGzip, gz(nil), object{"size": 1000}), scan.Error},
		"a layer that leaks":     {bad(typeGzip, gz(tarOf(file{name: "a", body: "k = " + secret})), nil), scan.Leaking},
		"an archive too deep":    {bad(typeGzip, gz(tarOf(file{name: "a", body: nested("a", 9)})), nil), scan.Incomplete},
		"a config that cannot be read": {func(r *registry) object {
			return r.manifest(typeManifest, object{"config": r.blob(typeConfig, []byte("x")), "layers": []object{}})
		}, scan.Incomplete},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			o := cached()
			o.Limits = small()
			d := c.make(r)
			first := scanWith(t, image.Remote(r.ref(d)), o)
			expect(t, first, c.verdict, "")
			for range 2 {
				again := scanWith(t, image.Remote(r.ref(d)), o)
				if diff := cmp.Diff(first, again); diff != "" {
					t.Errorf("-first +again:\n%s", diff)
				}
			}
			silent(t, first, secret)
		})
	}
}

func TestTheCacheForgetsNothingThatIsWrongWithAnImage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		more    object
		verdict scan.Verdict
	}{
		"its kind":       {object{"mediaType": "text/plain"}, scan.Incomplete},
		"its size":       {object{"size": 7}, scan.Error},
		"where it is":    {object{"urls": []string{"https://example.org"}}, scan.Incomplete},
		"a size too low": {object{"size": -1}, scan.Incomplete},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			layer := r.layer(file{name: "a", body: "b"})
			right, wrong := r.image(layer), r.image(with(layer, c.more))
			o := cached()
			for range 2 {
				// Neither hides what is wrong with the other, nor does it spoil the right one.
				expect(t, scanWith(t, image.Remote(r.ref(wrong)), o), c.verdict, "")
				expect(t, scanWith(t, image.Remote(r.ref(right)), o), scan.Clean, "")
			}
		})
	}
}

func TestWhatFailedIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	layer := r.layer(file{name: "a", body: "k = " + key(72)})
	img := r.image(layer)
	fails := true
	r.first = func(w http.ResponseWriter, req *http.Request) bool {
		if !fails || !strings.HasSuffix(req.URL.Path, layer["digest"].(string)) {
			return false
		}
		r.serve(&lies{ResponseWriter: w}, req)
		return true
	}
	o := cached()
	expect(t, scanWith(t, image.Remote(r.ref(img)), o), scan.Error, "digest")
	fails = false
	expect(t, scanWith(t, image.Remote(r.ref(img)), o), scan.Leaking, "")
}

func TestAScanOutOfTimeIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	img := r.image(r.blob(typeGzip, gzipped(noiseFile(6<<20))))
	o := cached()
	o.Wall = time.Nanosecond
	expect(t, scanWith(t, image.Remote(r.ref(img)), o), scan.Error, "more than")
	o.Wall = time.Minute
	expect(t, scanWith(t, image.Remote(r.ref(img)), o), scan.Clean, "")
}

func TestOtherLimitsAreAnotherLook(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	img := r.image(r.layer(file{name: "a", body: nested("k = "+key(73), 3)}))
	o := cached()
	for range 2 {
		o.Limits = small()
		o.Limits.Depth = 2
		expect(t, scanWith(t, image.Remote(r.ref(img)), o), scan.Incomplete, "nested")
		o.Limits.Depth = 5
		expect(t, scanWith(t, image.Remote(r.ref(img)), o), scan.Leaking, "")
	}
	if n := r.askedBlobs.Load(); n != 4 {
		t.Errorf("%d blobs were fetched, want config and layer for each of the limits", n)
	}
}

func TestWhatIsRememberedCountsAgainstTheLimits(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	layers := make([]object, 9)
	o := cached()
	o.Limits = small()
	for i := range layers {
		layers[i] = r.layer(file{name: "a", body: prose(i, 1<<20)})
		expect(t, scanWith(t, image.Remote(r.ref(r.image(layers[i]))), o), scan.Clean, "")
	}
	expect(t, scanWith(t, image.Remote(r.ref(r.image(layers...))), o), scan.Incomplete, "more than 8 MiB unpacked")
	var many []object
	for i := range 3 {
		files := make([]file, 900)
		for j := range files {
			files[j] = file{name: "a", body: fmt.Sprint(i)}
		}
		many = append(many, r.layer(files...))
		o.Limits.Ratio = 100_000
		expect(t, scanWith(t, image.Remote(r.ref(r.image(many[i]))), o), scan.Clean, "")
	}
	expect(t, scanWith(t, image.Remote(r.ref(r.image(many...))), o), scan.Incomplete, "more than 2000 files")
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	leaks := make([]file, 40)
	for i := range leaks {
		leaks[i] = file{name: fmt.Sprintf("dir/%d", i), body: "k = " + key(uint64(80+i))}
	}
	for name, c := range map[string]struct {
		cache *image.LayerCache
		// again is how many blobs of the oldest and of the newest image are fetched again: a config and a layer.
		oldest, newest int64
	}{
		"by entries":                   {image.NewLayerCache(4, 1<<30), 2, 0},
		"by bytes":                     {image.NewLayerCache(1000, 50_000), 2, 0},
		"by nothing":                   {image.NewLayerCache(1000, 1<<30), 0, 0},
		"to no entry":                  {image.NewLayerCache(0, 1<<30), 2, 2},
		"to less than a layer's bytes": {image.NewLayerCache(1000, 10), 2, 2},
		"not at all, it is not there":  {nil, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			o := local()
			o.Layers = c.cache
			refs := make([]string, 6)
			for i := range refs {
				config := r.config(object{"author": fmt.Sprint(i)})
				layer := r.layer(append(leaks[:len(leaks):len(leaks)], file{name: "n", body: fmt.Sprint(i)})...)
				refs[i] = r.ref(r.manifest(typeManifest, object{"config": config, "layers": []object{layer}}))
				expect(t, scanWith(t, image.Remote(refs[i]), o), scan.Leaking, "")
			}
			fetched := func(ref string) int64 {
				before := r.askedBlobs.Load()
				expect(t, scanWith(t, image.Remote(ref), o), scan.Leaking, "")
				return r.askedBlobs.Load() - before
			}
			if n := fetched(refs[len(refs)-1]); n != c.newest {
				t.Errorf("%d blobs of the newest were fetched again, want %d", n, c.newest)
			}
			if n := fetched(refs[0]); n != c.oldest {
				t.Errorf("%d blobs of the oldest were fetched again, want %d", n, c.oldest)
			}
		})
	}
}

func TestACacheIsSharedByScansAtTheSameTime(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	layers := make([]object, 8)
	for i := range layers {
		layers[i] = r.layer(file{name: "a", body: fmt.Sprintf("k%d = %s", i, key(uint64(90+i)))})
	}
	o := cached()
	o.Layers = image.NewLayerCache(5, 1<<20)
	scanner := leak.New(nil)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 5 {
				img := image.Remote(r.ref(r.image(layers[i], layers[(i+j)%8])))
				got, err := image.Scan(t.Context(), scanner, img, o)
				if want := min(2, j+1); err != nil || got.Failures != want {
					t.Errorf("%d leaks, %v", got.Failures, err)
				}
			}
		})
	}
	all.Wait()
}
