package nodes

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

const workers = 16

// Options say how many nodes to play and what never runs on them.
type Options struct {
	Nodes           int
	NeverReadyImage string
}

// simulator drives pods to what a cluster with nodes would make of them.
type simulator struct {
	options   Options
	client    kubernetes.Interface
	pods      corelisters.PodLister
	queue     workqueue.TypedRateLimitingInterface[cache.ObjectName]
	rotation  *rotation
	addresses *addresses
}

// Run plays nodes until ctx ends.
func Run(ctx context.Context, config *rest.Config, o Options) error {
	if o.Nodes < 1 {
		return errors.New("--nodes must be at least 1")
	}
	config.QPS = -1 // the API server's limits are enough
	config.UserAgent = "localcluster-nodes"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for n := range o.Nodes {
		if err := ensureNode(ctx, client, n+1); err != nil {
			return err
		}
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods()
	s := &simulator{
		options: o, client: client, pods: pods.Lister(),
		// Short waits: a conflict is over as soon as the watch catches up.
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[cache.ObjectName](5*time.Millisecond, time.Second)),
		rotation: newRotation(o.Nodes), addresses: newAddresses(),
	}
	handled, err := pods.Informer().AddEventHandler(s.handler())
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), handled.HasSynced) {
		return ctx.Err()
	}
	log.Printf("playing %d nodes", o.Nodes)
	var running sync.WaitGroup
	for range workers {
		running.Go(func() { wait.UntilWithContext(ctx, s.work, time.Second) })
	}
	<-ctx.Done()
	s.queue.ShutDown()
	running.Wait()
	return nil
}

func (s *simulator) handler() cache.ResourceEventHandler {
	enqueue := func(o any) {
		if pod, ok := o.(*corev1.Pod); ok {
			s.queue.Add(cache.MetaObjectToName(pod))
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(o any) {
			// Addresses in use are known before the first new one is given.
			if pod, ok := o.(*corev1.Pod); ok {
				s.addresses.keep(pod.UID, pod.Status.PodIP)
			}
			enqueue(o)
		},
		UpdateFunc: func(_, o any) { enqueue(o) },
		DeleteFunc: func(o any) {
			if unknown, ok := o.(cache.DeletedFinalStateUnknown); ok {
				o = unknown.Obj
			}
			if pod, ok := o.(*corev1.Pod); ok {
				s.addresses.release(pod.UID)
			}
		},
	}
}

func (s *simulator) work(ctx context.Context) {
	for {
		name, shutdown := s.queue.Get()
		if shutdown {
			return
		}
		if err := s.sync(ctx, name); err != nil {
			log.Printf("%s: %v", name, err)
			s.queue.AddRateLimited(name)
		} else {
			s.queue.Forget(name)
		}
		s.queue.Done(name)
	}
}

// hostIP finds the address of one of our nodes by its name.
func hostIP(node string) (string, error) {
	number, err := strconv.Atoi(strings.TrimPrefix(node, "node-"))
	if err != nil {
		return "", fmt.Errorf("no node of ours: %s", node)
	}
	return nodeAddress(number), nil
}
