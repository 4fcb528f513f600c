package issuer

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

func oidSignedData() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
}

func oidAttribute(n int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, n}
}

// Signed attributes (RFC 5652, 11), the last number of their identifier.
const (
	attributeContentType   = 3
	attributeMessageDigest = 4
	attributeSigningTime   = 5
)

func sha256Algorithm() algorithm {
	return algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, asn1.NullRawValue}
}

// explicit puts an encoded value behind the tag [0].
func explicit(der []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der}
}

// contentInfo, signedData and signerInfo are of RFC 5652, 3 and 5.
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue // tag [0], explicit
}

type signedData struct {
	Version          int
	DigestAlgorithms []algorithm `asn1:"set"`
	Content          contentInfo
	Certificates     asn1.RawValue // tag [0], implicit SET
	SignerInfos      []signerInfo  `asn1:"set"`
}

type signerInfo struct {
	Version   int
	Signer    issuerAndSerial
	Digest    algorithm
	Signed    asn1.RawValue
	Algorithm algorithm
	Signature []byte
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []any `asn1:"set"`
}

// signContent is a content of a type, signed by the document signer, with its
// certificate. The signing time is the beginning of that certificate's
// validity, because a laboratory has no clock.
func (l *Lab) signContent(kind asn1.ObjectIdentifier, content []byte) ([]byte, error) {
	info, err := l.signerInfo(kind, content)
	if err != nil {
		return nil, err
	}
	octets, err := asn1.Marshal(content)
	if err != nil {
		return nil, err
	}
	data, err := asn1.Marshal(signedData{
		Version:          3,
		DigestAlgorithms: []algorithm{sha256Algorithm()},
		Content:          contentInfo{kind, explicit(octets)},
		Certificates:     explicit(l.ds.der), // a set of one
		SignerInfos:      []signerInfo{info},
	})
	if err != nil {
		return nil, fmt.Errorf("encode signed data: %w", err)
	}
	cms, err := asn1.Marshal(contentInfo{oidSignedData(), explicit(data)})
	if err != nil {
		return nil, fmt.Errorf("encode content info: %w", err)
	}
	return cms, nil
}

// signerInfo signs the attributes, which hold the digest of the content. They
// are signed as a SET and written with the tag [0] (RFC 5652, 5.4).
func (l *Lab) signerInfo(kind asn1.ObjectIdentifier, content []byte) (signerInfo, error) {
	digest := sha256.Sum256(content)
	signed, err := setOf(
		attribute{oidAttribute(attributeContentType), []any{kind}},
		attribute{oidAttribute(attributeSigningTime), []any{l.ds.body.Validity.NotBefore.UTC().Truncate(time.Second)}},
		attribute{oidAttribute(attributeMessageDigest), []any{digest[:]}})
	if err != nil {
		return signerInfo{}, err
	}
	digest = sha256.Sum256(signed)
	signature, err := rsa.SignPKCS1v15(nil, l.ds.key, crypto.SHA256, digest[:])
	if err != nil {
		return signerInfo{}, fmt.Errorf("sign document: %w", err)
	}
	signed[0] = 0xA0
	return signerInfo{
		Version:   1,
		Signer:    issuerAndSerial{l.ds.body.Issuer, l.ds.body.Serial},
		Digest:    sha256Algorithm(),
		Signed:    asn1.RawValue{FullBytes: signed},
		Algorithm: sha256WithRSA(),
		Signature: signature,
	}, nil
}
