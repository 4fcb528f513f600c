package attesttest

import (
	"crypto"
	"slices"
	"time"
)

// SignerInfo is a SignerInfo to be made (RFC 5652, 5.3).
type SignerInfo struct {
	Key     *Key
	Version int64 // 1 or 3 by what names the signer when 0

	KeyIdentifier []byte // names the signer; when nil, Issuer and Serial do
	Issuer        Name
	Serial        []byte // content octets

	Hash             crypto.Hash
	DigestIdentifier []byte    // digestAlgorithm in DER; that of Hash when nil
	ContentType      OID       // attribute; that of the content when empty
	MessageDigest    []byte    // attribute; that of the content when nil
	SigningTime      time.Time // attribute; left out when zero
	NoAttributes     bool      // signs the content itself, without signedAttrs

	Algorithm  Algorithm
	Identifier []byte // signatureAlgorithm in DER; that of Algorithm when nil
	Unsigned   []byte // content of unsignedAttrs; left out when nil

	Mutate         func(attributes [][]byte) [][]byte // changes the attributes, sorted, before they are signed
	AlterSigned    func(attributes []byte) []byte     // changes the content of signedAttrs after they were signed
	AlterSignature func(signature []byte) []byte
}

// SignerInfo is how a document signer signs: named by issuer and serial number,
// under the usual algorithm of its key.
func (c *Certificate) SignerInfo() *SignerInfo {
	a := c.Key.Algorithm()
	return &SignerInfo{Key: c.Key, Issuer: c.Issuer, Serial: c.Serial, Hash: a.Hash, Algorithm: a}
}

// Clone is a copy that can be changed on its own.
func (s *SignerInfo) Clone() *SignerInfo {
	other := *s
	return &other
}

// SignWith makes the signature with another algorithm, and the digest with its
// hash.
func (s *SignerInfo) SignWith(a Algorithm) *SignerInfo {
	s.Algorithm, s.Hash = a, a.Hash
	return s
}

// Attribute is one attribute with its values.
func Attribute(id OID, values ...[]byte) []byte { return Sequence(id.DER(), SetOf(values...)) }

func (s *SignerInfo) digest() []byte {
	if s.DigestIdentifier != nil {
		return s.DigestIdentifier
	}
	return Digest(s.Hash)
}

func (s *SignerInfo) attributes(contentType OID, content []byte) [][]byte {
	if s.ContentType != "" {
		contentType = s.ContentType
	}
	digest := s.MessageDigest
	if digest == nil {
		digest = Sum(s.Hash, content)
	}
	list := [][]byte{
		Attribute(ContentTypeAttribute, contentType.DER()),
		Attribute(MessageDigestAttribute, Octets(digest)),
	}
	if !s.SigningTime.IsZero() {
		list = append(list, Attribute(SigningTimeAttribute, Time(s.SigningTime)))
	}
	list = slices.SortedFunc(slices.Values(list), slices.Compare[[]byte])
	if s.Mutate != nil {
		list = s.Mutate(list)
	}
	return list
}

func (s *SignerInfo) identifier() (version int64, der []byte) {
	if s.KeyIdentifier != nil {
		return 3, Implicit(0, s.KeyIdentifier)
	}
	return 1, Sequence(s.Issuer, Element(0x02, s.Serial))
}

func (s *SignerInfo) der(contentType OID, content []byte) []byte {
	version, name := s.identifier()
	if s.Version != 0 {
		version = s.Version
	}
	parts := [][]byte{Integer(version), name, s.digest()}
	signed := content
	if !s.NoAttributes {
		attributes := slices.Concat(s.attributes(contentType, content)...)
		signed = Set(attributes)
		if s.AlterSigned != nil {
			attributes = s.AlterSigned(attributes)
		}
		parts = append(parts, Explicit(0, attributes))
	}
	identifier := s.Identifier
	if identifier == nil {
		identifier = s.Algorithm.Identifier()
	}
	signature := s.Key.Sign(s.Algorithm, signed)
	if s.AlterSignature != nil {
		signature = s.AlterSignature(signature)
	}
	parts = append(parts, identifier, Octets(signature))
	if s.Unsigned != nil {
		parts = append(parts, Explicit(1, s.Unsigned))
	}
	return Sequence(parts...)
}
