package certificate_test

import (
	"bytes"
	"crypto"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// regular is an authority without a deviation.
func regular() *attesttest.Certificate {
	s := attesttest.New("UT", nil)
	c := s.CSCA("CSCA SPECIMEN")
	c.PublicKey = c.Key.InfoOn(attesttest.DomainOf(s.Curve).DER())
	return c.Set(attesttest.KeyPeriod(c.NotBefore, c.NotBefore.AddDate(5, 0, 0)))
}

// regularSigner is a document signer without a deviation.
func regularSigner() *attesttest.Certificate {
	s := attesttest.New("UT", nil)
	c := s.DS(s.CSCA("CSCA SPECIMEN"))
	c.PublicKey = c.Key.InfoOn(attesttest.DomainOf(s.Curve).DER())
	return c.Set(attesttest.KeyPeriod(c.NotBefore, c.NotBefore.AddDate(1, 0, 0)))
}

// elements takes the content of a constructed element apart.
func elements(der []byte) (parts [][]byte) {
	rest := cryptobyte.String(attesttest.Content(der))
	for !rest.Empty() {
		var part cryptobyte.String
		var tag asn1.Tag
		if !rest.ReadAnyASN1Element(&part, &tag) {
			panic("specimen is not DER")
		}
		parts = append(parts, part)
	}
	return parts
}

// replacing makes a Mutate that replaces elements of a SEQUENCE; nil ones are
// removed.
func replacing(with map[int][]byte) func([]byte) []byte {
	return func(der []byte) []byte {
		parts := elements(der)
		for i, part := range with {
			parts[i] = part
		}
		return attesttest.Sequence(parts...)
	}
}

func inserting(at int, part []byte) func([]byte) []byte {
	return func(der []byte) []byte { return attesttest.Sequence(slices.Insert(elements(der), at, part)...) }
}

// attributes makes a name of single attributes: identifier, tag, content.
func attributes(parts ...string) attesttest.Name {
	var list [][]byte
	for i := 0; i < len(parts); i += 3 {
		list = append(list, attesttest.Set(attribute(parts[i], parts[i+1], parts[i+2])))
	}
	return attesttest.Sequence(list...)
}

func attribute(id, tag, content string) []byte {
	return attesttest.Sequence(attesttest.OID(id).DER(), attesttest.Element(asn1.Tag(tag[0]), []byte(content)))
}

const (
	country, common        = "\x55\x04\x06", "\x55\x04\x03"
	number, email          = "\x55\x04\x05", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"
	utf8, printable, latin = "\x0c", "\x13", "\x14"
	ia5, bmp               = "\x16", "\x1e"
)

// Positions in TBSCertificate of version 3.
const (
	inVersion, inValidity, inExtensions = 0, 4, 7
)

// Catches a deviation that is let pass and not listed, one that is listed where
// there is none, and one that makes a certificate unreadable although real
// authorities have it.
func TestDeviations(t *testing.T) {
	type change = func(*attesttest.Certificate)
	tbs := func(with map[int][]byte) change {
		return func(c *attesttest.Certificate) { c.Mutate = replacing(with) }
	}
	extension := func(id attesttest.OID, critical bool, value []byte) change {
		return func(c *attesttest.Certificate) { c.Set(attesttest.Extension{ID: id, Critical: critical, Value: value}) }
	}
	remove := func(id attesttest.OID) change { return func(c *attesttest.Certificate) { c.Remove(id) } }
	named := func(name attesttest.Name) change {
		return func(c *attesttest.Certificate) { c.Issuer, c.Subject = name, name }
	}
	serial := func(content ...byte) change { return func(c *attesttest.Certificate) { c.Serial = content } }
	validity := func(from, to []byte) change {
		return tbs(map[int][]byte{inValidity: attesttest.Sequence(from, to)})
	}
	at := func(tag asn1.Tag, text string) []byte { return attesttest.Element(tag, []byte(text)) }
	later := at(asn1.UTCTime, "400101000000Z")
	usage := func(critical bool, content ...byte) change {
		return extension(attesttest.KeyUsage, critical, attesttest.Element(asn1.BIT_STRING, content))
	}
	constraints := func(critical bool, parts ...[]byte) change {
		return extension(attesttest.BasicConstraints, critical, attesttest.Sequence(parts...))
	}
	yes, no := attesttest.True(), attesttest.Element(asn1.BOOLEAN, []byte{0})

	for _, test := range []struct {
		name   string
		change change
		want   []certificate.Deviation
	}{
		{"nothing", func(*attesttest.Certificate) {}, nil},

		{"version 1", func(c *attesttest.Certificate) {
			c.Version, c.Extensions = 0, nil
		}, []certificate.Deviation{
			certificate.OldVersion, certificate.MissingKeyUsage, certificate.MissingPrivateKeyUsage,
		}},
		{"version 1 written out", func(c *attesttest.Certificate) {
			c.Extensions = nil
			c.Mutate = replacing(map[int][]byte{inVersion: attesttest.Explicit(0, attesttest.Integer(0))})
		}, []certificate.Deviation{
			certificate.WrittenDefault, certificate.OldVersion, certificate.MissingKeyUsage, certificate.MissingPrivateKeyUsage,
		}},
		{"negative serial", serial(0xfb), []certificate.Deviation{certificate.NegativeSerial}},
		{"serial zero", serial(0), []certificate.Deviation{certificate.ZeroSerial}},
		{"serial of 20 octets", serial(append([]byte{1}, make([]byte, 19)...)...), nil},
		{"serial of 21 octets", serial(append([]byte{1}, make([]byte, 20)...)...), []certificate.Deviation{certificate.LongSerial}},
		{"serial of 21 octets for its sign", serial(append([]byte{0, 0x80}, make([]byte, 19)...)...), []certificate.Deviation{certificate.LongSerial}},

		{"GeneralizedTime of 2026", validity(at(asn1.GeneralizedTime, "20260101000000Z"), later), []certificate.Deviation{certificate.EarlyGeneralizedTime}},
		{"GeneralizedTime of 2050", validity(at(asn1.UTCTime, "260101000000Z"), at(asn1.GeneralizedTime, "20500101000000Z")), nil},
		{"no seconds", validity(at(asn1.UTCTime, "2601010000Z"), later), []certificate.Deviation{certificate.UnusualTime}},
		{"another zone", validity(at(asn1.UTCTime, "260101000000+0100"), later), []certificate.Deviation{certificate.UnusualTime}},
		{"end before beginning", validity(later, at(asn1.UTCTime, "260101000000Z")), []certificate.Deviation{certificate.InvertedValidity}},
		{"unique identifier", func(c *attesttest.Certificate) {
			c.Mutate = inserting(inExtensions, attesttest.Implicit(2, []byte{0, 1}))
		}, []certificate.Deviation{certificate.UniqueIdentifier}},

		{"no name", named(attributes()), []certificate.Deviation{certificate.EmptyName, certificate.MissingCountry}},
		{"no country", named(attributes(common, utf8, "CSCA")), []certificate.Deviation{certificate.MissingCountry}},
		{"two countries", named(attributes(country, printable, "UT", country, printable, "UT")), []certificate.Deviation{certificate.RepeatedCountry}},
		{"country in lower case", named(attributes(country, printable, "ut")), []certificate.Deviation{certificate.CountryCase}},
		{"country as UTF8String", named(attributes(country, utf8, "UT")), []certificate.Deviation{certificate.CountryForm}},
		{"country of three letters", named(attributes(country, printable, "UTO")), []certificate.Deviation{certificate.CountryForm}},
		{"country of digits", named(attributes(country, printable, "U1")), []certificate.Deviation{certificate.CountryForm}},
		{"TeletexString", named(attributes(country, printable, "UT", common, latin, "CSCA")), []certificate.Deviation{certificate.StringType}},
		{"BMPString", named(attributes(country, printable, "UT", common, bmp, "\x00C\x00A")), []certificate.Deviation{certificate.StringType}},
		{"IA5String", named(attributes(country, printable, "UT", common, ia5, "CSCA")), []certificate.Deviation{certificate.StringType}},
		{"IA5String of an address", named(attributes(country, printable, "UT", email, ia5, "csca@state.example")), nil},
		{"serialNumber as UTF8String", named(attributes(country, printable, "UT", number, utf8, "1")), []certificate.Deviation{certificate.StringType}},
		{"underscore in PrintableString", named(attributes(country, printable, "UT", common, printable, "CSCA_1")), []certificate.Deviation{certificate.IllegalCharacters}},
		{"not UTF-8", named(attributes(country, printable, "UT", common, utf8, "CSCA \xe9")), []certificate.Deviation{certificate.IllegalCharacters}},
		{"not ASCII", named(attributes(country, printable, "UT", email, ia5, "\xe9@state.example")), []certificate.Deviation{certificate.IllegalCharacters}},
		{"attributes of one set", named(attesttest.Sequence(
			attesttest.Set(attribute(common, utf8, "CSCA"), attribute(country, printable, "UT")),
		)), []certificate.Deviation{certificate.UnsortedSet}},
		{"subject in upper case", func(c *attesttest.Certificate) {
			c.Issuer = attributes(country, printable, "UT", common, printable, "Csca")
			c.Subject = attributes(country, printable, "UT", common, utf8, "CSCA")
		}, []certificate.Deviation{certificate.NamesDifferInStyle}},

		{"extension FALSE written out", func(c *attesttest.Certificate) {
			c.Mutate = func(tbs []byte) []byte {
				parts := elements(tbs)
				list := elements(attesttest.Content(parts[inExtensions]))
				for i, e := range list {
					if e := elements(e); bytes.Equal(e[0], attesttest.SubjectKeyIdentifier.DER()) {
						list[i] = attesttest.Sequence(e[0], no, e[1])
					}
				}
				parts[inExtensions] = attesttest.Explicit(3, attesttest.Sequence(list...))
				return attesttest.Sequence(parts...)
			}
		}, []certificate.Deviation{certificate.WrittenDefault}},
		{"TRUE as 01", constraints(true, attesttest.Element(asn1.BOOLEAN, []byte{1}), attesttest.Integer(0)), []certificate.Deviation{certificate.TrueNotFF}},
		{"usage with trailing zeros", usage(true, 0, 0x06), []certificate.Deviation{certificate.TrailingZeroBits}},
		{"usage with a zero octet", usage(true, 0, 0x06, 0), []certificate.Deviation{certificate.TrailingZeroBits}},
		{"usage without a bit", usage(true, 0), []certificate.Deviation{certificate.EmptyKeyUsage, certificate.AuthorityMismatch}},
		{"usage not critical", usage(false, 1, 0x06), []certificate.Deviation{certificate.NotCritical}},
		{"usage for more", usage(true, 1, 0x86), []certificate.Deviation{certificate.ForeignKeyUsage}},
		{"constraints not critical", constraints(false, yes, attesttest.Integer(0)), []certificate.Deviation{certificate.NotCritical}},
		{"constraints without cA", constraints(true), []certificate.Deviation{certificate.AuthorityMismatch}},
		{"cA FALSE written out", constraints(true, no), []certificate.Deviation{certificate.WrittenDefault, certificate.AuthorityMismatch}},
		{"path length without cA", constraints(true, attesttest.Integer(0)), []certificate.Deviation{certificate.AuthorityMismatch, certificate.PathLength}},
		{"path length absent", constraints(true, yes), []certificate.Deviation{certificate.PathLength}},
		{"path length 1", constraints(true, yes, attesttest.Integer(1)), []certificate.Deviation{certificate.PathLength}},
		{"no constraints", remove(attesttest.BasicConstraints), []certificate.Deviation{certificate.MissingBasicConstraints}},
		{"no usage", remove(attesttest.KeyUsage), []certificate.Deviation{certificate.MissingKeyUsage}},
		{"no key period", remove(attesttest.PrivateKeyUsagePeriod), []certificate.Deviation{certificate.MissingPrivateKeyUsage}},
		{"no subject key", remove(attesttest.SubjectKeyIdentifier), []certificate.Deviation{certificate.MissingSubjectKeyID}},
		{"no authority key, self-signed", remove(attesttest.AuthorityKeyIdentifier), nil},
		{"no authority key, link", func(c *attesttest.Certificate) {
			c.Issuer = attesttest.NewName("UT", "CSCA OLD")
			c.Remove(attesttest.AuthorityKeyIdentifier)
		}, []certificate.Deviation{certificate.MissingAuthorityKeyID}},
		{"subject key critical", extension(attesttest.SubjectKeyIdentifier, true, attesttest.Octets([]byte{1})), []certificate.Deviation{certificate.NeedlesslyCritical}},
		{"authority key critical", extension(attesttest.AuthorityKeyIdentifier, true, attesttest.Sequence(attesttest.Implicit(0, []byte{1}))), []certificate.Deviation{certificate.NeedlesslyCritical}},
		{"name change critical", extension(nameChange, true, attesttest.Null()), []certificate.Deviation{certificate.NeedlesslyCritical}},
		{"types critical", extension(attesttest.DocumentTypes, true, attesttest.Types("P").Value), []certificate.Deviation{certificate.NeedlesslyCritical}},
		{"types not sorted", extension(attesttest.DocumentTypes, false, attesttest.Sequence(
			attesttest.Integer(0), attesttest.Set(attesttest.Printable("ID"), attesttest.Printable("P")),
		)), []certificate.Deviation{certificate.UnsortedSet}},
		{"types with a filler", extension(attesttest.DocumentTypes, false, attesttest.Types("P<").Value), []certificate.Deviation{certificate.IllegalCharacters}},
		{"key period critical", extension(attesttest.PrivateKeyUsagePeriod, true, attesttest.KeyPeriod(time.Unix(0, 0), time.Time{}).Value), []certificate.Deviation{certificate.NeedlesslyCritical}},
		{"key period inverted", func(c *attesttest.Certificate) {
			c.Set(attesttest.KeyPeriod(c.NotAfter, c.NotBefore))
		}, []certificate.Deviation{certificate.InvertedValidity}},

		{"NULL for ECDSA", func(c *attesttest.Certificate) {
			c.Identifier = attesttest.Sequence(attesttest.OID("\x2a\x86\x48\xce\x3d\x04\x03\x02").DER(), attesttest.Null())
		}, []certificate.Deviation{certificate.AlgorithmParameters}},
		{"nothing for RSA", func(c *attesttest.Certificate) {
			c.SetPublicKey(attesttest.RSA2048(1))
			c.PublicKey = nil
			c.Identifier = attesttest.Sequence(attesttest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b").DER())
		}, []certificate.Deviation{certificate.AlgorithmParameters}},
		{"RSA key without NULL", func(c *attesttest.Certificate) {
			c.SetPublicKey(attesttest.RSA2048(1))
			c.PublicKey = attesttest.Sequence(
				attesttest.Sequence(attesttest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01").DER()),
				attesttest.Bits(c.Key.Public()),
			)
		}, []certificate.Deviation{certificate.AlgorithmParameters}},
		{"salt of 20 written out", func(c *attesttest.Certificate) {
			c.SetPublicKey(attesttest.RSA2048(1))
			c.PublicKey, c.Algorithm = nil, attesttest.PSS(crypto.SHA256)
			c.Algorithm.Salt = 20
			c.Identifier = attesttest.Sequence(
				attesttest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a").DER(),
				attesttest.Sequence(
					attesttest.Explicit(0, attesttest.Digest(crypto.SHA256)),
					attesttest.Explicit(1, attesttest.Sequence(attesttest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08").DER(), attesttest.Digest(crypto.SHA256))),
					attesttest.Explicit(2, attesttest.Integer(20)),
				),
			)
		}, []certificate.Deviation{certificate.WrittenDefault}},
		{"named curve", func(c *attesttest.Certificate) { c.PublicKey = nil }, []certificate.Deviation{certificate.NamedCurve}},
		{"coefficient with a zero in front", func(c *attesttest.Certificate) {
			parameters := elements(attesttest.DomainOf(attesttest.New("UT", nil).Curve).DER())
			curve := elements(parameters[2])
			curve[0] = attesttest.Octets(append([]byte{0}, attesttest.Content(curve[0])...))
			parameters[2] = attesttest.Sequence(curve...)
			c.PublicKey = c.Key.InfoOn(attesttest.Sequence(parameters...))
		}, []certificate.Deviation{certificate.ParameterLengths}},
	} {
		template := regular()
		test.change(template)
		c, err := certificate.Parse(template.DER(), certificate.Options{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if !sameDeviations(c.Deviations, test.want) {
			t.Errorf("%s: %v, want %v", test.name, c.Deviations, test.want)
		}
		if err := c.CheckSignatureFrom(c); err != nil {
			t.Errorf("%s: the signature of the specimen: %v", test.name, err)
		}
	}
}

const nameChange attesttest.OID = "\x67\x81\x08\x01\x01\x06\x01"

func sameDeviations(a, b []certificate.Deviation) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// Catches the profile of an authority being asked of a document signer, and
// that of a signer not being asked.
func TestDeviationsOfSigner(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*attesttest.Certificate)
		want   []certificate.Deviation
	}{
		{"nothing", func(*attesttest.Certificate) {}, nil},
		{"no subject key", func(c *attesttest.Certificate) { c.Remove(attesttest.SubjectKeyIdentifier) }, nil},
		{"no authority key", func(c *attesttest.Certificate) {
			c.Remove(attesttest.AuthorityKeyIdentifier)
		}, []certificate.Deviation{certificate.MissingAuthorityKeyID}},
		{"usage for more", func(c *attesttest.Certificate) {
			c.Set(attesttest.Usage(0xc0))
		}, []certificate.Deviation{certificate.ForeignKeyUsage}},
		{"an authority by constraints only", func(c *attesttest.Certificate) {
			c.Set(attesttest.Authority(0))
		}, []certificate.Deviation{certificate.AuthorityMismatch, certificate.ForeignKeyUsage}},
	} {
		template := regularSigner()
		test.change(template)
		c, err := certificate.Parse(template.DER(), certificate.Options{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if !sameDeviations(c.Deviations, test.want) {
			t.Errorf("%s: %v, want %v", test.name, c.Deviations, test.want)
		}
	}
}

// Catches what may not be let pass: what could be read in two ways, and values
// without meaning.
func TestRefusedForms(t *testing.T) {
	change := func(f func(c *attesttest.Certificate)) []byte {
		c := regular()
		f(c)
		return c.DER()
	}
	value := func(id attesttest.OID, value []byte) []byte {
		return change(func(c *attesttest.Certificate) { c.Set(attesttest.Extension{ID: id, Value: value}) })
	}
	many := func(c *attesttest.Certificate) {
		for i := range 33 {
			c.Set(attesttest.Extension{ID: attesttest.OID([]byte{0x2a, byte(i)}), Value: attesttest.Null()})
		}
	}
	for name, der := range map[string][]byte{
		"version 4":           change(func(c *attesttest.Certificate) { c.Version = 3 }),
		"negative version":    change(func(c *attesttest.Certificate) { c.Version = -1 }),
		"serial without end":  change(func(c *attesttest.Certificate) { c.Serial = nil }),
		"serial padded":       change(func(c *attesttest.Certificate) { c.Serial = []byte{0, 1} }),
		"serial padded by FF": change(func(c *attesttest.Certificate) { c.Serial = []byte{0xff, 0x80} }),
		"extensions in version 2": change(func(c *attesttest.Certificate) {
			c.Version = 1
		}),
		"extension twice": change(func(c *attesttest.Certificate) {
			c.Extensions = append(c.Extensions, c.Extensions[0])
		}),
		"too many extensions":     change(many),
		"identifier of 0 octets":  change(func(c *attesttest.Certificate) { c.Set(attesttest.Extension{ID: ""}) }),
		"signature algorithm":     change(func(c *attesttest.Certificate) { c.Inside = attesttest.PKCS1(crypto.SHA256).Identifier() }),
		"name change with value":  value(nameChange, attesttest.True()),
		"key period empty":        value(attesttest.PrivateKeyUsagePeriod, attesttest.Sequence()),
		"key period as UTCTime":   value(attesttest.PrivateKeyUsagePeriod, attesttest.Sequence(attesttest.Implicit(0, []byte("260101000000Z")))),
		"key period, more":        value(attesttest.PrivateKeyUsagePeriod, attesttest.Sequence(attesttest.Implicit(2, []byte("20260101000000Z")))),
		"key period out of order": value(attesttest.PrivateKeyUsagePeriod, attesttest.Sequence(attesttest.Implicit(1, []byte("20270101000000Z")), attesttest.Implicit(0, []byte("20260101000000Z")))),
		"key period of no day":    value(attesttest.PrivateKeyUsagePeriod, attesttest.Sequence(attesttest.Implicit(0, []byte("20261301000000Z")))),
		"day that is none": change(func(c *attesttest.Certificate) {
			c.Mutate = replacing(map[int][]byte{inValidity: attesttest.Sequence(
				attesttest.Element(asn1.UTCTime, []byte("260230000000Z")), attesttest.Element(asn1.UTCTime, []byte("400101000000Z")),
			)})
		}),
		"set of names that is empty": change(func(c *attesttest.Certificate) { c.Issuer = attesttest.Sequence(attesttest.Set()) }),
	} {
		if _, err := certificate.Parse(der, certificate.Options{}); !isSyntax(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches a name that says two countries and passes as one of them.
func TestRepeatedCountry(t *testing.T) {
	for second, want := range map[string]string{"UT": "UT", "ut": "UT", "XA": ""} {
		template := regular()
		template.Subject = attributes(country, printable, "UT", country, printable, second, country, printable, "UT")
		c, err := certificate.Parse(template.DER(), certificate.Options{})
		if err != nil || c.Country != want || c.Subject.Country != want || c.Issuer.Country != "UT" {
			t.Errorf("UT and %s: %q, %v", second, c.Country, err)
		}
	}
}

// Catches a period, a change of name or document types that are read wrong.
func TestTravelDocumentExtensions(t *testing.T) {
	template := regularSigner()
	from, to := template.NotBefore, template.NotBefore.AddDate(0, 3, 0)
	template.Set(attesttest.Types("P", "ID")).Set(attesttest.Extension{ID: nameChange, Value: attesttest.Null()})
	for _, test := range []struct{ from, to time.Time }{{from, to}, {time.Time{}, to}, {from, time.Time{}}} {
		template.Set(attesttest.KeyPeriod(test.from, test.to))
		c, err := certificate.Parse(template.DER(), certificate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.PrivateKeyUsage; !got.NotBefore.Equal(test.from) || !got.NotAfter.Equal(test.to) {
			t.Errorf("period %v, want %v", got, test)
		}
		if !c.NameChange || !slices.Equal(c.DocumentTypes, []string{"P", "ID"}) || c.Deviations != nil {
			t.Errorf("name change %v, types %v, deviations %v", c.NameChange, c.DocumentTypes, c.Deviations)
		}
	}
	c, err := certificate.Parse(template.Remove(nameChange).Remove(attesttest.PrivateKeyUsagePeriod).DER(), certificate.Options{})
	if err != nil || c.NameChange || c.PrivateKeyUsage != (certificate.Period{}) {
		t.Errorf("%v, %v", c, err)
	}
}
