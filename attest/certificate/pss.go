package certificate

import (
	"crypto"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Tags of RSASSA-PSS-params.
var (
	tagHash    = asn1.Tag(0).Constructed().ContextSpecific()
	tagMask    = asn1.Tag(1).Constructed().ContextSpecific()
	tagSalt    = asn1.Tag(2).Constructed().ContextSpecific()
	tagTrailer = asn1.Tag(3).Constructed().ContextSpecific()
)

// Defaults of RSASSA-PSS-params.
const (
	defaultHash    = crypto.SHA1
	defaultSalt    = 20
	defaultTrailer = 1
)

// parsePSS reads RSASSA-PSS-params (RFC 8017, A.2.3): any digest of this
// package for the message and for MGF1, a salt that some key has room for, and
// the one trailer that there is. Otherwise the error is ErrAlgorithm. n may be
// nil.
func parsePSS(parameters []byte, n *noted) (SignatureAlgorithm, error) {
	unsupported := func() (SignatureAlgorithm, error) {
		return SignatureAlgorithm{}, fmt.Errorf("RSASSA-PSS parameters: %w", ErrAlgorithm)
	}
	var body cryptobyte.String
	input := cryptobyte.String(parameters)
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !input.Empty() {
		return unsupported()
	}
	p := pssParameters{body: body}
	hash := p.hash()
	mask := p.maskHash()
	salt := p.number(tagSalt, defaultSalt)
	trailer := p.number(tagTrailer, defaultTrailer)
	if p.failed || !p.body.Empty() || trailer != defaultTrailer || salt < 0 || salt > MaxRSA/8 {
		return unsupported()
	}
	if n != nil {
		n.addIf(p.writtenDefault, WrittenDefault)
	}
	return SignatureAlgorithm{Scheme: PSS, Hash: hash, SaltLength: salt, MaskHash: mask}, nil
}

// pssParameters is the state of parsePSS.
type pssParameters struct {
	body           cryptobyte.String
	writtenDefault bool
	failed         bool
}

// field reads an optional field.
func (p *pssParameters) field(tag asn1.Tag) (inner cryptobyte.String, present bool) {
	if !p.body.ReadOptionalASN1(&inner, &present, tag) {
		p.failed = true
	}
	return inner, present && !p.failed
}

func (p *pssParameters) hash() crypto.Hash {
	inner, present := p.field(tagHash)
	if !present {
		return defaultHash
	}
	return p.digest(inner)
}

func (p *pssParameters) maskHash() crypto.Hash {
	inner, present := p.field(tagMask)
	if !present {
		return defaultHash
	}
	mask, err := ParseAlgorithmIdentifier(inner)
	if err != nil || mask.Algorithm != oidMGF1 {
		p.failed = true
		return 0
	}
	return p.digest(mask.Parameters)
}

func (p *pssParameters) digest(der []byte) crypto.Hash {
	a, err := ParseAlgorithmIdentifier(der)
	if err != nil {
		p.failed = true
		return 0
	}
	hash, err := a.Digest()
	p.failed = p.failed || err != nil
	p.writtenDefault = p.writtenDefault || hash == defaultHash
	return hash
}

func (p *pssParameters) number(tag asn1.Tag, otherwise int) int {
	inner, present := p.field(tag)
	if !present {
		return otherwise
	}
	var value int
	if !inner.ReadASN1Integer(&value) || !inner.Empty() {
		p.failed = true
	}
	p.writtenDefault = p.writtenDefault || value == otherwise
	return value
}
