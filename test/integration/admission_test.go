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
		for _, c := range cases {
			err := env.Client.Create(ctx, c.Object, client.DryRunAll, &client.CreateOptions{Raw: &metav1.CreateOptions{FieldValidation: "Strict"}})
			if apierrors.IsNotFound(err) {
				err = nil // the namespace: everything else was accepted before it was looked for
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
