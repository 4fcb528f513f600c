package certificate

import (
	"crypto"
	_ "crypto/sha1" // makes crypto.SHA1 available: recognised, refused unless allowed
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// AlgorithmIdentifier is an algorithm and its parameters (RFC 5280, 4.1.1.2).
type AlgorithmIdentifier struct {
	Algorithm  OID
	Parameters []byte // one DER element; nil when absent
}

// ParseAlgorithmIdentifier parses one AlgorithmIdentifier that is all of der.
// Parameters alias der. The error is ErrSyntax.
func ParseAlgorithmIdentifier(der []byte) (AlgorithmIdentifier, error) {
	input := cryptobyte.String(der)
	a, ok := readAlgorithmIdentifier(&input)
	if !ok || !input.Empty() {
		return AlgorithmIdentifier{}, malformed("algorithm identifier")
	}
	return a, nil
}

func readAlgorithmIdentifier(input *cryptobyte.String) (AlgorithmIdentifier, bool) {
	var a AlgorithmIdentifier
	var body, parameters cryptobyte.String
	var tag asn1.Tag
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !readOID(&body, &a.Algorithm) {
		return a, false
	}
	if body.Empty() {
		return a, true
	}
	if !body.ReadAnyASN1Element(&parameters, &tag) || !body.Empty() {
		return a, false
	}
	a.Parameters = parameters
	return a, true
}

func readOID(input *cryptobyte.String, out *OID) bool {
	var body cryptobyte.String
	if !input.ReadASN1(&body, asn1.OBJECT_IDENTIFIER) || len(body) > maxOID {
		return false
	}
	*out = OID(body)
	return out.Valid()
}

// withoutParameters says whether parameters are absent or NULL.
func (a AlgorithmIdentifier) withoutParameters() bool {
	return a.Parameters == nil || string(a.Parameters) == "\x05\x00"
}

// Digest is the hash that a digest AlgorithmIdentifier names: SHA-1, SHA-224,
// SHA-256, SHA-384 or SHA-512, with parameters absent or NULL (RFC 5754, 2).
// Otherwise the error is ErrAlgorithm. Whether SHA-1 is accepted is for the
// caller to decide.
func (a AlgorithmIdentifier) Digest() (crypto.Hash, error) {
	hash := map[OID]crypto.Hash{
		oidSHA1: crypto.SHA1, oidSHA224: crypto.SHA224, oidSHA256: crypto.SHA256,
		oidSHA384: crypto.SHA384, oidSHA512: crypto.SHA512,
	}[a.Algorithm]
	if hash == 0 || !a.withoutParameters() {
		return 0, fmt.Errorf("digest %v: %w", a.Algorithm, ErrAlgorithm)
	}
	return hash, nil
}

// Scheme is a signature scheme.
type Scheme int

// Schemes of ICAO Doc 9303-12, 4.4.
const (
	PKCS1v15 Scheme = iota + 1 // RSASSA-PKCS1-v1_5 (RFC 8017, 8.2)
	PSS                        // RSASSA-PSS (RFC 8017, 8.1)
	ECDSA                      // BSI TR-03111, 4.2.1, with Ecdsa-Sig-Value in DER
)

// SignatureAlgorithm is a signature scheme with its hash.
type SignatureAlgorithm struct {
	Scheme     Scheme
	Hash       crypto.Hash
	SaltLength int // bytes; PSS only
}

// SignatureAlgorithm reads an AlgorithmIdentifier of signatures. A plain RSA
// key algorithm (rsaEncryption), as CMS allows it, takes its hash from digest;
// for all others digest is not looked at. Otherwise the error is ErrAlgorithm.
func (a AlgorithmIdentifier) SignatureAlgorithm(digest crypto.Hash) (SignatureAlgorithm, error) {
	if a.Algorithm == oidPSS {
		return parsePSS(a.Parameters)
	}
	algorithm, ok := map[OID]SignatureAlgorithm{
		oidRSA:             {Scheme: PKCS1v15, Hash: digest},
		oidSHA1WithRSA:     {Scheme: PKCS1v15, Hash: crypto.SHA1},
		oidSHA224WithRSA:   {Scheme: PKCS1v15, Hash: crypto.SHA224},
		oidSHA256WithRSA:   {Scheme: PKCS1v15, Hash: crypto.SHA256},
		oidSHA384WithRSA:   {Scheme: PKCS1v15, Hash: crypto.SHA384},
		oidSHA512WithRSA:   {Scheme: PKCS1v15, Hash: crypto.SHA512},
		oidECDSAWithSHA1:   {Scheme: ECDSA, Hash: crypto.SHA1},
		oidECDSAWithSHA224: {Scheme: ECDSA, Hash: crypto.SHA224},
		oidECDSAWithSHA256: {Scheme: ECDSA, Hash: crypto.SHA256},
		oidECDSAWithSHA384: {Scheme: ECDSA, Hash: crypto.SHA384},
		oidECDSAWithSHA512: {Scheme: ECDSA, Hash: crypto.SHA512},
	}[a.Algorithm]
	if !ok || algorithm.Hash == 0 || !a.withoutParameters() {
		return SignatureAlgorithm{}, fmt.Errorf("signature %v: %w", a.Algorithm, ErrAlgorithm)
	}
	return algorithm, nil
}
