package cms_test

import (
	"bytes"
	"crypto"
	"errors"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// specimen is a security object of a state of tests, and its signer.
func specimen() (*attesttest.Document, *attesttest.Certificate) {
	s := attesttest.New("UT", nil)
	ds := s.DS(s.CSCA("CSCA SPECIMEN"))
	return s.Document(ds, s.Files()), ds
}

// addUnknownAttributes adds attributes that nobody knows.
func addUnknownAttributes(list *node, n int) {
	for i := range n {
		list.insert(0, &node{tag: 0x30, children: []*node{
			{tag: 0x06, value: []byte{0x2a, byte(i)}}, {tag: 0x31, children: []*node{{tag: 0x05}}},
		}})
	}
}

// Catches a signing time that is read wrong, and one that is found where there
// is none. The messages are OpenSSL's.
func TestSigningTime(t *testing.T) {
	s, err := cms.Parse(message(t, "rsa"))
	if err != nil {
		t.Fatal(err)
	}
	at := s.SignerInfos[0].SigningTime
	text := decode(t, message(t, "rsa")).at(pathAttributes...).at(1, 1, 0).value
	if want, err := time.Parse("060102150405Z", string(text)); err != nil || !at.Equal(want) || at.Location() != time.UTC {
		t.Errorf("signed at %v, want %s", at, text)
	}
	d, ds := specimen()
	for _, want := range []time.Time{{}, ds.NotBefore, time.Date(2051, 2, 3, 4, 5, 6, 0, time.UTC)} {
		d.Signer().SigningTime = want
		s, err := cms.Parse(d.Signed.DER())
		if err != nil {
			t.Fatal(err)
		}
		if got := s.SignerInfos[0].SigningTime; !got.Equal(want) || s.Deviations != nil {
			t.Errorf("signed at %v, want %v; deviations %v", got, want, s.Deviations)
		}
	}
}

// Catches a deviation that is let pass and not listed, and one that is listed
// where there is none.
func TestDeviations(t *testing.T) {
	timed := func(tag asn1.Tag, text string) func(*attesttest.Document) {
		return func(d *attesttest.Document) {
			d.Signer().Mutate = func(list [][]byte) [][]byte {
				list = append(list, attesttest.Attribute(attesttest.SigningTimeAttribute, attesttest.Element(tag, []byte(text))))
				slices.SortFunc(list, bytes.Compare)
				return list
			}
		}
	}
	for _, test := range []struct {
		name   string
		change func(*attesttest.Document)
		want   []certificate.Deviation
	}{
		{"nothing", func(*attesttest.Document) {}, nil},
		{"attributes out of order", func(d *attesttest.Document) {
			d.Signer().Mutate = func(list [][]byte) [][]byte { slices.Reverse(list); return list }
		}, []certificate.Deviation{certificate.UnsortedSet}},
		{"signing time", timed(asn1.UTCTime, "260101000000Z"), nil},
		{"signing time as GeneralizedTime", timed(asn1.GeneralizedTime, "20260101000000Z"), []certificate.Deviation{certificate.EarlyGeneralizedTime}},
		{"signing time without seconds", timed(asn1.UTCTime, "2601010000Z"), []certificate.Deviation{certificate.UnusualTime}},
		{"unsigned attributes", func(d *attesttest.Document) {
			d.Signer().Unsigned = attesttest.Attribute(attesttest.Unknown, attesttest.Null())
		}, []certificate.Deviation{cms.UnsignedAttributes}},
		{"revocation list", func(d *attesttest.Document) {
			d.Signed.RevocationLists = [][]byte{attesttest.Sequence()}
		}, []certificate.Deviation{cms.RevocationListsInside}},
		{"NULL for ECDSA", func(d *attesttest.Document) {
			d.Signer().Identifier = attesttest.Sequence(attesttest.OID("\x2a\x86\x48\xce\x3d\x04\x03\x02").DER(), attesttest.Null())
		}, []certificate.Deviation{certificate.AlgorithmParameters}},
		{"no signer", func(d *attesttest.Document) {
			d.Signed.Signers = nil
		}, []certificate.Deviation{cms.NoSigner}},
	} {
		d, ds := specimen()
		test.change(d)
		d.SOD()
		s, err := cms.Parse(d.Signed.DER())
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if !slices.Equal(s.Deviations, test.want) {
			t.Errorf("%s: %v, want %v", test.name, s.Deviations, test.want)
		}
		signer, err := certificate.Parse(ds.DER(), certificate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.SignerInfos {
			if err := s.Verify(&s.SignerInfos[i], signer.PublicKey); err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
		}
	}
}

// Catches attributes out of order whose signature is refused although it is
// over their DER encoding (RFC 5652, 5.4), and a signature over any third order.
func TestOrderOfAttributes(t *testing.T) {
	m := decode(t, bytes.Clone(message(t, "rsa")))
	key := signerOfMessage(t, "rsa").PublicKey
	attributes := m.at(pathAttributes...)
	verify := func() ([]certificate.Deviation, error) {
		s, err := cms.Parse(m.encode())
		if err != nil {
			t.Fatal(err)
		}
		return s.Deviations, s.Verify(&s.SignerInfos[0], key)
	}
	for range attributes.children {
		attributes.children = append(attributes.children[1:], attributes.children[0])
		deviations, err := verify()
		inOrder := attributes.children[0].at(0).value[8] == 3
		if err != nil || slices.Contains(deviations, certificate.UnsortedSet) == inOrder {
			t.Errorf("attribute %d first: %v, deviations %v", attributes.children[0].at(0).value[8], err, deviations)
		}
	}
	slices.Reverse(attributes.children)
	attributes.at(1, 1, 0).value[0] ^= 1 // the signing time
	if _, err := verify(); !errors.Is(err, certificate.ErrSignature) {
		t.Errorf("another time of signing: %v", err)
	}
	d, ds := specimen()
	d.Signer().SigningTime = ds.NotBefore
	d.Signer().Mutate = func(list [][]byte) [][]byte { slices.Reverse(list); return list }
	d.Signer().AlterSigned = func(sent []byte) []byte {
		var first cryptobyte.String
		rest := cryptobyte.String(sent)
		if !rest.ReadASN1Element(&first, asn1.SEQUENCE) {
			t.Fatal("specimen is not DER")
		}
		return slices.Concat(rest, first)
	}
	d.SOD()
	s, err := cms.Parse(d.Signed.DER())
	if err != nil {
		t.Fatal(err)
	}
	c, err := certificate.Parse(ds.DER(), certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(&s.SignerInfos[0], c.PublicKey); !errors.Is(err, certificate.ErrSignature) {
		t.Errorf("signed in a third order: %v", err)
	}
}

// Catches revocation lists of a message that are lost or cut.
func TestRevocationLists(t *testing.T) {
	s := attesttest.New("UT", nil)
	csca := s.CSCA("CSCA SPECIMEN")
	d := s.Document(s.DS(csca), s.Files())
	first, second := s.RevocationList(csca).DER(), s.RevocationList(csca, csca).DER()
	d.Signed.RevocationLists = [][]byte{first, second}
	d.SOD()
	parsed, err := cms.Parse(d.Signed.DER())
	if err != nil {
		t.Fatal(err)
	}
	if got := parsed.RevocationLists; len(got) != 2 || !bytes.Equal(got[0], first) || !bytes.Equal(got[1], second) {
		t.Errorf("%d lists", len(got))
	}
	if _, err := certificate.ParseRevocationList(parsed.RevocationLists[1], certificate.Options{}); err != nil {
		t.Error(err)
	}
}

// Catches a signature with PSS in SignedData whose parameters are not those of
// the signature, and a message digest of another hash than is declared.
func TestPSSOfSigner(t *testing.T) {
	for _, salt := range []int{0, 32} {
		s := attesttest.New("UT", nil)
		ds := s.DS(s.CSCA("CSCA SPECIMEN")).SetPublicKey(attesttest.RSA2048(1))
		d := s.Document(ds, s.Files())
		algorithm := attesttest.PSS(crypto.SHA256)
		algorithm.Salt = salt
		d.Signer().SignWith(algorithm)
		d.SOD()
		c, err := certificate.Parse(ds.DER(), certificate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := cms.Parse(d.Signed.DER())
		if err != nil {
			t.Fatal(err)
		}
		if err := parsed.Verify(&parsed.SignerInfos[0], c.PublicKey); err != nil {
			t.Errorf("salt of %d: %v", salt, err)
		}
		other := algorithm
		other.Salt = salt + 1
		d.Signer().Identifier = other.Identifier()
		if parsed, err = cms.Parse(d.Signed.DER()); err != nil {
			t.Fatal(err)
		}
		if err := parsed.Verify(&parsed.SignerInfos[0], c.PublicKey); !errors.Is(err, certificate.ErrSignature) {
			t.Errorf("salt of %d declared as %d: %v", salt, other.Salt, err)
		}
	}
}
