package vcard

import (
	"bytes"
	"math/big"
)

// mapNonce makes the mapped generator out of the nonce (4.4.3.3).
func (c *Card) mapNonce(run *paceRun, content []byte) response {
	if run.protocol.Mapping == IntegratedMapping {
		return c.mapIntegrated(run, content)
	}
	return c.mapGeneric(run, content)
}

// mapGeneric is generic mapping, which chip authentication mapping shares: the
// new generator is s·G + H, H being the shared point of an anonymous key
// agreement (4.4.3.3.1).
func (c *Card) mapGeneric(run *paceRun, content []byte) response {
	d := run.domain
	terminal, sw := terminalPoint(d, content, tagMapTerminal)
	if sw != statusOK {
		return refuse(sw)
	}
	k, err := d.randomScalar(c.rand)
	if err != nil {
		return refuse(statusFailure)
	}
	s := new(big.Int).SetBytes(run.nonce)
	run.base = d.add(c.timesGenerator(d, s), c.times(d, k, terminal))
	if run.base.infinite() {
		return refuse(statusWrongData)
	}
	run.mapping = k
	return authenticated(encode(tagMapChip, c.presented(run, d.encode(c.timesGenerator(d, k)))))
}

// mapIntegrated is integrated mapping: the new generator encodes the output of
// a pseudo-random function of the chip's nonce s and the terminal's nonce t,
// which is as long as a key (4.4.3.3.2). The chip's answer is empty.
func (c *Card) mapIntegrated(run *paceRun, content []byte) response {
	t, sw := authenticationData(content, tagMapTerminal)
	if sw != statusOK {
		return refuse(sw)
	}
	if len(t) != run.protocol.Cipher.keySize() {
		return refuse(statusWrongData)
	}
	r := new(big.Int).SetBytes(run.protocol.Cipher.pseudoRandom(run.nonce, t, run.domain.p.BitLen()))
	base, ok := run.domain.encodeNumber(r.Mod(r, run.domain.p))
	if !ok {
		return refuse(statusWrongData)
	}
	run.base = base
	return authenticated(encode(tagMapChip, nil))
}

// Constants of the pseudo-random function for nonces of 16 and 32 bytes (ICAO
// Doc 9303-11, 4.4.3.3.2).
const (
	constants128 = "\xA6\x68\x89\x2A\x7C\x41\xE3\xCA\x73\x9F\x40\xB0\x57\xD8\x59\x04" +
		"\xA4\xE1\x36\xAC\x72\x5F\x73\x8B\x01\xC1\xF6\x02\x17\xC1\x88\xAD"
	constants256 = "\xD4\x63\xD6\x52\x34\x12\x4E\xF7\x89\x70\x54\x98\x6D\xCA\x0A\x17" +
		"\x4E\x28\xDF\x75\x8C\xBA\xA0\x3F\x24\x06\x16\x41\x4D\x5A\x16\x76" +
		"\x54\xBD\x72\x55\xF0\xAA\xF8\x31\xBE\xC3\x42\x3F\xCF\x39\xD6\x9B" +
		"\x6C\xBF\x06\x66\x77\xD0\xFA\xAE\x5A\xAD\xD9\x9D\xF8\xE5\x35\x17"
)

// pseudoRandom is R(s,t): k₀ = E(t, s), xᵢ = E(kᵢ, c₁), kᵢ₊₁ = E(kᵢ, c₀), in
// CBC mode, with so many xᵢ that they are 64 bits longer than the prime. Keys
// are the first bytes of kᵢ.
func (c Cipher) pseudoRandom(s, t []byte, primeBits int) []byte {
	constants := []byte(constants128)
	if len(s) > 16 {
		constants = []byte(constants256)
	}
	c0, c1 := constants[:len(s)], constants[len(s):]
	key, x := encryptCBC(c.block(t), nil, s), []byte(nil)
	for 8*len(x) < primeBits+64 {
		block := c.block(key[:c.keySize()])
		x = append(x, encryptCBC(block, nil, c1)...)
		key = encryptCBC(block, nil, c0)
	}
	return x
}

// encodeNumber is the point encoding of integrated mapping, for primes that
// leave 3 when divided by 4 and curves with cofactor 1 (ICAO Doc 9303-11,
// Appendix B.2). The few numbers without a point, 0, 1 and -1, are not ok.
func (d *domain) encodeNumber(t *big.Int) (point, bool) {
	mod := func(v *big.Int) *big.Int { return v.Mod(v, d.p) }
	mul := func(x, y *big.Int) *big.Int { return mod(new(big.Int).Mul(x, y)) }
	one := big.NewInt(1)
	alpha := mod(new(big.Int).Neg(mul(t, t)))
	sum := mod(new(big.Int).Add(alpha, mul(alpha, alpha)))
	if sum.Sign() == 0 {
		return point{}, false
	}
	// X₂ = -b/a · (1 + 1/(α + α²)), X₃ = αX₂: the right side of the curve is a
	// square for one of them.
	ratio := mul(d.b, new(big.Int).ModInverse(d.a, d.p))
	x2 := mul(new(big.Int).Neg(ratio), sum.ModInverse(sum, d.p).Add(sum, one))
	x3 := mul(alpha, x2)
	h2 := d.right(x2)
	u := mul(mul(t, mul(t, t)), h2)
	// A = h₂^(p-1-(p+1)/4) is one over a root of h₂, when there is one.
	quarter := new(big.Int).Rsh(new(big.Int).Add(d.p, one), 2)
	exponent := new(big.Int).Sub(d.p, one)
	a := new(big.Int).Exp(h2, exponent.Sub(exponent, quarter), d.p)
	if mul(mul(a, a), h2).Cmp(one) == 0 {
		return point{x2, mul(a, h2)}, true
	}
	return point{x3, mul(a, u)}, true
}

// chipAuthenticationData proves the chip's static key in chip authentication
// mapping: the scalar of the mapping over the static one modulo n, padded and
// encrypted (4.4.3.3.3 and 4.4.3.5). The initialization vector is the cipher of
// a block of ones.
func (c *Card) chipAuthenticationData(run *paceRun) ([]byte, bool) {
	key, ok := c.mappingKey(run.protocol.Curve)
	if !ok {
		return nil, false
	}
	static := c.chipScalar(key)
	data := new(big.Int).ModInverse(static, run.domain.n)
	data.Mul(data, run.mapping).Mod(data, run.domain.n)
	return run.channel.sealChipData(data.FillBytes(make([]byte, run.domain.size()))), true
}

func (ch *channel) sealChipData(data []byte) []byte {
	iv := bytes.Repeat([]byte{0xFF}, ch.cipher.blockSize())
	ch.enc.Encrypt(iv, iv)
	return encryptCBC(ch.enc, iv, ch.pad(data))
}
