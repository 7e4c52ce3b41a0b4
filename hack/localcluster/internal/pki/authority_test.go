package pki

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"testing"
)

func TestServerCertificateIsTrustedForItsAddressOnly(t *testing.T) {
	ca, err := NewAuthority("test")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Server("server", []net.IP{net.IPv4(127, 0, 0, 1)}, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	cert := parse(t, pair)
	for name, trusted := range map[string]bool{"127.0.0.1": true, "localhost": true, "192.0.2.1": false, "example.org": false} {
		_, err := cert.Verify(x509.VerifyOptions{Roots: pool(t, ca), DNSName: name})
		if (err == nil) != trusted {
			t.Errorf("%s: trusted = %v, want %v (%v)", name, err == nil, trusted, err)
		}
	}
}

func TestClientCertificateNamesUserAndGroups(t *testing.T) {
	ca, err := NewAuthority("test")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Client("alice", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	cert := parse(t, pair)
	if cert.Subject.CommonName != "alice" || len(cert.Subject.Organization) != 1 || cert.Subject.Organization[0] != "system:masters" {
		t.Errorf("subject = %v", cert.Subject)
	}
	client := x509.VerifyOptions{Roots: pool(t, ca), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if _, err := cert.Verify(client); err != nil {
		t.Errorf("not trusted as a client: %v", err)
	}
	server := x509.VerifyOptions{Roots: pool(t, ca), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if _, err := cert.Verify(server); err == nil {
		t.Error("trusted as a server")
	}
}

func TestAnotherAuthorityIsNotTrusted(t *testing.T) {
	ours, err := NewAuthority("test")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := NewAuthority("test")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := theirs.Server("server", []net.IP{net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parse(t, pair).Verify(x509.VerifyOptions{Roots: pool(t, ours)}); err == nil {
		t.Error("trusted")
	}
}

func parse(t *testing.T, pair Pair) *x509.Certificate {
	t.Helper()
	both, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(both.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func pool(t *testing.T, ca *Authority) *x509.CertPool {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca.Cert) {
		t.Fatal("authority is not PEM")
	}
	return roots
}
