package controllers

import (
	"time"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
)

const (
	// firstFailurePause is how long an item waits after its first failure, and after each more twice as long.
	firstFailurePause = 5 * time.Millisecond
	// longestFailurePause is the longest that it waits: so long after an outage of the API server it may still be as it was.
	longestFailurePause = 10 * time.Second
)

// rateLimiter says when what failed is tried again. It is controller-runtime's own but for the longest pause, which is a
// quarter of an hour there: an outage of five minutes would last for ten, and a new site that loses half of its requests,
// but comes further with each pass, would be served after minutes.
func rateLimiter() workqueue.TypedRateLimiter[ctrl.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](firstFailurePause, longestFailurePause)
}
