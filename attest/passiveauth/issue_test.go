package passiveauth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// The issuing state of the tests: it signs what it is told, also what no state
// would sign. Everything is P-256 with SHA-256.

// Object identifiers in DER.
const (
	idSignedData     = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	idSecurityObject = "\x67\x81\x08\x01\x01\x01"
	idMasterList     = "\x67\x81\x08\x01\x01\x02"
	idContentType    = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	idMessageDigest  = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
	idSHA1           = "\x2b\x0e\x03\x02\x1a"
	idSHA256         = "\x60\x86\x48\x01\x65\x03\x04\x02\x01"
	idECDSA          = "\x2a\x86\x48\xce\x3d\x04\x03\x02"
	idECKey          = "\x2a\x86\x48\xce\x3d\x02\x01"
	idP256           = "\x2a\x86\x48\xce\x3d\x03\x01\x07"
	idSecp256k1      = "\x2b\x81\x04\x00\x0a"
	idLab            = "\x69\x82\xb2\xe1\xaf\xcf\xc8\xd7\xce\xf3\xdd\x8e\xc4\xea\x9f\xe7\x99\xa7\x9b\x0b"
	idMasterSigner   = "\x67\x81\x08\x01\x01\x03"
	idUnknown        = "\x2b\x06\x01\x04\x01\x86\x8d\x1f\x01"
)

func oid(id string) func(*cryptobyte.Builder) {
	return func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(id)) })
	}
}

func element(tag asn1.Tag, parts ...func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
	return func(b *cryptobyte.Builder) {
		b.AddASN1(tag, func(b *cryptobyte.Builder) {
			for _, part := range parts {
				part(b)
			}
		})
	}
}

func sequence(parts ...func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
	return element(asn1.SEQUENCE, parts...)
}

func raw(der []byte) func(*cryptobyte.Builder) {
	return func(b *cryptobyte.Builder) { b.AddBytes(der) }
}

func number(n int64) func(*cryptobyte.Builder) {
	return func(b *cryptobyte.Builder) { b.AddASN1Int64(n) }
}

func octets(value []byte) func(*cryptobyte.Builder) { return element(asn1.OCTET_STRING, raw(value)) }

func bits(value []byte) func(*cryptobyte.Builder) {
	return element(asn1.BIT_STRING, raw([]byte{0}), raw(value))
}

func encode(part func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	part(&b)
	return b.BytesOrPanic()
}

func name(country, common string) func(*cryptobyte.Builder) {
	attribute := func(id, value string) func(*cryptobyte.Builder) {
		return element(asn1.SET, sequence(oid(id), element(asn1.PrintableString, raw([]byte(value)))))
	}
	if country == "" {
		return sequence(attribute("\x55\x04\x03", common))
	}
	return sequence(attribute("\x55\x04\x06", country), attribute("\x55\x04\x03", common))
}

// holder is a certificate to be, and its key. Changes before issue count.
type holder struct {
	key                     *ecdsa.PrivateKey
	country, common         string
	issuerCountry, issuer   string
	notBefore, notAfter     time.Time
	keyID, authority        []byte
	usage                   byte // first byte of keyUsage; 0 leaves the extension out
	ca, lab, unknown, other bool // other: an extKeyUsage of master list signers
	types                   []string
	curve                   string // of the key, as it is announced
	der                     []byte
}

var (
	issued = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now    = time.Date(2027, 6, 1, 12, 0, 0, 0, time.UTC)
)

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newCSCA(t testing.TB) *holder {
	return &holder{
		key: newKey(t), country: "UT", common: "CSCA SPECIMEN", issuerCountry: "UT", issuer: "CSCA SPECIMEN",
		notBefore: issued, notAfter: issued.AddDate(15, 0, 0), keyID: []byte("csca key"), authority: []byte("csca key"),
		usage: 0x06, ca: true, curve: idP256,
	}
}

func newDS(t testing.TB) *holder {
	return &holder{
		key: newKey(t), country: "UT", common: "DS SPECIMEN", issuerCountry: "UT", issuer: "CSCA SPECIMEN",
		notBefore: issued, notAfter: issued.AddDate(10, 0, 0), keyID: []byte("ds key"), authority: []byte("csca key"),
		usage: 0x80, curve: idP256,
	}
}

func (h *holder) extensions() func(*cryptobyte.Builder) {
	var list []func(*cryptobyte.Builder)
	add := func(id string, critical bool, value func(*cryptobyte.Builder)) {
		flag := raw(nil)
		if critical {
			flag = element(asn1.BOOLEAN, raw([]byte{0xFF}))
		}
		list = append(list, sequence(oid(id), flag, octets(encode(value))))
	}
	add("\x55\x1d\x0e", false, octets(h.keyID))
	if h.authority != nil {
		add("\x55\x1d\x23", false, sequence(element(asn1.Tag(0).ContextSpecific(), raw(h.authority))))
	}
	if h.usage != 0 {
		add("\x55\x1d\x0f", true, bits([]byte{h.usage}))
	}
	if h.ca {
		add("\x55\x1d\x13", true, sequence(element(asn1.BOOLEAN, raw([]byte{0xFF}))))
	}
	if h.other {
		add("\x55\x1d\x25", true, sequence(oid(idMasterSigner)))
	}
	if h.types != nil {
		var codes []func(*cryptobyte.Builder)
		for _, code := range h.types {
			codes = append(codes, element(asn1.PrintableString, raw([]byte(code))))
		}
		add("\x67\x81\x08\x01\x01\x06\x02", false, sequence(number(0), element(asn1.SET, codes...)))
	}
	if h.lab {
		add(idLab, true, element(asn1.NULL))
	}
	if h.unknown {
		add(idUnknown, true, element(asn1.NULL))
	}
	return element(asn1.Tag(3).ContextSpecific().Constructed(), sequence(list...))
}

// issue makes the certificate of h, signed by a key.
func (h *holder) issue(t testing.TB, signer *ecdsa.PrivateKey) {
	t.Helper()
	when := func(at time.Time) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(at) }
	}
	public, err := h.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	algorithm := sequence(oid(idECDSA))
	tbs := encode(sequence(
		element(asn1.Tag(0).ContextSpecific().Constructed(), number(2)), number(7), algorithm,
		name(h.issuerCountry, h.issuer), sequence(when(h.notBefore), when(h.notAfter)), name(h.country, h.common),
		sequence(sequence(oid(idECKey), oid(h.curve)), bits(public)), h.extensions(),
	))
	h.der = encode(sequence(raw(tbs), algorithm, bits(sign(t, signer, tbs))))
}

func sign(t testing.TB, key *ecdsa.PrivateKey, message []byte) []byte {
	t.Helper()
	digest := sha256.Sum256(message)
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// state is everything a document is made of; tests change it before issue.
type state struct {
	csca, ds *holder
	caKey    *ecdsa.PrivateKey // signs the DS certificate; nil: that of csca
	sodKey   *ecdsa.PrivateKey // signs the SOD; nil: that of ds

	content     []byte
	contentType string
	digest      []byte // of the signed attributes; nil: that of content
	digestID    string // digest algorithm of the signer
	signers     int
	noCert      bool
	tag         asn1.Tag
}

func newState(t testing.TB) *state {
	return &state{
		csca: newCSCA(t), ds: newDS(t), content: object(idSHA256, 32),
		contentType: idSecurityObject, digestID: idSHA256, signers: 1, tag: 0x77,
	}
}

// fileContent is what a file of the document holds.
func fileContent(n int) []byte { return []byte{'D', 'G', byte('0' + n/10), byte('0' + n%10)} }

// object makes an LDSSecurityObject over DG1, DG2, DG11 and DG14.
func object(hash string, size int) []byte {
	var values []func(*cryptobyte.Builder)
	for _, n := range []int{1, 2, 11, 14} {
		digest := sha256.Sum256(fileContent(n))
		values = append(values, sequence(number(int64(n)), octets(digest[:size])))
	}
	return encode(sequence(number(0), sequence(oid(hash)), sequence(values...)))
}

// issue makes EF.SOD and the trust store.
func (s *state) issue(t testing.TB) (sod []byte, anchors *csca.Store) {
	t.Helper()
	if s.caKey == nil {
		s.caKey = s.csca.key
	}
	if s.sodKey == nil {
		s.sodKey = s.ds.key
	}
	s.csca.issue(t, s.csca.key)
	s.ds.issue(t, s.caKey)
	if s.digest == nil {
		digest := sha256.Sum256(s.content)
		s.digest = digest[:]
	}
	anchor, err := certificate.Parse(s.csca.der, certificate.Options{Lab: true})
	if err != nil {
		t.Fatal(err)
	}
	return s.sod(t), csca.New([]*certificate.Certificate{anchor})
}

func (s *state) sod(t testing.TB) []byte {
	t.Helper()
	attributes := []func(*cryptobyte.Builder){
		sequence(oid(idContentType), element(asn1.SET, oid(s.contentType))),
		sequence(oid(idMessageDigest), element(asn1.SET, octets(s.digest))),
	}
	signature := sign(t, s.sodKey, encode(element(asn1.SET, attributes...)))
	explicit := asn1.Tag(0).ContextSpecific().Constructed()
	signer := sequence(
		number(3), element(asn1.Tag(0).ContextSpecific(), raw(s.ds.keyID)), sequence(oid(s.digestID)),
		element(explicit, attributes...), sequence(oid(idECDSA)), octets(signature),
	)
	var signers []func(*cryptobyte.Builder)
	for range s.signers {
		signers = append(signers, signer)
	}
	certificates := element(explicit, raw(s.ds.der))
	if s.noCert {
		certificates = raw(nil)
	}
	return encode(element(s.tag, sequence(oid(idSignedData), element(explicit, sequence(
		number(3), element(asn1.SET, sequence(oid(s.digestID))),
		sequence(oid(s.contentType), element(explicit, octets(s.content))),
		certificates, element(asn1.SET, signers...),
	)))))
}
