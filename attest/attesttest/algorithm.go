package attesttest

import (
	"crypto"
	_ "crypto/md5" // hashes that a state may have used once
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
)

// Scheme is a signature scheme.
type Scheme int

// Signature schemes of ICAO Doc 9303-12, 4.4.
const (
	PKCS1Scheme Scheme = iota + 1 // RSASSA-PKCS1-v1_5
	PSSScheme                     // RSASSA-PSS
	ECDSAScheme                   // with Ecdsa-Sig-Value in DER
)

// Algorithm is a signature scheme with its parameters. It says how a signature
// is made, and its Identifier declares the same; templates take another
// Identifier beside it when what is declared has to differ from what is true.
type Algorithm struct {
	Scheme  Scheme
	Hash    crypto.Hash
	Mask    crypto.Hash // PSS: of MGF1; as Hash when zero
	Salt    int         // PSS: bytes
	Trailer int64       // PSS: declared trailerField; 1 when zero. The signature ends in BC always.
}

// PKCS1 is RSASSA-PKCS1-v1_5.
func PKCS1(h crypto.Hash) Algorithm { return Algorithm{Scheme: PKCS1Scheme, Hash: h} }

// PSS is RSASSA-PSS with MGF1 over the same hash and a salt of its length.
func PSS(h crypto.Hash) Algorithm { return Algorithm{Scheme: PSSScheme, Hash: h, Salt: h.Size()} }

// ECDSA is ECDSA.
func ECDSA(h crypto.Hash) Algorithm { return Algorithm{Scheme: ECDSAScheme, Hash: h} }

func (a Algorithm) mask() crypto.Hash {
	if a.Mask == 0 {
		return a.Hash
	}
	return a.Mask
}

// Identifier is the AlgorithmIdentifier in DER. Parameters of PSS that have
// their default value are left out.
func (a Algorithm) Identifier() []byte {
	switch a.Scheme {
	case PKCS1Scheme:
		return Sequence(pkcs1OID(a.Hash).DER(), Null())
	case PSSScheme:
		return Sequence(rsassaPSS.DER(), a.parameters())
	case ECDSAScheme:
		return Sequence(ecdsaOID(a.Hash).DER())
	}
	panic("attesttest: no signature scheme")
}

// parameters is RSASSA-PSS-params (RFC 8017, A.2.3).
func (a Algorithm) parameters() []byte {
	var fields [][]byte
	if a.Hash != crypto.SHA1 {
		fields = append(fields, Explicit(0, Digest(a.Hash)))
	}
	if a.mask() != crypto.SHA1 {
		fields = append(fields, Explicit(1, Sequence(mgf1.DER(), Digest(a.mask()))))
	}
	if a.Salt != 20 {
		fields = append(fields, Explicit(2, Integer(int64(a.Salt))))
	}
	if a.Trailer > 1 {
		fields = append(fields, Explicit(3, Integer(a.Trailer)))
	}
	return Sequence(fields...)
}

// Digest is the AlgorithmIdentifier of a hash, with NULL as parameters.
func Digest(h crypto.Hash) []byte { return Sequence(digestOID(h).DER(), Null()) }

// Sum is the digest of a message.
func Sum(h crypto.Hash, message []byte) []byte {
	state := h.New()
	state.Write(message)
	return state.Sum(nil)
}
