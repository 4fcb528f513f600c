package issuer

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"time"
)

// Key usage bits, the first bit being the highest (RFC 5280, 4.2.1.3).
const (
	usageDigitalSignature = 0x80
	usageCertificatesCRLs = 0x06 // keyCertSign and cRLSign
)

// authorityKeyIdentifier and privateKeyUsagePeriod are of RFC 5280, 4.2.1.1,
// and RFC 3280, 4.2.1.4.
type authorityKeyIdentifier struct {
	ID []byte `asn1:"tag:0"`
}

type privateKeyUsagePeriod struct {
	NotBefore time.Time `asn1:"generalized,tag:0"`
	NotAfter  time.Time `asn1:"generalized,tag:1"`
}

type basicConstraints struct {
	IsCA    bool
	PathLen int
}

// documentTypeList is DocumentTypeListSyntax (ICAO Doc 9303-12, 7.1.1.6).
type documentTypeList struct {
	Version int
	Types   []asn1.RawValue `asn1:"set"`
}

// extensionList collects extensions and the first error.
type extensionList struct {
	list []extension
	err  error
}

// add appends an extension of the arc 2.5.29 or of ICAO.
func (l *extensionList) add(id asn1.ObjectIdentifier, critical bool, value any) {
	if l.err != nil {
		return
	}
	var e extension
	if e.ID.FullBytes, l.err = asn1.Marshal(id); l.err != nil {
		return
	}
	e.Critical = critical
	e.Value, l.err = asn1.Marshal(value)
	l.list = append(l.list, e)
}

func certificateExtension(n int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, n} }

// extensions are those of every certificate, those of the request, and last
// the laboratory's: OpenSSL stops looking at the first it does not know.
func (s signer) extensions(r request) ([]extension, error) {
	var l extensionList
	l.add(certificateExtension(35), false, authorityKeyIdentifier{keyIdentifier(&s.key.PublicKey)})
	l.add(certificateExtension(14), false, keyIdentifier(r.key))
	l.add(certificateExtension(16), false, privateKeyUsagePeriod{s.from, r.signsUntil})
	names, err := contact()
	if err != nil {
		return nil, err
	}
	l.add(certificateExtension(17), false, names) // subject's
	l.add(certificateExtension(18), false, names) // issuer's
	mark, err := labExtension()
	if l.err == nil {
		l.err = err
	}
	if l.err != nil {
		return nil, fmt.Errorf("encode extensions: %w", l.err)
	}
	return append(append(l.list, r.extensions...), mark), nil
}

// contact is who to ask about a certificate, and the country code of the
// issuer as a locality (ICAO Doc 9303-12, 7.1.1). The names lead nowhere.
func contact() ([]asn1.RawValue, error) {
	country, err := asn1.Marshal(pkix.Name{Locality: []string{"FRA"}}.ToRDNSequence())
	if err != nil {
		return nil, fmt.Errorf("encode name: %w", err)
	}
	name := func(tag int, value []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: tag == 4, Bytes: value}
	}
	return []asn1.RawValue{
		name(1, []byte("csca@laboratory.invalid")),
		name(6, []byte("https://laboratory.invalid/csca")),
		name(4, country),
	}, nil
}

// labExtension is the mark of the laboratory.
func labExtension() (extension, error) {
	id, err := x509.ParseOID(LabExtension)
	if err != nil {
		return extension{}, err
	}
	content, err := id.MarshalBinary()
	if err != nil {
		return extension{}, err
	}
	return extension{ID: asn1.RawValue{Tag: asn1.TagOID, Bytes: content}, Critical: true, Value: asn1.NullBytes}, nil
}

// authorityExtensions are those of a CSCA that issues DS certificates only.
func authorityExtensions() ([]extension, error) {
	var l extensionList
	l.add(certificateExtension(15), true, asn1.BitString{Bytes: []byte{usageCertificatesCRLs}, BitLength: 7})
	l.add(certificateExtension(19), true, basicConstraints{IsCA: true})
	return l.list, l.err
}

// documentSignerExtensions are those of a DS: it signs identity cards and
// passports.
func documentSignerExtensions() ([]extension, error) {
	types := documentTypeList{}
	for _, code := range []string{"ID", "P"} {
		types.Types = append(types.Types, asn1.RawValue{Tag: asn1.TagPrintableString, Bytes: []byte(code)})
	}
	var l extensionList
	l.add(certificateExtension(15), true, asn1.BitString{Bytes: []byte{usageDigitalSignature}, BitLength: 1})
	l.add(asn1.ObjectIdentifier{2, 23, 136, 1, 1, 6, 2}, false, types)
	return l.list, l.err
}
