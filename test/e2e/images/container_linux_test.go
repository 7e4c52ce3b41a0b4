package images_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	corev1 "k8s.io/api/core/v1"
)

// insideVariable tells this program that it is a container's first process, and what the container is.
const insideVariable = "HUSTINGS_TEST_CONTAINER"

// soon is more than anything here takes.
const soon = 20 * time.Second

func TestMain(m *testing.M) {
	if plan := os.Getenv(insideVariable); plan != "" {
		fmt.Fprintln(os.Stderr, "container:", enter(plan))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// container is what a node would do with an image and a pod, as far as a test can do it alone: namespaces, a read-only
// root, the pod's volumes and user, no capability, no new privileges. Seccomp is left to the tests on a real node.
type container struct {
	Root    string
	Command []string
	Env     []string
	User    int
	// Volumes are folders of this machine, by where they are mounted.
	Volumes map[string]string

	log     *log
	command *exec.Cmd
	ended   chan struct{}
	network *network
}

// volumes makes a pod's, as the kubelet makes an emptyDir for a pod with an fsGroup.
func volumes(t *testing.T, pod corev1.PodSpec) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, m := range pod.Containers[0].VolumeMounts {
		dir := filepath.Join(t.TempDir(), m.Name)
		err := errors.Join(os.Mkdir(dir, 0o777), os.Chown(dir, 0, int(*pod.SecurityContext.FSGroup)), os.Chmod(dir, 0o777|os.ModeSetgid))
		if err != nil {
			t.Fatal(err)
		}
		all[m.MountPath] = dir
	}
	return all
}

// start runs an image that is unpacked in root as the pod's first container.
func start(t *testing.T, root string, command, env []string, pod corev1.PodSpec, volumes map[string]string) *container {
	t.Helper()
	c := &container{
		Root: root, Command: command, Env: env, User: int(*pod.SecurityContext.RunAsUser), Volumes: volumes,
		ended: make(chan struct{}), network: newNetwork(t), log: &log{done: make(chan struct{})},
	}
	for _, e := range pod.Containers[0].Env {
		c.Env = append(c.Env, e.Name+"="+e.Value)
	}
	plan, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	// As runc does: or a user that is not root could not open /dev/stdout.
	if err := write.Chown(c.User, c.User); err != nil {
		t.Fatal(err)
	}
	c.command = exec.Command("/proc/self/exe")
	c.command.Env = []string{insideVariable + "=" + string(plan)}
	c.command.Stdout, c.command.Stderr = write, write
	c.command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		Pdeathsig:  syscall.SIGKILL,
	}
	c.network.do(func() { err = c.command.Start() })
	_ = write.Close()
	if err != nil {
		t.Fatal(err)
	}
	go c.log.read(read)
	go func() { _ = c.command.Wait(); close(c.ended) }()
	t.Cleanup(func() {
		_ = c.command.Process.Kill()
		<-c.ended
		<-c.log.done
		if t.Failed() {
			t.Logf("%s said:\n%s", command[0], c.log)
		}
	})
	return c
}

// enter makes a container of this process, and of that its first program. It returns only what went wrong.
func enter(plan string) error {
	runtime.LockOSThread()
	var c container
	if err := json.Unmarshal([]byte(plan), &c); err != nil {
		return err
	}
	if err := c.mount(); err != nil {
		return err
	}
	if err := errors.Join(syscall.Chroot(c.Root), syscall.Chdir("/")); err != nil {
		return err
	}
	for capability := uintptr(0); ; capability++ {
		if _, _, e := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_CAPBSET_DROP, capability, 0); e == syscall.EINVAL {
			break
		} else if e != 0 {
			return e
		}
	}
	const noNewPrivileges = 38
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, noNewPrivileges, 1, 0, 0, 0, 0); e != 0 {
		return e
	}
	if err := errors.Join(syscall.Setgroups([]int{c.User}), syscall.Setgid(c.User), syscall.Setuid(c.User)); err != nil {
		return err
	}
	return fmt.Errorf("%s: %w", c.Command[0], syscall.Exec(c.Command[0], c.Command, c.Env))
}

func (c *container) mount() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := syscall.Mount(c.Root, c.Root, "", syscall.MS_BIND, ""); err != nil {
		return err
	}
	if err := c.mountAt("/proc", "proc", 0, ""); err != nil {
		return err
	}
	if err := c.mountAt("/dev", "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	for device, minor := range map[string]int{"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9} {
		file := filepath.Join(c.Root, "dev", device)
		if err := errors.Join(syscall.Mknod(file, syscall.S_IFCHR, 1<<8|minor), os.Chmod(file, 0o666)); err != nil {
			return err
		}
	}
	for link, to := range map[string]string{"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"} {
		if err := os.Symlink("/proc/self/fd"+to, filepath.Join(c.Root, "dev", link)); err != nil {
			return err
		}
	}
	for path, volume := range c.Volumes {
		if err := c.mountAt(path, volume, syscall.MS_BIND, ""); err != nil {
			return err
		}
	}
	return errors.Join(
		syscall.Mount("", filepath.Join(c.Root, "dev"), "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""),
		syscall.Mount("", c.Root, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
}

func (c *container) mountAt(path, source string, flags uintptr, data string) error {
	target := filepath.Join(c.Root, path)
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	if err := syscall.Mount(source, target, source, flags, data); err != nil {
		return fmt.Errorf("mount %s: %w", path, err)
	}
	return nil
}

// up waits until the container answers a path, and fails if it ends instead.
func (c *container) up(t *testing.T, path string) {
	t.Helper()
	c.wait(t, "to answer "+path, func() bool {
		response, err := c.client(false).Get("http://127.0.0.1:8080" + path)
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// wait asks again and again until something is so.
func (c *container) wait(t *testing.T, what string, so func() bool) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	timeout := time.After(soon)
	for !so() {
		select {
		case <-c.ended:
			if !so() {
				t.Fatalf("it ended (%s) and was %s", c.command.ProcessState, what)
			}
			return
		case <-timeout:
			t.Fatalf("%s: not within %s", what, soon)
		case <-ticker.C:
		}
	}
}

// end waits for the container's end.
func (c *container) end(t *testing.T) *os.ProcessState {
	t.Helper()
	select {
	case <-c.ended:
	case <-time.After(soon):
		t.Fatalf("it had not ended after %s", soon)
	}
	<-c.log.done
	return c.command.ProcessState
}

func (c *container) signal(t *testing.T, name string) {
	t.Helper()
	signals := map[string]syscall.Signal{"": syscall.SIGTERM, "SIGTERM": syscall.SIGTERM, "SIGQUIT": syscall.SIGQUIT, "SIGWINCH": syscall.SIGWINCH}
	number, ok := signals[name]
	if !ok {
		t.Fatalf("no signal of that name: %q", name)
	}
	if err := c.command.Process.Signal(number); err != nil {
		t.Fatal(err)
	}
}

// child is the process of a program that the first one has started.
func (c *container) child(t *testing.T, program string) int {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", c.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder // each thread has its own
	for _, list := range lists {
		raw, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	for _, field := range strings.Fields(all.String()) {
		name, err := os.ReadFile("/proc/" + field + "/comm")
		if pid, failed := strconv.Atoi(field); err == nil && failed == nil && strings.HasPrefix(string(name), program) {
			return pid
		}
	}
	t.Fatalf("no process is called %s among %s", program, all.String())
	return 0
}

// listens tells whether a new connection is taken.
func (c *container) listens() bool {
	conn, err := c.dial(context.Background(), "tcp4", "127.0.0.1:8080")
	if err != nil {
		return !errors.Is(err, syscall.ECONNREFUSED)
	}
	_ = conn.Close()
	return true
}

// client asks the container. Its connections take in little at a time, so that a long answer is under way for as long as
// nobody reads it.
func (c *container) client(keepAlive bool) *http.Client {
	return &http.Client{Timeout: soon, Transport: &http.Transport{DialContext: c.dial, DisableKeepAlives: !keepAlive, DisableCompression: true}}
}

func (c *container) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	dialer := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) (err error) {
		return errors.Join(raw.Control(func(fd uintptr) {
			err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096)
		}), err)
	}}
	c.network.do(func() { conn, err = dialer.DialContext(ctx, network, address) })
	return conn, err
}

// network is a network of its own: a thread that is in it.
type network struct{ calls chan func() }

func newNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{calls: make(chan func())}
	ready := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the function
		err := syscall.Unshare(syscall.CLONE_NEWNET)
		if err == nil {
			err = loopback()
		}
		ready <- err
		for f := range n.calls {
			f()
		}
	}()
	if err := <-ready; err != nil {
		t.Fatalf("make a network: %v", err)
	}
	t.Cleanup(func() { close(n.calls) })
	return n
}

// loopback brings the loopback interface up, and with it 127.0.0.1.
func loopback() error {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer func() { _ = syscall.Close(socket) }()
	request := struct {
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		rest  [22]byte
	}{name: [syscall.IFNAMSIZ]byte{'l', 'o'}, flags: syscall.IFF_UP}
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(socket), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); e != 0 {
		return e
	}
	return nil
}

func (n *network) do(f func()) {
	done := make(chan struct{})
	n.calls <- func() { f(); close(done) }
	<-done
}

// log is what a container wrote to its streams.
type log struct {
	mu   sync.Mutex
	text strings.Builder
	done chan struct{}
}

func (l *log) read(from *os.File) {
	defer close(l.done)
	defer func() { _ = from.Close() }()
	_, _ = io.Copy(l, from)
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
