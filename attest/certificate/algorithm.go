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
	if !input.ReadASN1(&body, asn1.OBJECT_IDENTIFIER) || !validOID(body) {
		return false
	}
	*out = OID(body)
	return true
}

// withoutParameters says whether parameters are absent or NULL.
func (a AlgorithmIdentifier) withoutParameters() bool {
	return a.Parameters == nil || string(a.Parameters) == null
}

// Digest is the hash that a digest AlgorithmIdentifier names: SHA-1, SHA-224,
// SHA-256, SHA-384 or SHA-512, with parameters absent or NULL (RFC 5754, 2).
// Otherwise the error is ErrAlgorithm. Whether SHA-1 is accepted is for the
// caller to decide.
func (a AlgorithmIdentifier) Digest() (crypto.Hash, error) {
	var hash crypto.Hash
	switch a.Algorithm {
	case oidSHA1:
		hash = crypto.SHA1
	case oidSHA224:
		hash = crypto.SHA224
	case oidSHA256:
		hash = crypto.SHA256
	case oidSHA384:
		hash = crypto.SHA384
	case oidSHA512:
		hash = crypto.SHA512
	}
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

// String is the name of the scheme in its specification.
func (s Scheme) String() string {
	switch s {
	case PKCS1v15:
		return "RSASSA-PKCS1-v1_5"
	case PSS:
		return "RSASSA-PSS"
	case ECDSA:
		return "ECDSA"
	}
	return "unknown scheme"
}

// SignatureAlgorithm is a signature scheme with its hash.
type SignatureAlgorithm struct {
	Scheme     Scheme
	Hash       crypto.Hash
	SaltLength int         // bytes; PSS only
	MaskHash   crypto.Hash // of MGF1, PSS only; zero stands for Hash
}

// String names scheme and hash, such as "ECDSA with SHA-256".
func (a SignatureAlgorithm) String() string {
	return fmt.Sprintf("%v with %v", a.Scheme, a.Hash)
}

// SignatureAlgorithm reads an AlgorithmIdentifier of signatures. A plain RSA
// key algorithm (rsaEncryption), as CMS allows it, takes its hash from digest;
// for all others digest is not looked at. Otherwise the error is ErrAlgorithm.
func (a AlgorithmIdentifier) SignatureAlgorithm(digest crypto.Hash) (SignatureAlgorithm, error) {
	if a.Algorithm == oidPSS {
		return parsePSS(a.Parameters, nil)
	}
	scheme, hash := a.fixed()
	if a.Algorithm == oidRSA {
		scheme, hash = PKCS1v15, digest
	}
	if hash == 0 || !a.withoutParameters() {
		return SignatureAlgorithm{}, fmt.Errorf("signature %v: %w", a.Algorithm, ErrAlgorithm)
	}
	return SignatureAlgorithm{Scheme: scheme, Hash: hash}, nil
}

// fixed is what an identifier without parameters stands for; zeros when it is
// none of these.
func (a AlgorithmIdentifier) fixed() (Scheme, crypto.Hash) {
	switch a.Algorithm {
	case oidSHA1WithRSA:
		return PKCS1v15, crypto.SHA1
	case oidSHA224WithRSA:
		return PKCS1v15, crypto.SHA224
	case oidSHA256WithRSA:
		return PKCS1v15, crypto.SHA256
	case oidSHA384WithRSA:
		return PKCS1v15, crypto.SHA384
	case oidSHA512WithRSA:
		return PKCS1v15, crypto.SHA512
	case oidECDSAWithSHA1:
		return ECDSA, crypto.SHA1
	case oidECDSAWithSHA224:
		return ECDSA, crypto.SHA224
	case oidECDSAWithSHA256:
		return ECDSA, crypto.SHA256
	case oidECDSAWithSHA384:
		return ECDSA, crypto.SHA384
	case oidECDSAWithSHA512:
		return ECDSA, crypto.SHA512
	}
	return 0, 0
}

// Deviations says what in the parameters of a signature algorithm was let pass;
// nil when nothing.
func (a AlgorithmIdentifier) Deviations() []Deviation {
	var n noted
	a.note(&n)
	return n.list()
}

// note notes parameters that are NULL where they have to be absent (ECDSA, RFC
// 5758, 3.2), absent where they have to be NULL (RSA, RFC 4055, 5), or defaults
// of RSASSA-PSS that are written out.
func (a AlgorithmIdentifier) note(n *noted) {
	if a.Algorithm == oidPSS {
		// What cannot be read is refused when it is used.
		_, _ = parsePSS(a.Parameters, n)
		return
	}
	scheme, _ := a.fixed()
	n.addIf(scheme == ECDSA && a.Parameters != nil, AlgorithmParameters)
	n.addIf(scheme == PKCS1v15 && a.Parameters == nil, AlgorithmParameters)
}
