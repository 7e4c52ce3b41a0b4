package dial

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// Reason says what is behind an error of the network. The error's own text may quote what the other side sent, and that may
// be what it was sent: so no word of it is used.
func Reason(err error) string {
	var (
		denied  *DeniedError
		lookup  *net.DNSError
		expired x509.CertificateInvalidError
		unnamed x509.HostnameError
		unknown x509.UnknownAuthorityError
		verdict *tls.CertificateVerificationError
		waiting net.Error
	)
	switch {
	case errors.As(err, &denied):
		return denied.Error()
	case errors.As(err, &lookup):
		if lookup.IsNotFound {
			return "its name does not resolve"
		}
		return "its name cannot be looked up"
	case errors.As(err, &unknown):
		return "its certificate is signed by an authority that is not trusted"
	case errors.As(err, &unnamed):
		return "its certificate is for another name"
	case errors.As(err, &expired), errors.As(err, &verdict):
		return "its certificate is not valid"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "it cannot be reached"
	case errors.As(err, &waiting) && waiting.Timeout():
		return "it does not answer in time"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection broke off"
	case errors.Is(err, http.ErrSchemeMismatch), isHTTP(err):
		return "it speaks http where https is wanted"
	}
	return otherReason(err)
}

// isHTTP says whether what was taken for TLS is the beginning of an answer in plain HTTP.
func isHTTP(err error) bool {
	var record tls.RecordHeaderError
	return errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/"
}

// otherReason knows the errors that have no type by their beginnings.
func otherReason(err error) string {
	text := err.Error()
	for _, known := range []struct{ sign, means string }{
		{"tls: ", "TLS cannot be spoken with it"},
		{"remote error: tls", "TLS cannot be spoken with it"},
		{"server response headers exceeded", "its headers are too long"},
		{"too many 1xx", "its headers are too long"},
	} {
		if strings.Contains(text, known.sign) {
			return known.means
		}
	}
	return "its answer cannot be read"
}
