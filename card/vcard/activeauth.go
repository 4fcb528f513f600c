package vcard

import (
	"crypto"
	"crypto/sha1" // for ISO/IEC 9796-2 with trailer BC (ICAO Doc 9303-11, 6.1)
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// activeChallengeSize is the length of RND.IFD in bytes.
const activeChallengeSize = 8

// internalAuthenticate is INTERNAL AUTHENTICATE: active authentication (ICAO
// Doc 9303-11, 6.1). A clone signs another challenge.
func (c *Card) internalAuthenticate(cmd command) response {
	key := c.p.ActiveAuthentication
	switch {
	case key == nil:
		return refuse(statusInstruction)
	case cmd.p1 != 0 || cmd.p2 != 0:
		return refuse(statusParameters)
	case len(cmd.data) != activeChallengeSize || cmd.ne == 0:
		return refuse(statusWrongLength)
	case c.channel == nil || !c.inApplication:
		return refuse(statusSecurity)
	}
	challenge := append([]byte(nil), cmd.data...)
	if c.has(Clone) {
		challenge[0] ^= 1
	}
	var signature []byte
	var err error
	if key.RSA != nil {
		signature, err = key.signRSA(c.rand, challenge)
	} else {
		signature, err = c.signECDSA(key, challenge)
	}
	if err != nil {
		return refuse(statusFailure)
	}
	return response{data: signature, sw: statusOK}
}

// errHash is the cause of refused hash functions.
var errHash = errors.New("hash function is not one of active authentication")

// digest is the hash of a message. The trailer is the one of ISO/IEC 9796-2.
func digest(h crypto.Hash, message []byte) (sum, trailer []byte, err error) {
	switch h {
	case crypto.SHA1:
		d := sha1.Sum(message)
		return d[:], []byte{0xBC}, nil
	case crypto.SHA224:
		d := sha256.Sum224(message)
		return d[:], []byte{0x38, 0xCC}, nil
	case crypto.SHA256:
		d := sha256.Sum256(message)
		return d[:], []byte{0x34, 0xCC}, nil
	case crypto.SHA384:
		d := sha512.Sum384(message)
		return d[:], []byte{0x36, 0xCC}, nil
	case crypto.SHA512:
		d := sha512.Sum512(message)
		return d[:], []byte{0x35, 0xCC}, nil
	}
	return nil, nil, errHash
}

// partialRecovery begins a message representative whose message goes on
// outside the signature.
const partialRecovery = 0x6A

// representative is F of ISO/IEC 9796-2, digital signature scheme 1, of size
// bytes: 6A ‖ M₁ ‖ hash(M₁ ‖ challenge) ‖ trailer, with M₁ drawn at random (ICAO
// Doc 9303-11, 6.1.2.3 and Appendix F).
func representative(rand io.Reader, h crypto.Hash, size int, challenge []byte) ([]byte, error) {
	sum, trailer, err := digest(h, challenge)
	if err != nil {
		return nil, err
	}
	recovered := make([]byte, size-1-len(sum)-len(trailer))
	if _, err := io.ReadFull(rand, recovered); err != nil {
		return nil, fmt.Errorf("draw the recoverable message: %w", err)
	}
	if sum, trailer, err = digest(h, append(append([]byte(nil), recovered...), challenge...)); err != nil {
		return nil, err
	}
	f := append([]byte{partialRecovery}, recovered...)
	return append(append(f, sum...), trailer...), nil
}

// signRSA is Fᵈ mod n, of the size of the modulus.
func (k *ActiveAuthenticationKey) signRSA(rand io.Reader, challenge []byte) ([]byte, error) {
	size := k.RSA.Size()
	f, err := representative(rand, k.Hash, size, challenge)
	if err != nil {
		return nil, err
	}
	s := new(big.Int).Exp(new(big.Int).SetBytes(f), k.RSA.D, k.RSA.N)
	return s.FillBytes(make([]byte, size)), nil
}

// signECDSA is r ‖ s of the challenge's hash, each as long as n (BSI TR-03111,
// 4.2.1 and 5.2.1).
func (c *Card) signECDSA(key *ActiveAuthenticationKey, challenge []byte) ([]byte, error) {
	d, err := key.Curve.domain()
	if err != nil {
		return nil, err
	}
	private, err := d.scalar(key.Scalar)
	if err != nil {
		return nil, err
	}
	sum, _, err := digest(key.Hash, challenge)
	if err != nil {
		return nil, err
	}
	e := new(big.Int).SetBytes(sum)
	if extra := 8*len(sum) - d.n.BitLen(); extra > 0 {
		e.Rsh(e, uint(extra))
	}
	for range maxDraws {
		k, err := d.randomScalar(c.rand)
		if err != nil {
			return nil, err
		}
		r := new(big.Int).Mod(c.timesGenerator(d, k).x, d.n)
		s := new(big.Int).Mul(r, private)
		s.Add(s, e).Mul(s, k.ModInverse(k, d.n)).Mod(s, d.n)
		if r.Sign() != 0 && s.Sign() != 0 {
			return append(r.FillBytes(make([]byte, d.size())), s.FillBytes(make([]byte, d.size()))...), nil
		}
	}
	return nil, errScalar
}
