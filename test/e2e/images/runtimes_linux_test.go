package images_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	corev1 "k8s.io/api/core/v1"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/image"
	"github.com/hustings/hustings/test/e2e/images"
)

// address is where a container answers in its own network.
const address = "http://127.0.0.1:8080"

var (
	fetched    sync.Once
	fetchError error
)

// cache is filled, or the test skipped.
func cache(t *testing.T) string {
	t.Helper()
	if os.Getenv("HUSTINGS_E2E") == "" {
		t.Skip("this fetches Debian's packages and runs what is in them: set HUSTINGS_E2E=1")
	}
	if os.Geteuid() != 0 {
		t.Skip("a container is made of namespaces and mounts, which needs root")
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		t.Skip("the images are made from Debian's packages, and there is no apt-get here: run this on Debian or Ubuntu")
	}
	folder := os.Getenv("HUSTINGS_E2E_CACHE")
	if folder == "" {
		folder = os.Getenv("HUSTINGS_CACHE")
		if folder == "" {
			user, err := os.UserCacheDir()
			if err != nil {
				t.Fatal(err)
			}
			folder = filepath.Join(user, "hustings")
		}
		folder = filepath.Join(folder, "e2e")
	}
	fetched.Do(func() { fetchError = images.Fetch(t.Context(), folder) })
	if fetchError != nil {
		t.Fatal(fetchError)
	}
	return folder
}

func build(t *testing.T, r images.Runtime, o images.Options) v1.Image {
	t.Helper()
	img, err := images.Build(t.Context(), r, o)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// bundle is an image unpacked, and what its config says.
type bundle struct {
	root   string
	config v1.Config
}

func unpack(t *testing.T, img v1.Image) bundle {
	t.Helper()
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	b := bundle{t.TempDir(), config.Config}
	files := mutate.Extract(img)
	defer func() { _ = files.Close() }()
	tar := exec.Command("tar", "-xp", "-C", b.root)
	tar.Stdin = files
	if out, err := tar.CombinedOutput(); err != nil {
		t.Fatalf("unpack the image: %v: %s", err, out)
	}
	// The folder of a test is its user's alone; a container's root is everybody's.
	for dir := b.root; dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func (b bundle) start(t *testing.T, pod corev1.PodSpec) *container {
	t.Helper()
	return start(t, b.root, b.config.Entrypoint, b.config.Env, pod, volumes(t, pod))
}

// long are files whose answers are under way for a while: as large as no socket buffers, or slow to be made.
func long() []images.File {
	return []images.File{
		{Path: images.Root + "/long", Content: bytes.Repeat([]byte("x"), 32<<20)},
		{Path: images.Root + "/long.php", Content: []byte(`<?php
header('X-Accel-Buffering: no');
for ($i = 0; $i < 20; $i++) { echo str_repeat('x', 100); flush(); usleep(100000); }
`)},
	}
}

// asks is what a test of one runtime looks at besides.
var asks = map[string]func(*testing.T, *container){"nginx": asksNginx, "php": asksPHP, "node": asksNode}

func TestEveryRuntimeServesAndEndsAsTheGuideSays(t *testing.T) {
	folder, sites := cache(t), guideSites(t)
	for _, r := range images.Runtimes {
		t.Run(r.Name, func(t *testing.T) {
			top := [][]images.File{long(), {
				{Path: images.Root + "/.git/config", Content: []byte("[core]\n")},
				{Path: images.Root + "/events.json", Content: []byte("[]\n")},
				{Path: images.Root + "/form.php", Content: []byte(formPage)},
			}}
			b := unpack(t, build(t, r, images.Options{Cache: folder, Version: "v2", Layers: top}))
			pod := deployment(t, sites[r.Name]).Spec.Template.Spec

			t.Run("it serves its page", func(t *testing.T) {
				c := b.start(t, pod)
				c.up(t, pod.Containers[0].StartupProbe.HTTPGet.Path)
				if page := get(t, c, "/"); !strings.Contains(page, r.Name+" v2") {
					t.Errorf("the index page does not name %s and v2:\n%s", r.Name, page)
				}
				if more := asks[r.Name]; more != nil {
					more(t, c)
				}
				c.wait(t, "to log what it answered", func() bool { return strings.Contains(c.log.String(), "GET ") })
				if strings.Contains(c.log.String(), images.Health) {
					t.Errorf("it logs what the kubelet asks every few seconds:\n%s", c.log)
				}
			})
			t.Run("it finishes what it is answering when it is told to end", func(t *testing.T) {
				c := b.start(t, pod)
				c.up(t, images.Health)
				whole, state := drain(t, c, r, b.config.StopSignal)
				if !whole {
					t.Error("the answer was cut")
				}
				if state.ExitCode() != 0 {
					t.Errorf("it ended with %s, not with 0", state)
				}
			})
			t.Run("it starts again in its pod after a crash", func(t *testing.T) {
				kept := volumes(t, pod)
				for range 2 {
					c := start(t, b.root, b.config.Entrypoint, b.config.Env, pod, kept)
					c.up(t, images.Health)
					if err := c.command.Process.Kill(); err != nil {
						t.Fatal(err)
					}
					c.end(t)
				}
			})
			if len(r.Writable) > 0 {
				t.Run("it does not start where it can write nothing", func(t *testing.T) {
					none := pod.DeepCopy()
					none.Containers[0].VolumeMounts = nil
					c := b.start(t, *none)
					if state := c.end(t); state.Success() {
						t.Errorf("it ended with %s", state)
					}
					if !strings.Contains(c.log.String(), "Read-only file system") && !strings.Contains(c.log.String(), "No such file or directory") {
						t.Errorf("it does not say that it cannot write:\n%s", c.log)
					}
				})
			}
			if b.config.StopSignal != "" && r.Name != "php" {
				t.Run("it drops what it is answering at SIGTERM", func(t *testing.T) {
					c := b.start(t, pod)
					c.up(t, images.Health)
					if whole, _ := drain(t, c, r, "SIGTERM"); whole {
						t.Error("it finished: the image needs no signal of its own")
					}
				})
			}
		})
	}
}

// get returns a page.
func get(t *testing.T, c *container, path string) string {
	t.Helper()
	response, err := c.client(false).Get(address + path)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, response)
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", response.Request.URL.Path, response.Status)
	}
	return string(b)
}

// drain tells a container to end while it gives an answer and while somebody keeps an idle connection. It reads the rest
// once no new connection is taken, and returns whether all of the answer came, and how the container ended.
func drain(t *testing.T, c *container, r images.Runtime, signal string) (whole bool, state *os.ProcessState) {
	t.Helper()
	idle := c.client(true)
	response, err := idle.Get(address + "/")
	if err != nil {
		t.Fatal(err)
	}
	body(t, response)
	defer idle.CloseIdleConnections()

	path, size := "/long", 32<<20
	if r.Name == "php" {
		path, size = "/long.php", 2000
	}
	response, err = c.client(false).Get(address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	first := make([]byte, 100)
	if _, err := io.ReadFull(response.Body, first); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %v", path, response.Status, err)
	}
	c.signal(t, signal)
	c.wait(t, "to take no new connections", func() bool { return !c.listens() })
	rest, err := io.Copy(io.Discard, response.Body)
	return err == nil && rest+100 == int64(size), c.end(t)
}

func asksNginx(t *testing.T, c *container) {
	t.Helper()
	if file := get(t, c, "/.git/config"); file != "[core]\n" {
		t.Errorf("/.git/config is %q: a test that mounts a file there would find nothing", file)
	}
	response, err := c.client(false).Get(address + "/events.json")
	if err != nil {
		t.Fatal(err)
	}
	body(t, response)
	if kind := response.Header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("JSON is served as %s", kind)
	}
}

// formPage keeps a session, takes an upload, and says what it has of the environment.
const formPage = `<?php
session_start();
$_SESSION['seen'] = ($_SESSION['seen'] ?? 0) + 1;
echo $_SESSION['seen'], ' ', getenv('GREETING'), ' ', $_FILES['photo']['size'] ?? 'none', ' ', extension_loaded('mysqli') ? 'mysqli' : '';
`

func asksPHP(t *testing.T, c *container) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-Proto", "https")
	response, err := c.client(false).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if page := body(t, response); !strings.Contains(page, "by https") {
		t.Errorf("PHP does not know that the visitor came by https:\n%s", page)
	}

	client := c.client(false)
	if client.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 hello 100000 mysqli", "2 hello 100000 mysqli"} {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		part, err := w.CreateFormFile("photo", "photo.jpg")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(bytes.Repeat([]byte("x"), 100000))
		_ = w.Close()
		response, err := client.Post(address+"/form.php", w.FormDataContentType(), &form)
		if err != nil {
			t.Fatal(err)
		}
		if got := body(t, response); got != want {
			t.Errorf("session, environment, upload and extension are %q, not %q", got, want)
		}
	}
}

func asksNode(t *testing.T, c *container) {
	t.Helper()
	for _, path := range []string{"/%zz", "/%00", "//"} {
		response, err := c.client(false).Get(address + "/")
		if err != nil {
			t.Fatalf("before %s: %v", path, err)
		}
		_ = response.Body.Close()
		conn, err := c.dial(t.Context(), "tcp4", "127.0.0.1:8080")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, "GET "+path+" HTTP/1.0\r\n\r\n")
		if answer, err := io.ReadAll(conn); err != nil || len(answer) == 0 {
			t.Errorf("%s has no answer: %v", path, err)
		}
		_ = conn.Close()
	}
}

func TestNginxStartsOnlyIfEveryPathIsNamed(t *testing.T) {
	folder, sites := cache(t), guideSites(t)
	b := unpack(t, build(t, images.Nginx, images.Options{Cache: folder}))
	file := filepath.Join(b.root, "etc/nginx/nginx.conf")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pid", "client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path"} {
		t.Run(name, func(t *testing.T) {
			without := strings.Replace(string(whole), name+" /tmp/", "# ", 1)
			if without == string(whole) {
				t.Fatal("the image does not name it either")
			}
			if err := os.WriteFile(file, []byte(without), 0o644); err != nil {
				t.Fatal(err)
			}
			c := b.start(t, deployment(t, sites["nginx"]).Spec.Template.Spec)
			if state := c.end(t); state.Success() || !strings.Contains(c.log.String(), "Read-only file system") {
				t.Errorf("it ended with %s:\n%s", state, c.log)
			}
		})
	}
}

func TestASupervisedImageEndsWithEitherOfItsServers(t *testing.T) {
	folder, sites := cache(t), guideSites(t)
	b := unpack(t, build(t, images.PHP, images.Options{Cache: folder}))
	for _, program := range []string{"php-fpm", "nginx"} {
		t.Run(program, func(t *testing.T) {
			c := b.start(t, deployment(t, sites["php"]).Spec.Template.Spec)
			c.up(t, "/index.php")
			if err := syscall.Kill(c.child(t, program), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			if state := c.end(t); state.Success() {
				t.Errorf("it ended with %s", state)
			}
		})
	}
}

func TestNoImageHasAFinding(t *testing.T) {
	folder := cache(t)
	for _, r := range images.Runtimes {
		t.Run(r.Name, func(t *testing.T) {
			result := look(t, build(t, r, images.Options{Cache: folder, Version: "v1"}))
			if len(result.Findings) > 0 || result.Verdict != scan.Clean {
				t.Errorf("%v %s: %v", result.Verdict, result.Message, result.Findings)
			}
		})
	}
}

func TestAKeyInADeletedLayerIsFoundAndNotServed(t *testing.T) {
	folder := cache(t)
	file := images.Root + "/.env"
	key := "sk_" + "live_" + strings.Repeat("4eC39Hq", 4)
	img := build(t, images.Go, images.Options{Cache: folder, Layers: [][]images.File{
		{{Path: file, Content: []byte("STRIPE_SECRET_KEY=" + key + "\n")}}, {{Path: file, Gone: true}},
	}})
	if _, err := os.Stat(filepath.Join(unpack(t, img).root, file)); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
	if result := look(t, img); len(result.Findings) != 1 {
		t.Errorf("findings: %v", result.Findings)
	}
}

func TestTheSameOptionsMakeTheSameImage(t *testing.T) {
	folder := cache(t)
	digest := func(version string) string {
		d, err := build(t, images.Nginx, images.Options{Cache: folder, Version: version}).Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d.String()
	}
	if a, b := digest("v1"), digest("v1"); a != b {
		t.Errorf("two digests of one image: %s and %s", a, b)
	}
	if digest("v1") == digest("v2") {
		t.Error("two versions have one digest")
	}
}

func look(t *testing.T, img v1.Image) scan.Result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "image.tar")
	if err := tarball.WriteToFile(file, name.MustParseReference("registry.example.org/site:v1"), img); err != nil {
		t.Fatal(err)
	}
	result, err := image.Scan(t.Context(), leak.New([]byte("key")), image.Tarball(file), image.Options{Limits: leak.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	return result
}
