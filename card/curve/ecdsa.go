package curve

import (
	"crypto/ecdsa"
	"crypto/sha3"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
)

// maxSignAttempts bounds the repetitions for r = 0 or s = 0, each of which has
// the probability 1/n.
const maxSignAttempts = 4

// entropySize is what Sign reads of its source of randomness, in bytes.
const entropySize = 32

// nonceDomain separates the nonces of Sign from every other use of SHAKE256.
const nonceDomain = "cnie.example/card/curve ECDSA nonce"

// Sign makes an ECDSA signature r‖s of 2·ScalarSize bytes over a digest (FIPS
// 186-5, 6.4.1; the plain format of BSI TR-03111, 5.2.1). The digest is cut to
// the bit length of n; an empty one is ErrDigest. A wiped key is ErrScalar.
//
// The nonce is hedged: it comes from 32 bytes of rand, the key and the digest
// together, so that neither a weak source nor a repeated one reveals the key.
// Time and memory access do not depend on key or nonce.
func Sign(rand io.Reader, k *Scalar, digest []byte) (signature []byte, err error) {
	if k.b == nil {
		return nil, fmt.Errorf("sign: %w: wiped", ErrScalar)
	}
	if len(digest) == 0 {
		return nil, fmt.Errorf("sign on %s: %w", k.curve.name, ErrDigest)
	}
	nonces, err := newNonces(rand, k, digest)
	if err != nil {
		return nil, fmt.Errorf("sign on %s: %w", k.curve.name, err)
	}
	for range maxSignAttempts {
		nonce, err := k.curve.RandomScalar(nonces)
		if err != nil {
			return nil, fmt.Errorf("sign on %s: %w", k.curve.name, err)
		}
		signature, ok := signWith(nonce, k, digest)
		nonce.Wipe()
		if ok {
			return signature, nil
		}
	}
	return nil, fmt.Errorf("sign on %s: %w: no usable nonce", k.curve.name, ErrScalar)
}

// newNonces starts the stream that nonces are drawn from.
func newNonces(rand io.Reader, k *Scalar, digest []byte) (io.Reader, error) {
	var entropy [entropySize]byte
	defer clear(entropy[:])
	if _, err := io.ReadFull(rand, entropy[:]); err != nil {
		return nil, err
	}
	x := sha3.NewCSHAKE256(nil, []byte(nonceDomain))
	for _, part := range [][]byte{entropy[:], []byte(k.curve.name), k.b, digest} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		x.Write(length[:])
		x.Write(part)
	}
	return x, nil
}

// signWith makes the signature with one nonce; it is false when another nonce
// is needed.
func signWith(nonce, k *Scalar, digest []byte) (signature []byte, ok bool) {
	c, m := k.curve, k.curve.order
	commitment, err := c.Generator().Mul(nonce)
	if err != nil {
		return nil, false
	}
	var r, s, d, inverse residue
	defer clear(d[:])
	defer clear(inverse[:])
	m.reduce(&r, commitment.X())
	m.decode(&d, k.b)
	m.decode(&inverse, nonce.b)
	m.invert(&inverse, &inverse)

	// s = (e + r·d) / nonce
	m.mul(&d, &r, &d)
	c.digest(&s, digest)
	m.add(&s, &s, &d)
	m.mul(&s, &s, &inverse)
	if m.isZero(&r) || m.isZero(&s) {
		return nil, false
	}
	return append(m.encode(&r), m.encode(&s)...), true
}

// Verify tells whether r‖s, of 2·ScalarSize bytes, is an ECDSA signature of the
// digest by the holder of the public key (FIPS 186-5, 6.4.2): r and s from 1 to
// n-1, the digest cut to the bit length of n and not empty. It takes variable
// time: all that it works on is public.
func Verify(public *Point, digest, signature []byte) bool {
	c := public.curve
	if public.element == nil || len(digest) == 0 || len(signature) != 2*c.ScalarSize() {
		return false
	}
	r, s := signature[:c.ScalarSize()], signature[c.ScalarSize():]
	if c.standard != nil {
		key, err := ecdsa.ParseUncompressedPublicKey(c.standard, public.Bytes())
		return err == nil && ecdsa.Verify(key, digest, new(big.Int).SetBytes(r), new(big.Int).SetBytes(s))
	}
	return verify(public, digest, r, s)
}

func verify(public *Point, digest, rb, sb []byte) bool {
	c, m := public.curve, public.curve.order
	var r, s, e, x residue
	if !m.decode(&r, rb) || !m.decode(&s, sb) || m.isZero(&r) || m.isZero(&s) {
		return false
	}
	c.digest(&e, digest)
	m.invert(&s, &s)
	m.mul(&e, &e, &s)
	m.mul(&s, &r, &s)
	sum := c.group.mulBase(m.encode(&e)).add(public.element.mul(m.encode(&s)))
	xy, ok := sum.affine()
	if !ok {
		return false
	}
	m.reduce(&x, xy[:c.Size()])
	return x == r
}

// digest sets z to the leftmost bits of a digest, as many as n has, modulo n.
func (c *Curve) digest(z *residue, digest []byte) {
	m := c.order
	if len(digest) < m.size {
		m.reduce(z, digest)
		return
	}
	excess := 8*m.size - m.bits
	b := make([]byte, m.size)
	for i := range b {
		b[i] = digest[i] >> excess
		if i > 0 {
			b[i] |= digest[i-1] << (8 - excess)
		}
	}
	m.reduce(z, b)
}
