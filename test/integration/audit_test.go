package integration

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"

	. "github.com/onsi/gomega"

	"github.com/hustings/hustings/test/cluster"
)

// request is a line of the audit log.
type request struct {
	Verb string `json:"verb"`
	User struct {
		Username string `json:"username"`
	} `json:"user"`
	ObjectRef struct {
		Resource, Namespace, Name, Subresource, APIGroup string
	} `json:"objectRef"`
	ResponseStatus struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
}

func (r request) String() string {
	return fmt.Sprintf("%d %s %s/%s %s/%s", r.ResponseStatus.Code, r.Verb, r.ObjectRef.Resource, r.ObjectRef.Subresource, r.ObjectRef.Namespace, r.ObjectRef.Name)
}

// requests of the operator that a filter lets through, from the whole audit log.
func requests(keep func(request) bool) []string {
	file, err := os.Open(env.AuditLog)
	Expect(err).NotTo(HaveOccurred())
	defer file.Close() //nolint:errcheck // only read
	var out []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r request
		if json.Unmarshal(lines.Bytes(), &r) == nil && r.User.Username == cluster.OperatorUser && keep(r) {
			out = append(out, r.String())
		}
	}
	Expect(lines.Err()).NotTo(HaveOccurred())
	return out
}

// forbidden are the requests that RBAC refused.
func forbidden() []string {
	return requests(func(r request) bool { return r.ResponseStatus.Code == http.StatusForbidden })
}

// writes are all but reads, Leases aside.
func writes() []string {
	return requests(func(r request) bool {
		return !slices.Contains([]string{"get", "list", "watch"}, r.Verb) && r.ObjectRef.Resource != "leases"
	})
}

// liveReads are reads of single objects, Leases aside; the caches only list and watch.
func liveReads() []string {
	return requests(func(r request) bool {
		return r.Verb == "get" && r.ObjectRef.Resource != "leases" && r.ObjectRef.Resource != ""
	})
}
