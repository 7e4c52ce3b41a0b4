package integration

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/hustings/hustings/test/admission"
)

var _ = Describe("The API server's verdict", func() {
	It("on every resource of the table is the command's", func(ctx SpecContext) {
		cases, err := admission.Cases()
		Expect(err).NotTo(HaveOccurred())
		Expect(len(cases)).To(BeNumerically(">=", 60))
		strict := client.WithFieldValidation(env.Client, metav1.FieldValidationStrict)
		for _, c := range cases {
			err := strict.Create(ctx, c.Object, client.DryRunAll)
			if apierrors.IsNotFound(err) || apierrors.IsAlreadyExists(err) {
				err = nil // the namespace is not there, or another object has the name: the resource itself was accepted before
			}
			if c.Valid {
				Expect(err).NotTo(HaveOccurred(), c.Name)
				continue
			}
			Expect(err).To(HaveOccurred(), c.Name)
			Expect(err.Error()).To(ContainSubstring(c.WantPath), c.Name)
		}
	}, SpecTimeout(minute))
})
