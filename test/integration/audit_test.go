package integration

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

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
	Annotations              map[string]string `json:"annotations"`
	RequestReceivedTimestamp time.Time         `json:"requestReceivedTimestamp"`
}

// outage is the time in which a test restarted the API server: until it has read its roles, it refuses everybody.
var outage struct{ begin, end time.Time }

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

// forbidden are the requests that RBAC refused; what admission refuses, such as a new object in a namespace that is being
// deleted, is not among them.
func forbidden() []string {
	return requests(func(r request) bool {
		duringOutage := r.RequestReceivedTimestamp.After(outage.begin) && r.RequestReceivedTimestamp.Before(outage.end)
		return r.Annotations["authorization.k8s.io/decision"] == "forbid" && !duringOutage
	})
}

// writes are all but reads, leader election aside.
func writes() []string {
	return requests(func(r request) bool {
		return !slices.Contains([]string{"get", "list", "watch"}, r.Verb) && r.ObjectRef.Namespace != cluster.OperatorNamespace
	})
}

// liveReads are reads of single objects, Leases aside; the caches only list and watch.
func liveReads() []string {
	return requests(func(r request) bool {
		return r.Verb == "get" && r.ObjectRef.Resource != "leases" && r.ObjectRef.Resource != ""
	})
}
