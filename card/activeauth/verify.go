package activeauth

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"fmt"
	"math/big"
	"slices"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
)

// Limits of RSA keys. The smallest are those of old documents; the largest
// bounds the work that a signature makes.
const (
	minModulusBits  = 1024
	maxModulusBits  = 4096
	maxExponentBits = 32
)

// infoVersion is the only version of ActiveAuthenticationInfo (ICAO Doc
// 9303-11, 9.2.4).
const infoVersion = 1

// Verify checks a signature of challenge. key is that of DG15 and infos are
// those of DG14, both found genuine by passive authentication before; infos
// names the hash function of ECDSA and is not looked at for RSA, whose
// signatures name it themselves.
//
// An ECDSA key without ActiveAuthenticationInfo in DG14 is ErrUnsupported: the
// structure is mandatory for it (ICAO Doc 9303-11, 9.2.4), and no hash function
// is guessed. So are infos that contradict each other, and hash functions other
// than SHA-2 or longer than the key (6.1.2.3).
//
// Everything that is wrong with the signature is ErrSignature.
func Verify(key lds.ActiveAuthenticationKey, infos lds.SecurityInfos, challenge [ChallengeSize]byte, signature []byte) error {
	if err := check(key); err != nil {
		return fmt.Errorf("active authentication: %w", err)
	}
	if key.RSA != nil {
		if !verifyRSA(key.RSA, challenge, signature) {
			return ErrSignature
		}
		return nil
	}
	return verifyECDSA(key, infos, challenge, signature)
}

// check refuses keys that are not one of the kinds verified here.
func check(key lds.ActiveAuthenticationKey) error {
	switch {
	case (key.RSA == nil) == (key.Curve == nil):
		return fmt.Errorf("neither an RSA nor an ECDSA key: %w", ErrUnsupported)
	case key.RSA != nil:
		return checkRSA(key.RSA)
	}
	return nil
}

// checkRSA wants a modulus of whole bytes, since only then header and message
// of scheme 1 begin at bytes.
func checkRSA(key *rsa.PublicKey) error {
	if key.N == nil || key.N.Sign() <= 0 || key.N.Bit(0) == 0 {
		return fmt.Errorf("modulus is no odd number: %w", ErrUnsupported)
	}
	if n := key.N.BitLen(); n < minModulusBits || n > maxModulusBits || n%8 != 0 {
		return fmt.Errorf("modulus of %d bits: %w", n, ErrUnsupported)
	}
	if key.E < 3 || key.E&1 == 0 || big.NewInt(int64(key.E)).BitLen() > maxExponentBits {
		return fmt.Errorf("public exponent out of range: %w", ErrUnsupported)
	}
	return nil
}

// verifyECDSA checks the plain signature r‖s of the challenge (ICAO Doc
// 9303-11, 6.1.2.3; BSI TR-03111, 5.2.1).
func verifyECDSA(key lds.ActiveAuthenticationKey, infos lds.SecurityInfos, challenge [ChallengeSize]byte, signature []byte) error {
	hash, err := announcedHash(infos)
	if err != nil {
		return fmt.Errorf("active authentication: %w", err)
	}
	if hash.Size() > key.Curve.ScalarSize() {
		return fmt.Errorf("active authentication: %v with a key on %s: %w", hash, key.Curve.Name(), ErrUnsupported)
	}
	public, err := key.Curve.Point(key.Point)
	if err != nil {
		return fmt.Errorf("active authentication: %w: %w", ErrUnsupported, err)
	}
	if !curve.Verify(public, digest(hash, challenge[:]), signature) {
		return ErrSignature
	}
	return nil
}

// announcedHash is the one hash function that DG14 names.
func announcedHash(infos lds.SecurityInfos) (crypto.Hash, error) {
	var named []crypto.Hash
	for _, info := range infos.ActiveAuthentication {
		if info.Version == infoVersion && !slices.Contains(named, info.Hash) {
			named = append(named, info.Hash)
		}
	}
	if len(named) != 1 {
		return 0, fmt.Errorf("DG14 names %d hash functions: %w", len(named), ErrUnsupported)
	}
	switch hash := named[0]; hash {
	case crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512:
		return hash, nil
	}
	return 0, fmt.Errorf("DG14 names a hash function that is not of SHA-2: %w", ErrUnsupported)
}

// verifyRSA opens the signature with either of the two functions that a chip
// may have made it by (ICAO Doc 9303-11, 6.1.2.2): J^d mod n (ISO/IEC 9796-2,
// B.6), or the smaller of that and its negative (B.4).
func verifyRSA(key *rsa.PublicKey, challenge [ChallengeSize]byte, signature []byte) bool {
	s := new(big.Int).SetBytes(signature)
	if len(signature) != key.Size() || s.Sign() == 0 || s.Cmp(key.N) >= 0 {
		return false
	}
	f := new(big.Int).Exp(s, big.NewInt(int64(key.E)), key.N)
	if signs(f.FillBytes(make([]byte, key.Size())), challenge) {
		return true
	}
	if s.Lsh(s, 1).Cmp(key.N) > 0 {
		return false
	}
	f.Sub(key.N, f)
	return signs(f.FillBytes(make([]byte, key.Size())), challenge)
}

// signs says whether F is the message representative of a message that ends in
// the challenge.
func signs(f []byte, challenge [ChallengeSize]byte) bool {
	r, ok := parseRepresentative(f)
	if !ok {
		return false
	}
	if r.total {
		return bytes.HasSuffix(r.message, challenge[:]) && bytes.Equal(r.digest, digest(r.hash, r.message))
	}
	return bytes.Equal(r.digest, digest(r.hash, r.message, challenge[:]))
}
