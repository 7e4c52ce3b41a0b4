package image_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/image"
)

var (
	childRef = flag.String("scan-ref", "", "a reference that TestScanOfAChild scans, in a process of its own")
	peakSize = flag.Int("scan-mb", 60, "size of the image whose scan's memory is measured")
)

// maxPeak is what the scanner's container has, and memLimit what its collector is told of it.
const (
	maxPeak  = 256 << 10
	memLimit = "GOMEMLIMIT=208MiB"
)

// TestScanOfAChild scans what the flag names and prints the verdict and the most memory that the process ever had, in KiB.
func TestScanOfAChild(t *testing.T) {
	if *childRef == "" {
		t.Skip("it is run by TestPeakMemory")
	}
	began := time.Now()
	got := scanWith(t, image.Remote(*childRef), local())
	status, err := os.Open("/proc/self/status")
	must(err)
	defer func() { _ = status.Close() }()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if peak, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			fmt.Printf("\nchild %s %s %d %s\n", got.Verdict, strings.Fields(peak)[0], time.Since(began).Milliseconds(), got.Message)
		}
	}
}

// noise does not pack.
func noise(seed uint64, n int) []byte {
	random, out := rand.NewChaCha8([32]byte{byte(seed)}), make([]byte, n)
	_, err := random.Read(out)
	must(err)
	return out
}

func zstdOf(data []byte, window int) []byte {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, zstd.WithWindowSize(window), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	must(err)
	_, err = w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}

// TestPeakMemory: it measures memory, so no other test runs beside it.
func TestPeakMemory(t *testing.T) {
	for name, c := range map[string]struct {
		make    func(r *registry) object
		verdict scan.Verdict
	}{
		"of an ordinary image": {func(r *registry) object {
			layers := make([]object, 10)
			for i := range layers {
				var files []file
				for j := range 20 {
					files = append(files, file{name: fmt.Sprintf("app%d.js", j), body: prose(100*i+j, *peakSize<<20/200)})
				}
				layers[i] = r.layer(files...)
			}
			return r.image(layers...)
		}, scan.Clean},
		"of windows within one another": {func(r *registry) object {
			const window = 32 << 20
			data := noise(1, window+1<<20)
			for range 5 {
				data = zstdOf(data, window)
			}
			two := tarOf(file{name: "a", body: string(data)}, file{name: "b", body: string(data)})
			return r.image(r.blob(typeZstd, zstdOf(two, window)))
		}, scan.Incomplete},
		"of many large configs": {func(r *registry) object {
			entries := make([]object, 6)
			for i := range entries {
				arch := fmt.Sprintf("arch%d", i)
				config := r.blob(typeConfig, []byte(`{"a":"`+arch+`","history":[{}`+strings.Repeat(",{}", 1_390_000)+`]}`))
				entries[i] = linux(r.manifest(typeManifest, object{"config": config, "layers": []object{}}), arch)
			}
			return r.index(entries...)
		}, scan.Clean},
		"of databases that are none": {func(r *registry) object {
			const magic = "SQLite format 3\x00"
			var files []file
			for _, size := range []int{63 << 20, 80 << 20} {
				files = append(files, file{name: "a.db", body: magic + prose(1, size)})
			}
			return r.layerImage(files...)
		}, scan.Incomplete},
		"of one line of 50 MB": {func(r *registry) object {
			return r.layerImage(file{name: "app.js", body: strings.ReplaceAll(prose(1, 50<<20), "\n", " ")})
		}, scan.Clean},
		"of leaks by the ten thousand": {func(r *registry) object {
			var b strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&b, "k%d = \"%s\"\n", i, key(uint64(i)))
			}
			return r.layerImage(file{name: "app.js", body: b.String()})
		}, scan.Leaking},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			binary, err := os.Executable()
			must(err)
			child := exec.CommandContext(t.Context(), binary, "-test.run=^TestScanOfAChild$", "-scan-ref="+r.ref(c.make(r)))
			child.Env = append(child.Environ(), memLimit)
			out, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %.500s", err, out)
			}
			_, line, _ := strings.Cut(string(out), "\nchild ")
			fields := strings.Fields(line)
			if len(fields) < 3 || scan.Verdict(fields[0]) != c.verdict {
				t.Fatalf("it said %.300q, want %s", line, c.verdict)
			}
			peak, err := strconv.Atoi(fields[1])
			must(err)
			t.Logf("%d MiB in %s ms", peak>>10, fields[2])
			if peak > maxPeak {
				t.Errorf("the scan took %d MiB, the scanner has %d", peak>>10, maxPeak>>10)
			}
		})
	}
}

// layerImage is an image of one layer.
func (r *registry) layerImage(files ...file) object { return r.image(r.layer(files...)) }
