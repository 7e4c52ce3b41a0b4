package controllers

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/selection"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/render"
)

// reconcileTimeout bounds one reconcile: longer than any cache lags, shorter than anybody's patience.
const reconcileTimeout = 2 * time.Minute

// NewScheme knows every kind that the operator reads or writes: the built-in ones, ours, and those of edges.
func NewScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(hustingsv1alpha1.AddToScheme(scheme))
	addMiddleware(scheme)
	return scheme
}

// NewManager makes a manager whose client reads everything from a cache that holds no more than the operator looks at,
// and waits for its own writes. Its requests are not limited here: the API server shares itself out fairly
// (https://kubernetes.io/docs/concepts/cluster-administration/flow-control/).
func NewManager(config *rest.Config, options ctrl.Options) (ctrl.Manager, error) {
	config = rest.CopyConfig(config)
	config.QPS, config.Burst = -1, -1
	config.DisableCompression = true // the API server would press each event of each watch, and it is near
	config.WarningHandlerWithContext = log.NewKubeAPIWarningLogger(log.KubeAPIWarningLoggerOptions{Deduplicate: true})
	options.Scheme = NewScheme()
	cached, err := cacheOptions()
	if err != nil {
		return nil, err
	}
	options.Cache = cached
	options.Client.Cache = &client.CacheOptions{EnableReadYourWritesConsistency: new(true)}
	options.Controller.ReconciliationTimeout = reconcileTimeout
	return ctrl.NewManager(config, options)
}

// cacheOptions keep the cache small: of what is not named here, which are the kinds of children, only objects with a
// site's label, and of every object only what is looked at. The children are the default because the cache must know the
// kinds that it names, and some of the children's may not be installed.
func cacheOptions() (cache.Options, error) {
	ours, err := labels.NewRequirement(render.LabelSite, selection.Exists, nil)
	if err != nil {
		return cache.Options{}, fmt.Errorf("select the children: %w", err)
	}
	trim := apply.NewTrimmer()
	whole := cache.ByObject{Label: labels.Everything(), Transform: trim.Other}
	return cache.Options{
		DefaultLabelSelector: labels.NewSelector().Add(*ours),
		DefaultTransform:     trim.Child,
		ByObject: map[client.Object]cache.ByObject{
			// Those of others as well: what one of them allows is allowed (policies_beside.go).
			&networkingv1.NetworkPolicy{}:    {Label: labels.Everything(), Transform: trim.Child},
			&hustingsv1alpha1.CampaignSite{}: whole,
			&hustingsv1alpha1.SiteClass{}:    whole,
			&hustingsv1alpha1.Waiver{}:       whole,
			&hustingsv1alpha1.HostClaim{}:    whole,
			&hustingsv1alpha1.ImageScan{}:    whole,
			&discoveryv1.EndpointSlice{}:     {Transform: trimEndpoints}, // they have the labels of their Service
			&corev1.Pod{}:                    {Transform: trimPod},
			namespaceMetadata():              {Label: labels.Everything(), Transform: trimToLabels},
			definitionMetadata():             {Label: labels.Everything(), Transform: trimToName},
		},
	}, nil
}

// trimToLabels leaves of an object its name and labels.
func trimToLabels(in any) (any, error) {
	if o, err := meta.Accessor(in); err == nil {
		o.SetManagedFields(nil)
		o.SetAnnotations(nil)
	}
	return in, nil
}

// trimToName leaves of an object its name.
func trimToName(in any) (any, error) {
	if o, err := meta.Accessor(in); err == nil {
		o.SetManagedFields(nil)
		o.SetAnnotations(nil)
		o.SetLabels(nil)
	}
	return in, nil
}
