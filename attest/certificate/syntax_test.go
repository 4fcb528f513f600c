package certificate

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Catches an identifier of the laboratory that is not the one that is
// declared, and dotted text that is wrong at the root arcs.
func TestOIDString(t *testing.T) {
	for oid, want := range map[OID]string{
		labExtension:       LabExtension,
		oidDocumentTypes:   "2.23.136.1.1.6.2",
		oidNameChange:      "2.23.136.1.1.6.1",
		oidSHA256WithRSA:   "1.2.840.113549.1.1.11",
		oidPSS:             "1.2.840.113549.1.1.10",
		oidECDSAWithSHA512: "1.2.840.10045.4.3.4",
		oidSHA224:          "2.16.840.1.101.3.4.2.4",
		oidSHA1:            "1.3.14.3.2.26",
		oidEmail:           "1.2.840.113549.1.9.1",
		"\x00":             "0.0",
		"\x27":             "0.39",
		"\x4f":             "1.39",
		"\x50":             "2.0",
		"\x81\x34":         "2.100",
		"":                 "malformed object identifier",
		"\x80\x01":         "malformed object identifier",
		"\x55\x80\x01":     "malformed object identifier",
		"\x55\x81":         "malformed object identifier",
	} {
		if got := oid.String(); got != want {
			t.Errorf("%x: %s, want %s", string(oid), got, want)
		}
	}
	if OID(strings.Repeat("\x01", maxOID+1)).Valid() {
		t.Error("identifier without end accepted")
	}
}

// Catches PSS parameters that are read wrong, above all a hash, salt or mask
// other than the one that is then verified with.
func TestPSSParameters(t *testing.T) {
	const (
		sha1    = "300906052b0e03021a0500"
		sha256  = "300d06096086480165030402010500"
		sha256n = "300b0609608648016503040201"
		mgf256  = "301a06092a864886f70d010108" + sha256
		mgf1    = "301606092a864886f70d010108" + sha1
		other   = "301a06092a864886f70d010109" + sha256
	)
	wrap := func(tag int, inner string) string {
		b, _ := hex.DecodeString(inner)
		return hex.EncodeToString([]byte{byte(0xa0 + tag), byte(len(b))}) + inner
	}
	sequence := func(parts ...string) string {
		b, _ := hex.DecodeString(strings.Join(parts, ""))
		return hex.EncodeToString([]byte{0x30, byte(len(b))}) + hex.EncodeToString(b)
	}
	pss := func(hash, mask crypto.Hash, salt int) SignatureAlgorithm {
		return SignatureAlgorithm{Scheme: PSS, Hash: hash, MaskHash: mask, SaltLength: salt}
	}
	for name, test := range map[string]struct {
		der  string
		want SignatureAlgorithm
	}{
		"defaults":        {sequence(), pss(crypto.SHA1, crypto.SHA1, 20)},
		"explicit SHA-1":  {sequence(wrap(0, sha1), wrap(1, mgf1)), pss(crypto.SHA1, crypto.SHA1, 20)},
		"SHA-256":         {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(2, "020120")), pss(crypto.SHA256, crypto.SHA256, 32)},
		"without NULL":    {sequence(wrap(0, sha256n), wrap(1, mgf256), wrap(2, "020120")), pss(crypto.SHA256, crypto.SHA256, 32)},
		"short salt":      {sequence(wrap(0, sha256), wrap(1, mgf256)), pss(crypto.SHA256, crypto.SHA256, 20)},
		"trailer":         {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(3, "020101")), pss(crypto.SHA256, crypto.SHA256, 20)},
		"other mask":      {sequence(wrap(0, sha256), wrap(1, mgf1)), pss(crypto.SHA256, crypto.SHA1, 20)},
		"mask by default": {sequence(wrap(0, sha256)), pss(crypto.SHA256, crypto.SHA1, 20)},
		"no salt":         {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(2, "020100")), pss(crypto.SHA256, crypto.SHA256, 0)},
		"salt over hash":  {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(2, "020200de")), pss(crypto.SHA256, crypto.SHA256, 222)},
		"mask not MGF1":   {sequence(wrap(0, sha256), wrap(1, sha256)), SignatureAlgorithm{}},
		"mask of no kind": {sequence(wrap(0, sha256), wrap(1, other)), SignatureAlgorithm{}},
		"negative salt":   {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(2, "0201ff")), SignatureAlgorithm{}},
		"salt over key":   {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(2, "02020801")), SignatureAlgorithm{}},
		"salt twice":      {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(2, "020120020120")), SignatureAlgorithm{}},
		"hash after mask": {sequence(wrap(1, mgf256), wrap(0, sha256)), SignatureAlgorithm{}},
		"unknown hash":    {sequence(wrap(0, "06022a03"), wrap(1, mgf256)), SignatureAlgorithm{}},
		"other trailer":   {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(3, "020102")), SignatureAlgorithm{}},
		"more":            {sequence(wrap(0, sha256), wrap(1, mgf256), wrap(4, "0500")), SignatureAlgorithm{}},
		"after the end":   {sequence(wrap(0, sha256), wrap(1, mgf256)) + "00", SignatureAlgorithm{}},
		"null":            {"0500", SignatureAlgorithm{}},
		"absent":          {"", SignatureAlgorithm{}},
	} {
		der, err := hex.DecodeString(test.der)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := AlgorithmIdentifier{Algorithm: oidPSS, Parameters: der}.SignatureAlgorithm(0)
		if got != test.want || (err == nil) != (test.want.Hash != 0) || err != nil && !errors.Is(err, ErrAlgorithm) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Catches parameters that nobody looked at, and rsaEncryption as a signature
// algorithm where no digest stands beside it.
func TestAlgorithms(t *testing.T) {
	null, other := []byte{5, 0}, []byte{4, 0}
	for _, a := range []AlgorithmIdentifier{
		{oidSHA256WithRSA, other}, {oidECDSAWithSHA256, other}, {oidRSA, nil}, {"\x2a\x03", nil},
	} {
		if _, err := a.SignatureAlgorithm(0); !errors.Is(err, ErrAlgorithm) {
			t.Errorf("%v: %v", a.Algorithm, err)
		}
	}
	if got, err := (AlgorithmIdentifier{oidRSA, null}).SignatureAlgorithm(crypto.SHA384); err != nil || got.Hash != crypto.SHA384 {
		t.Errorf("rsaEncryption with a digest: %+v, %v", got, err)
	}
	for _, a := range []AlgorithmIdentifier{{oidSHA256, other}, {oidRSA, nil}} {
		if _, err := a.Digest(); !errors.Is(err, ErrAlgorithm) {
			t.Errorf("digest %v: %v", a.Algorithm, err)
		}
	}
	if got, err := (AlgorithmIdentifier{oidSHA224, nil}).Digest(); err != nil || got != crypto.SHA224 {
		t.Errorf("SHA-224: %v, %v", got, err)
	}
}

// Catches a PSS key whose own parameters are not kept (RFC 4055, 3.3).
func TestKeyParametersLimitTheSignature(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("SPECIMEN"))
	signature, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: 20})
	if err != nil {
		t.Fatal(err)
	}
	algorithm := SignatureAlgorithm{Scheme: PSS, Hash: crypto.SHA256, SaltLength: 20}
	key := &PublicKey{rsa: rsaKey{modulus: private.N.Bytes(), exponent: uint64(private.E)}, only: PSS}
	if err := key.Verify(algorithm, []byte("SPECIMEN"), signature); err != nil {
		t.Error(err)
	}
	if err := key.Verify(SignatureAlgorithm{Scheme: PSS, Hash: crypto.SHA256, SaltLength: 32}, []byte("SPECIMEN"), signature); !errors.Is(err, ErrSignature) {
		t.Errorf("other salt length: %v", err)
	}
	key.pss = &SignatureAlgorithm{Scheme: PSS, Hash: crypto.SHA256, MaskHash: crypto.SHA256, SaltLength: 32}
	if err := key.Verify(algorithm, []byte("SPECIMEN"), signature); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("salt shorter than the key's: %v", err)
	}
	for _, other := range []SignatureAlgorithm{
		{Scheme: PSS, Hash: crypto.SHA512, MaskHash: crypto.SHA256, SaltLength: 20},
		{Scheme: PSS, Hash: crypto.SHA256, MaskHash: crypto.SHA512, SaltLength: 20},
	} {
		key.pss = &other
		if err := key.Verify(algorithm, []byte("SPECIMEN"), signature); !errors.Is(err, ErrAlgorithm) {
			t.Errorf("hash other than the key's: %v", err)
		}
	}
	for _, bad := range []SignatureAlgorithm{{}, {Scheme: PSS, Hash: crypto.SHA256, SaltLength: -1}, {Scheme: PSS, Hash: crypto.SHA256, MaskHash: 99}, {Scheme: ECDSA, Hash: crypto.SHA256}, {Scheme: PSS, Hash: 99, SaltLength: 20}} {
		key.pss = nil
		if err := key.Verify(bad, nil, signature); !errors.Is(err, ErrAlgorithm) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// Catches an ECDSA signature with a second encoding.
func TestECDSASignatureEncoding(t *testing.T) {
	der, err := os.ReadFile("testdata/ec-p256-named.der")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(der, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var body, r, s cryptobyte.String
	input := cryptobyte.String(c.Signature)
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !body.ReadASN1(&r, asn1.INTEGER) || !body.ReadASN1(&s, asn1.INTEGER) {
		t.Fatal("signature of the fixture")
	}
	encode := func(r, s, more []byte) []byte {
		var b cryptobyte.Builder
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(r) })
			b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(s) })
			b.AddBytes(more)
		})
		return b.BytesOrPanic()
	}
	algorithm := SignatureAlgorithm{Scheme: ECDSA, Hash: crypto.SHA256}
	if err := c.PublicKey.Verify(algorithm, c.RawTBS, encode(r, s, nil)); err != nil {
		t.Fatal(err)
	}
	padded := append([]byte{0}, r...)
	if r[0] != 0 {
		padded = append([]byte{0}, padded...)
	}
	long := append([]byte{1}, make([]byte, 40)...)
	for name, signature := range map[string][]byte{
		"leading zeros": encode(padded, s, nil),
		"negative":      encode([]byte{0xFF}, s, nil),
		"zero":          encode([]byte{0}, s, nil),
		"too long":      encode(long, s, nil),
		"more inside":   encode(r, s, []byte{5, 0}),
		"more behind":   append(encode(r, s, nil), 0),
		"swapped":       encode(s, r, nil),
		"empty":         nil,
	} {
		if err := c.PublicKey.Verify(algorithm, c.RawTBS, signature); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches names that count as different for their kind of string, case or
// spaces, and control characters in texts for logs.
func TestName(t *testing.T) {
	build := func(tag asn1.Tag, values ...string) Name {
		var b cryptobyte.Builder
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for i, value := range values {
				b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) {
							b.AddBytes([]byte([]string{"\x55\x04\x06", "\x55\x04\x0a", "\x55\x04\x03"}[i]))
						})
						b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(value)) })
					})
				})
			}
		})
		input := cryptobyte.String(b.BytesOrPanic())
		var deviations noted
		n, ok := readName(&input, &deviations)
		if !ok || !input.Empty() {
			t.Fatalf("%q", values)
		}
		return n
	}
	printable := build(asn1.PrintableString, "fr", "Gouv", "CSCA  FRANCE")
	utf8 := build(asn1.UTF8String, "FR", "GOUV", " csca france")
	bmp := build(tagBMPString, "\x00F\x00R", "\x00G\x00o\x00u\x00v", "\x00C\x00S\x00C\x00A\x00 \x00F\x00r\x00a\x00n\x00c\x00e")
	latin := build(asn1.T61String, "FR", "D\xe9fense")
	if printable.Folded() != utf8.Folded() || printable.Folded() != bmp.Folded() || printable.Equal(utf8) {
		t.Errorf("%q %q %q", printable.Folded(), utf8.Folded(), bmp.Folded())
	}
	if printable.Country != "FR" || bmp.Country != "FR" || latin.String() != "C=FR, O=Défense" {
		t.Errorf("%q %q %q", printable.Country, bmp.Country, latin)
	}
	if got := build(asn1.UTF8String, "FR", "a\x1b[2Jb\nc").String(); got != "C=FR, O=a?[2Jb?c" {
		t.Errorf("%q", got)
	}
	if long := build(asn1.UTF8String, "FR", strings.Repeat("é", 1<<12)).String(); len(long) > maxNameText+len("…") || !strings.HasSuffix(long, "é…") {
		t.Errorf("%d bytes: %q", len(long), long)
	}
	if printable.Folded() == build(asn1.PrintableString, "fr", "Gouv").Folded() {
		t.Error("shorter name is equal")
	}
}

// Catches a folding of plain text that differs from that of all other text: one
// name would have two keys in an index.
func TestFoldOfPlainText(t *testing.T) {
	for _, text := range []string{
		"", " ", "a", " A ", "CSCA  France", "\tCSCA\n", "a \x00 b", "\x7f", "0@Z[`z{~", "  A  B   C  ",
	} {
		a := attribute{tag: asn1.UTF8String, content: []byte(text)}
		want := strings.ToLower(strings.Join(strings.Fields(a.text()), " "))
		if got := string(a.fold(nil)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Catches deviations that real certificates need, and those that are refused.
func TestExtensionValues(t *testing.T) {
	for _, test := range []struct {
		name string
		oid  OID
		der  string
		ok   func(*Certificate) bool
	}{
		{"CA", oidBasicConstraints, "30030101ff", func(c *Certificate) bool { return c.IsCA && c.MaxPathLen == -1 }},
		{"CA of true 01", oidBasicConstraints, "3006010101020100", func(c *Certificate) bool { return c.IsCA && c.MaxPathLen == 0 }},
		{"CA false written out", oidBasicConstraints, "3003010100", func(c *Certificate) bool { return !c.IsCA }},
		{"no CA", oidBasicConstraints, "3000", func(c *Certificate) bool { return !c.IsCA }},
		{"path negative", oidBasicConstraints, "30060101ff0201ff", nil},
		{"boolean of two bytes", oidBasicConstraints, "30040102ffff", nil},
		{"usage", oidKeyUsage, "03020780", func(c *Certificate) bool { return c.KeyUsage == DigitalSignature }},
		{"usage of a CSCA", oidKeyUsage, "03020106", func(c *Certificate) bool { return c.KeyUsage == KeyCertSign|CRLSign }},
		{"usage with trailing zeros", oidKeyUsage, "030300" + "8000", func(c *Certificate) bool { return c.KeyUsage == DigitalSignature }},
		{"decipherOnly", oidKeyUsage, "0303070080", func(c *Certificate) bool { return c.KeyUsage == 1<<8 }},
		{"usage empty", oidKeyUsage, "030100", func(c *Certificate) bool { return c.KeyUsage == 0 }},
		{"usage too long", oidKeyUsage, "030400800000", nil},
		{"usage without count", oidKeyUsage, "0300", nil},
		{"usage with bits that do not count", oidKeyUsage, "030207ff", nil},
		{"usage empty with spare bits", oidKeyUsage, "030107", nil},
		{"usage with 8 spare bits", oidKeyUsage, "03020880", nil},
		{"subject key", oidSubjectKeyID, "0402abcd", func(c *Certificate) bool { return string(c.SubjectKeyID) == "\xab\xcd" }},
		{"subject key, more", oidSubjectKeyID, "0402abcd00", nil},
		{"authority key", oidAuthorityKeyID, "30048002abcd", func(c *Certificate) bool { return string(c.AuthorityKeyID) == "\xab\xcd" }},
		{"authority by name", oidAuthorityKeyID, "3007a1028200820105", func(c *Certificate) bool { return c.AuthorityKeyID == nil }},
		{"authority, unknown", oidAuthorityKeyID, "3003830105", nil},
		{"extended", oidExtendedKeyUsage, "300806066781080101" + "03", func(c *Certificate) bool { return len(c.Extended) == 1 && c.Extended[0].String() == "2.23.136.1.1.3" }},
		{"extended empty", oidExtendedKeyUsage, "3000", nil},
		{"types", oidDocumentTypes, "300a020100310513015013" + "00", nil},
		{"types of two", oidDocumentTypes, "300c0201003107130150" + "13024944", func(c *Certificate) bool { return len(c.DocumentTypes) == 2 && c.DocumentTypes[1] == "ID" }},
		{"no types", oidDocumentTypes, "30050201003100", func(c *Certificate) bool { return c.DocumentTypes != nil && len(c.DocumentTypes) == 0 }},
		{"types of version 1", oidDocumentTypes, "30050201013100", nil},
		{"types too long", oidDocumentTypes, "300a02010031051303504120", nil},
	} {
		der, err := hex.DecodeString(test.der)
		if err != nil {
			t.Fatal(test.name, err)
		}
		c := &Certificate{MaxPathLen: -1}
		p := parser{certificate: c}
		err = p.parseExtension(extension{[]byte(test.oid), true, der})
		switch {
		case test.ok == nil && !errors.Is(err, ErrSyntax):
			t.Errorf("%s: %v", test.name, err)
		case test.ok != nil && (err != nil || !test.ok(c)):
			t.Errorf("%s: %v, %+v", test.name, err, c)
		}
	}
}
