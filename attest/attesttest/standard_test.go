package attesttest_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"testing"

	"cnie.example/attest/attesttest"
	"cnie.example/card/curve"
)

// authority is a self-signed certificate under a key and an algorithm.
func authority(k *attesttest.Key, a attesttest.Algorithm) *attesttest.Certificate {
	c := attesttest.New("UT", nil).CSCA("CSCA SPECIMEN").SetPublicKey(k)
	c.Algorithm = a
	return c
}

// keyed are algorithms with a key for each that the standard library knows.
func keyed() map[string]*attesttest.Certificate {
	source := attesttest.Source("keys")
	all := map[string]*attesttest.Certificate{
		"P-256":    authority(attesttest.NewKey(curve.P256(), source), attesttest.ECDSA(crypto.SHA256)),
		"P-384":    authority(attesttest.NewKey(curve.P384(), source), attesttest.ECDSA(crypto.SHA384)),
		"P-521":    authority(attesttest.NewKey(curve.P521(), source), attesttest.ECDSA(crypto.SHA512)),
		"long":     authority(attesttest.NewKey(curve.P256(), source), attesttest.ECDSA(crypto.SHA512)),
		"RSA 4096": authority(attesttest.RSA4096(1), attesttest.PKCS1(crypto.SHA256)),
	}
	for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		all["PKCS1 "+h.String()] = authority(attesttest.RSA2048(1), attesttest.PKCS1(h))
		all["PSS "+h.String()] = authority(attesttest.RSA2048(2), attesttest.PSS(h))
	}
	return all
}

// Certificates and revocation lists are parsed and verified by crypto/x509.
// Catches an encoding or a signature that only the module's own verifier takes.
func TestStandardLibraryAgrees(t *testing.T) {
	s := attesttest.New("UT", nil)
	for name, csca := range keyed() {
		parent, err := x509.ParseCertificate(csca.DER())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := parent.CheckSignatureFrom(parent); err != nil {
			t.Errorf("%s: self-signed: %v", name, err)
		}
		if !parent.IsCA || !parent.MaxPathLenZero || parent.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign ||
			!bytes.Equal(parent.SubjectKeyId, csca.KeyIdentifier()) || parent.Subject.String() != "CN=CSCA SPECIMEN,O=SPECIMEN,C=UT" ||
			!parent.NotBefore.Equal(csca.NotBefore) || !parent.NotAfter.Equal(csca.NotAfter) {
			t.Errorf("%s: %+v", name, parent)
		}
		ds := s.DS(csca).Set(attesttest.Types("ID", "P"))
		ds.Algorithm = csca.Algorithm
		signer, err := x509.ParseCertificate(ds.DER())
		if err != nil {
			t.Errorf("%s: DS: %v", name, err)
			continue
		}
		if err := signer.CheckSignatureFrom(parent); err != nil {
			t.Errorf("%s: DS: %v", name, err)
		}
		crl := s.RevocationList(csca, ds)
		crl.Algorithm = csca.Algorithm
		list, err := x509.ParseRevocationList(crl.DER())
		if err != nil {
			t.Errorf("%s: CRL: %v", name, err)
			continue
		}
		if err := list.CheckSignatureFrom(parent); err != nil {
			t.Errorf("%s: CRL: %v", name, err)
		}
		if len(list.RevokedCertificateEntries) != 1 || list.RevokedCertificateEntries[0].SerialNumber.Cmp(signer.SerialNumber) != 0 {
			t.Errorf("%s: %d revoked", name, len(list.RevokedCertificateEntries))
		}
	}
}

// Catches a source of randomness or of time that makes two runs differ: tests
// want the same bytes for the same templates.
func TestDeterministic(t *testing.T) {
	for name, csca := range keyed() {
		if !bytes.Equal(csca.DER(), csca.DER()) {
			t.Errorf("%s: two encodings of one certificate differ", name)
		}
	}
	issue := func() []byte {
		s := attesttest.New("UT", nil)
		return s.Document(s.DS(s.CSCA("CSCA SPECIMEN")), s.Files()).SOD()
	}
	if !bytes.Equal(issue(), issue()) {
		t.Error("two equal states issue different documents")
	}
	s, other := attesttest.New("UT", nil), attesttest.New("UT", attesttest.Source("another"))
	if bytes.Equal(s.Key().Public(), other.Key().Public()) || bytes.Equal(s.Key().Public(), s.Key().Public()) {
		t.Error("keys repeat")
	}
}

// Catches a clone that shares what a test then changes.
func TestClonesAreApart(t *testing.T) {
	s := attesttest.New("UT", nil)
	csca := s.CSCA("CSCA SPECIMEN")
	document, list := s.Document(s.DS(csca), s.Files()), s.RevocationList(csca, csca)
	before, sod, crl := csca.DER(), document.SOD(), list.DER()

	changed := csca.Clone().Set(attesttest.UnknownCritical())
	second := document.Clone()
	second.Object.Digests[0].Value = attesttest.Flip(second.Object.Digests[0].Value, 0)
	second.Signer().Serial = []byte{1}
	third := list.Clone()
	third.Entries[0].Serial = []byte{1}
	if bytes.Equal(changed.DER(), before) || bytes.Equal(second.SOD(), sod) || bytes.Equal(third.DER(), crl) {
		t.Error("a change has no effect")
	}
	if !bytes.Equal(csca.DER(), before) || !bytes.Equal(document.SOD(), sod) || !bytes.Equal(list.DER(), crl) {
		t.Error("a change reached the original")
	}
}
