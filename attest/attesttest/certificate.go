package attesttest

import (
	"slices"
	"time"
)

// Certificate is a certificate to be issued (RFC 5280, 4.1).
type Certificate struct {
	Key     *Key  // of the subject
	Signer  *Key  // of the issuer
	Version int64 // 2 stands for version 3; left out when 0

	Serial              []byte // content octets of the INTEGER
	Issuer, Subject     Name
	NotBefore, NotAfter time.Time
	PublicKey           []byte // SubjectPublicKeyInfo; that of Key when nil
	Extensions          Extensions

	Algorithm  Algorithm // of the signature
	Identifier []byte    // AlgorithmIdentifier outside and inside; that of Algorithm when nil
	Inside     []byte    // AlgorithmIdentifier inside; as outside when nil

	Mutate func(tbs []byte) []byte // changes TBSCertificate before it is signed
	Alter  func(der []byte) []byte // changes the certificate after it was signed
}

// Clone is a copy that can be changed on its own.
func (c *Certificate) Clone() *Certificate {
	other := *c
	other.Extensions = slices.Clone(c.Extensions)
	return &other
}

// Set adds an extension, or replaces the one with its identifier, and gives c.
func (c *Certificate) Set(e Extension) *Certificate {
	c.Extensions = c.Extensions.With(e)
	return c
}

// Remove takes an extension away and gives c.
func (c *Certificate) Remove(id OID) *Certificate {
	c.Extensions = c.Extensions.Without(id)
	return c
}

// SetPublicKey gives the certificate the key k, with its identifier. The
// signer of a self-signed certificate follows.
func (c *Certificate) SetPublicKey(k *Key) *Certificate {
	if c.Signer == c.Key {
		c.SignWith(k)
		c.Set(AuthorityKey(k.Identifier()))
	}
	c.Key = k
	return c.Set(SubjectKey(k.Identifier()))
}

// SignWith makes k sign the certificate under its usual algorithm. Names and
// identifiers of the issuer stay.
func (c *Certificate) SignWith(k *Key) *Certificate {
	c.Signer, c.Algorithm = k, k.Algorithm()
	return c
}

// KeyIdentifier is the subjectKeyIdentifier, nil when there is none.
func (c *Certificate) KeyIdentifier() []byte {
	for _, e := range c.Extensions {
		if e.ID == SubjectKeyIdentifier {
			return Content(e.Value)
		}
	}
	return nil
}

// TBS is TBSCertificate, after Mutate.
func (c *Certificate) TBS() []byte {
	inside := c.Inside
	if inside == nil {
		inside = c.identifier()
	}
	public := c.PublicKey
	if public == nil {
		public = c.Key.Info()
	}
	parts := [][]byte{
		Element(0x02, c.Serial), inside, c.Issuer, Sequence(Time(c.NotBefore), Time(c.NotAfter)), c.Subject, public,
	}
	if c.Version != 0 {
		parts = append([][]byte{Explicit(0, Integer(c.Version))}, parts...)
	}
	if len(c.Extensions) > 0 {
		parts = append(parts, Explicit(3, c.Extensions.sequence()))
	}
	tbs := Sequence(parts...)
	if c.Mutate != nil {
		tbs = c.Mutate(tbs)
	}
	return tbs
}

func (c *Certificate) identifier() []byte {
	if c.Identifier != nil {
		return c.Identifier
	}
	return c.Algorithm.Identifier()
}

// DER is the certificate, signed by Signer. The bytes are the caller's.
func (c *Certificate) DER() []byte {
	tbs := c.TBS()
	der := Sequence(tbs, c.identifier(), Bits(c.Signer.Sign(c.Algorithm, tbs)))
	if c.Alter != nil {
		der = c.Alter(der)
	}
	return der
}
