package cms_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// message is the SignedData of an EF.SOD that OpenSSL signed; see
// passiveauth/testdata/make.sh.
func message(t testing.TB, name string) []byte {
	t.Helper()
	sod, err := os.ReadFile(filepath.Join("..", "passiveauth", "testdata", name+".sod"))
	if err != nil {
		t.Fatal(err)
	}
	var body cryptobyte.String
	input := cryptobyte.String(sod)
	if !input.ReadASN1(&body, asn1.Tag(0x77)) {
		t.Fatal("fixture is no EF.SOD")
	}
	return body
}

// signerOf parses the only certificate of a message.
func signerOf(t testing.TB, s *cms.SignedData) *certificate.Certificate {
	t.Helper()
	if len(s.Certificates) != 1 {
		t.Fatalf("%d certificates", len(s.Certificates))
	}
	c, err := certificate.Parse(s.Certificates[0], certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Catches a signature scheme, a signer identifier or a re-tagging of the
// signed attributes that is wrong: the messages are OpenSSL's.
func TestVerify(t *testing.T) {
	for _, name := range []string{"rsa", "rsa-keyid", "pss", "p256", "brainpool", "brainpool384"} {
		s, err := cms.Parse(message(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		signer, c := &s.SignerInfos[0], signerOf(t, s)
		if s.ContentType != cms.SecurityObject || len(s.SignerInfos) != 1 || !signer.Identifies(c) {
			t.Errorf("%s: %v, %d signers", name, s.ContentType, len(s.SignerInfos))
		}
		if (signer.SubjectKeyID != nil) != (name == "rsa-keyid") {
			t.Errorf("%s: signer named by %x", name, signer.SubjectKeyID)
		}
		if err := s.Verify(signer, c.PublicKey); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		s.Content = append(bytes.Clone(s.Content), 0)
		if err := s.Verify(signer, c.PublicKey); !errors.Is(err, cms.ErrDigest) {
			t.Errorf("%s, other content: %v", name, err)
		}
		if err := s.CheckSignature(signer, c.PublicKey); err != nil {
			t.Errorf("%s: the signature is not over the attributes: %v", name, err)
		}
		signer.Signature[len(signer.Signature)-1] ^= 1
		if err := s.CheckSignature(signer, c.PublicKey); !errors.Is(err, certificate.ErrSignature) {
			t.Errorf("%s, other signature: %v", name, err)
		}
	}
}

// Catches a content that is signed as one type and shown as another.
func TestContentTypeIsSigned(t *testing.T) {
	s, err := cms.Parse(message(t, "p256"))
	if err != nil {
		t.Fatal(err)
	}
	s.ContentType = cms.MasterList
	if err := s.CheckContent(&s.SignerInfos[0]); !errors.Is(err, cms.ErrDigest) {
		t.Errorf("content type: %v", err)
	}
}

// Catches a signer identified by half of its identifier.
func TestIdentifies(t *testing.T) {
	s, err := cms.Parse(message(t, "rsa"))
	if err != nil {
		t.Fatal(err)
	}
	c, signer := signerOf(t, s), s.SignerInfos[0]
	for name, other := range map[string]cms.SignerInfo{
		"serial":  {Issuer: signer.Issuer, Serial: append([]byte{0}, signer.Serial...)},
		"issuer":  {Issuer: c.Subject.Raw, Serial: signer.Serial},
		"key":     {SubjectKeyID: c.AuthorityKeyID},
		"nothing": {},
	} {
		if other.Identifies(c) {
			t.Errorf("other %s identifies", name)
		}
	}
	if !(&cms.SignerInfo{SubjectKeyID: c.SubjectKeyID}).Identifies(c) {
		t.Error("key identifier does not identify")
	}
}

// Indexes into a message as OpenSSL writes it.
var (
	pathData       = []int{1, 0}
	pathDigests    = []int{1, 0, 1}
	pathContent    = []int{1, 0, 2}
	pathSigners    = []int{1, 0, 4}
	pathSigner     = []int{1, 0, 4, 0}
	pathAttributes = []int{1, 0, 4, 0, 3}
)

// Catches every form of SignedData that could be read in two ways.
func TestStructureIsStrict(t *testing.T) {
	null := &node{tag: 5}
	for name, change := range map[string]func(m *node){
		"other ContentInfo":            func(m *node) { m.at(0).value[8] = 1 },
		"more in ContentInfo":          func(m *node) { m.insert(2, null) },
		"two SignedData":               func(m *node) { m.at(1).insert(1, m.at(1, 0)) },
		"version 1":                    func(m *node) { m.at(1, 0, 0).value = []byte{1} },
		"version 4":                    func(m *node) { m.at(1, 0, 0).value = []byte{4} },
		"more in SignedData":           func(m *node) { m.at(pathData...).insert(5, null) },
		"no digest algorithm":          func(m *node) { m.at(pathDigests...).remove(0) },
		"digest algorithm twice":       func(m *node) { m.at(pathDigests...).insert(0, m.at(1, 0, 1, 0)) },
		"content absent":               func(m *node) { m.at(pathContent...).remove(1) },
		"content twice":                func(m *node) { c := m.at(1, 0, 2, 1); c.insert(1, c.at(0)) },
		"content constructed":          func(m *node) { c := m.at(1, 0, 2, 1); c.children = []*node{{tag: 0x24, children: c.children}} },
		"content of another kind":      func(m *node) { m.at(1, 0, 2, 1, 0).tag = 0x0C },
		"attribute certificate":        func(m *node) { m.at(1, 0, 3, 0).tag = 0xA1 },
		"no signerInfos":               func(m *node) { m.at(pathData...).remove(4) },
		"signers in a SEQUENCE":        func(m *node) { m.at(pathSigners...).tag = 0x30 },
		"signer of another kind":       func(m *node) { m.at(pathSigner...).tag = 0x31 },
		"signer version 3":             func(m *node) { m.at(pathSigner...).at(0).value = []byte{3} },
		"signer version 2":             func(m *node) { m.at(pathSigner...).at(0).value = []byte{2} },
		"signer without digest":        func(m *node) { m.at(pathSigner...).remove(2) },
		"attributes absent":            func(m *node) { m.at(pathSigner...).remove(3) },
		"attributes empty":             func(m *node) { m.at(pathAttributes...).children = nil },
		"contentType absent":           func(m *node) { m.at(pathAttributes...).remove(0) },
		"messageDigest absent":         func(m *node) { m.at(pathAttributes...).remove(2) },
		"messageDigest twice":          func(m *node) { a := m.at(pathAttributes...); a.insert(2, a.at(2)) },
		"two digests":                  func(m *node) { v := m.at(pathAttributes...).at(2, 1); v.insert(0, v.at(0)) },
		"two content types":            func(m *node) { v := m.at(pathAttributes...).at(0, 1); v.insert(0, v.at(0)) },
		"attribute without value":      func(m *node) { m.at(pathAttributes...).at(1, 1).children = nil },
		"more in an attribute":         func(m *node) { m.at(pathAttributes...).at(1).insert(2, null) },
		"too many attributes":          func(m *node) { a := m.at(pathAttributes...); addUnknownAttributes(a, 30) },
		"two signing times":            func(m *node) { v := m.at(pathAttributes...).at(1, 1); v.insert(0, v.at(0)) },
		"signing time of no day":       func(m *node) { m.at(pathAttributes...).at(1, 1, 0).value = []byte("260230000000Z") },
		"signing time of another kind": func(m *node) { m.at(pathAttributes...).at(1, 1, 0).tag = 0x0C },
		"revocation list of no kind":   func(m *node) { m.at(pathData...).insert(4, &node{tag: 0xA1, children: []*node{{tag: 0xA1}}}) },
		"signature absent":             func(m *node) { m.at(pathSigner...).remove(5) },
		"more in the signer":           func(m *node) { m.at(pathSigner...).insert(6, null) },
		"key identifier empty": func(m *node) {
			s := m.at(pathSigner...)
			s.at(0).value = []byte{3}
			s.remove(1)
			s.insert(1, &node{tag: 0x80})
		},
		"too many certificates": func(m *node) { repeat(m.at(1, 0, 3), 1025) },
		"too many revocation lists": func(m *node) {
			m.at(pathData...).insert(4, repeat(&node{tag: 0xA1, children: []*node{{tag: 0x30}}}, 1025))
		},
		"too many signers":           func(m *node) { repeat(m.at(pathSigners...), 1025) },
		"identifier of another form": func(m *node) { m.at(pathSigner...).at(1).tag = 0xA0 },
		"more in the identifier":     func(m *node) { m.at(pathSigner...).at(1).insert(2, null) },
	} {
		m := decode(t, bytes.Clone(message(t, "rsa")))
		change(m)
		_, err := cms.Parse(m.encode())
		if !errors.Is(err, cms.ErrSyntax) {
			t.Errorf("%s: %v", name, err)
		}
		if errors.Is(err, cms.ErrAttributes) != attributeCases[name] {
			t.Errorf("%s: cause %v", name, err)
		}
	}
}

// repeat makes n of the first child, alone.
func repeat(list *node, n int) *node {
	list.children = slices.Repeat(list.children[:1], n)
	return list
}

// attributeCases are those of TestStructureIsStrict whose cause is ErrAttributes.
var attributeCases = map[string]bool{
	"attributes absent": true, "attributes empty": true, "contentType absent": true, "messageDigest absent": true,
	"messageDigest twice": true, "two digests": true, "two content types": true, "attribute without value": true,
	"more in an attribute": true, "too many attributes": true, "two signing times": true,
	"signing time of no day": true, "signing time of another kind": true,
}

// Catches optional parts that are refused although RFC 5652 has them.
func TestOptionalParts(t *testing.T) {
	for name, change := range map[string]func(m *node){
		"nothing":             func(*node) {},
		"revocation lists":    func(m *node) { m.at(pathData...).insert(4, &node{tag: 0xA1}) },
		"many certificates":   func(m *node) { repeat(m.at(1, 0, 3), 1024) },
		"many signers":        func(m *node) { repeat(m.at(pathSigners...), 1024) },
		"unsigned attributes": func(m *node) { m.at(pathSigner...).insert(6, &node{tag: 0xA1}) },
		"no certificates":     func(m *node) { m.at(pathData...).remove(3) },
		"NULL parameters":     func(m *node) { m.at(1, 0, 1, 0).insert(1, &node{tag: 5}) },
		"two signers":         func(m *node) { s := m.at(pathSigners...); s.insert(0, s.at(0)) },
	} {
		m := decode(t, bytes.Clone(message(t, "rsa")))
		change(m)
		s, err := cms.Parse(m.encode())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := s.Verify(&s.SignerInfos[0], signerOfMessage(t, "rsa").PublicKey); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func signerOfMessage(t testing.TB, name string) *certificate.Certificate {
	t.Helper()
	s, err := cms.Parse(message(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return signerOf(t, s)
}

// Catches a digest algorithm that nobody knows being taken for another.
func TestUnknownDigest(t *testing.T) {
	m := decode(t, bytes.Clone(message(t, "rsa")))
	m.at(1, 0, 1, 0, 0).value[8] = 9
	if _, err := cms.Parse(m.encode()); !errors.Is(err, certificate.ErrAlgorithm) {
		t.Errorf("error %v", err)
	}
}

// Catches a parser that reads beyond the end or accepts data after it.
func TestTruncatedAndExtended(t *testing.T) {
	der := message(t, "rsa")
	for n := range der {
		if _, err := cms.Parse(der[:n:n]); !errors.Is(err, cms.ErrSyntax) {
			t.Fatalf("%d of %d bytes: %v", n, len(der), err)
		}
	}
	if _, err := cms.Parse(append(bytes.Clone(der), 0)); !errors.Is(err, cms.ErrSyntax) {
		t.Errorf("byte after the end: %v", err)
	}
}

// Catches memory allocated for announced lengths, and recursion by depth.
func TestMemoryIsBoundedByTheInput(t *testing.T) {
	for name, input := range map[string][]byte{
		"1 GiB announced": {0x30, 0x84, 0x40, 0x00, 0x00, 0x00, 0x30, 0x00},
		"indefinite":      {0x30, 0x80},
		"nested":          bytes.Repeat([]byte{0x30, 0x80}, 1<<19),
		"too long":        make([]byte, cms.MaxSize+1),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := cms.Parse(input)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, cms.ErrSyntax) {
			t.Errorf("%s: %v", name, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<14 {
			t.Errorf("%s: %d bytes allocated", name, used)
		}
	}
}

// FuzzParse catches panics, errors without a type, and a message that verifies
// although it is not the seed's.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"rsa", "rsa-keyid", "pss", "p256", "brainpool", "brainpool384", "secp256k1", "sha1"} {
		f.Add([]byte(message(f, name)))
	}
	seed, err := cms.Parse(message(f, "rsa"))
	if err != nil {
		f.Fatal(err)
	}
	key := signerOf(f, seed).PublicKey
	f.Fuzz(func(t *testing.T, der []byte) {
		s, err := cms.Parse(der)
		if err != nil {
			if !errors.Is(err, cms.ErrSyntax) && !errors.Is(err, certificate.ErrAlgorithm) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		for i := range s.SignerInfos {
			if s.Verify(&s.SignerInfos[i], key) == nil && !bytes.Equal(s.Content, seed.Content) {
				t.Fatal("forged message")
			}
		}
	})
}
