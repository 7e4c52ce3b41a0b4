package controllers

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/fixture"
)

// BenchmarkCacheOfASite measures what a site and its children hold in the cache, decoded as they come and trimmed.
func BenchmarkCacheOfASite(b *testing.B) {
	const sites = 500
	class := fixture.Class()
	texts := make([][][]byte, sites)
	var kinds []any
	for n := range texts {
		site := fixture.Site()
		site.Name, site.UID = fmt.Sprintf("site-%d", n), types.UID(fmt.Sprintf("8d3c1c1e-0000-4000-8000-%012d", n))
		p := plan.Build(site, facts.Snapshot{
			Class: class, Claims: facts.ClaimsAmong([]*hustingsv1alpha1.CampaignSite{site}),
			Namespace: facts.Namespace{Name: site.Namespace, Known: true}, Now: fixture.Now,
		})
		site.Status = statusOf(&progress{site: site, plan: p, verdicts: p.Verdicts, live: p.Objects, facts: facts.Snapshot{Class: class}})
		kinds = kinds[:0]
		for i, o := range append(p.Objects, site) {
			if i < len(p.Objects) {
				o.SetUID(types.UID(fmt.Sprintf("9d3c1c1e-0000-4000-8000-%08d%04d", n, i)))
				o.SetAnnotations(map[string]string{apply.AnnotationDigest: fmt.Sprintf("%016d%016d", n, i)})
				o.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "hustings.dev/v1alpha1", Kind: "CampaignSite", Name: site.Name, UID: site.UID, Controller: new(true), BlockOwnerDeletion: new(true)}})
			}
			o.SetResourceVersion(fmt.Sprint(n*20 + i))
			o.SetCreationTimestamp(metav1.NewTime(fixture.Now))
			kind := any(o)
			text, err := json.Marshal(o)
			if object.RefOf(o).Kind == "Middleware" {
				kind = &Middleware{}
			} else if message, ok := kind.(interface{ Marshal() ([]byte, error) }); ok {
				text, err = message.Marshal()
			}
			if err != nil {
				b.Fatal(err)
			}
			texts[n], kinds = append(texts[n], text), append(kinds, kind)
		}
	}
	trim := apply.NewTrimmer()
	b.ResetTimer()
	for b.Loop() {
		before := heap()
		kept := make([]any, 0, sites*len(kinds))
		for _, site := range texts {
			for i, text := range site {
				o := reflect.New(reflect.TypeOf(kinds[i]).Elem()).Interface()
				decodeCached(b, text, o)
				transform := trim.Child
				if i == len(site)-1 {
					transform = trim.Other
				}
				o, err := transform(o)
				if err != nil {
					b.Fatal(err)
				}
				kept = append(kept, o)
			}
		}
		b.ReportMetric((heap()-before)/sites, "B/site")
		runtime.KeepAlive(kept)
	}
}

func decodeCached(b *testing.B, text []byte, o any) {
	b.Helper()
	if message, ok := o.(interface{ Unmarshal([]byte) error }); ok {
		if err := message.Unmarshal(text); err != nil {
			b.Fatal(err)
		}
		return
	}
	if err := json.Unmarshal(text, o); err != nil {
		b.Fatal(err)
	}
}

// heap is what is in use, collected.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
