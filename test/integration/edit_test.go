package integration

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/render"
)

const minute = time.Minute

// collection is how long the garbage collector may take: it looks for kinds that are new to it only every 30 s.
const collection = 80 * time.Second

// change edits a site as a person would: read, edit, write.
func change(ctx context.Context, site *hustingsv1alpha1.CampaignSite, edit func(*hustingsv1alpha1.CampaignSite)) {
	GinkgoHelper()
	Expect(retry.RetryOnConflict(retry.DefaultRetry, func() error {
		now := get(ctx, site)
		edit(now)
		return env.Client.Update(ctx, now)
	})).To(Succeed())
}

// deployment of a site.
func deployment(ctx context.Context, site *hustingsv1alpha1.CampaignSite) *appsv1.Deployment {
	GinkgoHelper()
	out := &appsv1.Deployment{}
	Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: site.Namespace, Name: render.BaseName(site.Namespace, site.Name)}, out)).To(Succeed())
	return out
}
