package traefik

import (
	"fmt"

	"github.com/hustings/hustings/internal/intent"
)

// rate is a rate as one replica of Traefik counts it: average requests in seconds, and a burst.
type rate struct {
	average, seconds, burst int64
}

// rateOf shares the site's rate among the replicas: average requests in as many seconds as there are replicas is
// exactly that, without rounding. The burst is shared too and held to twice the rate of a second; below one request a
// second it is 1, because Traefik forgets a client before it has earned a second one.
func rateOf(e intent.Edge) rate {
	replicas := int64(e.Replicas)
	r := rate{average: e.PerClient.RequestsPerSecond.Effective, seconds: replicas}
	if common := gcd(r.average, r.seconds); common > 1 {
		r.average, r.seconds = r.average/common, r.seconds/common
	}
	r.burst = max(1, min(e.PerClient.Burst.Effective/replicas, 2*r.average/r.seconds))
	if r.average < r.seconds {
		r.burst = 1
	}
	return r
}

func (r rate) period() string { return fmt.Sprintf("%ds", r.seconds) }

// perReplica shares a number among the replicas, rounded down but never to 0: 0 means "not limited" to Traefik.
func perReplica(amount int64, replicas int32) int64 { return max(1, amount/int64(replicas)) }

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
