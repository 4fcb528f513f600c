package sm

import (
	"crypto/cipher"
	"crypto/des"
)

// macSize is the length of a MAC on the wire (ICAO Doc 9303-11, 9.8.6.2 and
// 9.8.7.2).
const macSize = 8

// maxBlock is the largest block length of any Cipher.
const maxBlock = 16

// mac computes the MAC of one key over pieces of a message, without joining
// them. It can be used again after each sum. It is not for concurrent use.
type mac interface {
	// write adds bytes to the message.
	write(b []byte)
	// pad adds ISO/IEC 9797-1 padding method 2 up to the next block: one byte
	// 80, then zeros. It always adds at least one byte.
	pad()
	// sum gives the first macSize bytes for the message so far and begins a
	// new message. CMAC completes a message that is not padded by its own
	// rule; the retail MAC needs it padded.
	sum() [macSize]byte
	// wipe overwrites what was derived from the key.
	wipe()
}

// chain is the CBC-MAC that both MACs are built on. The last block is held
// back, since both treat it apart.
type chain struct {
	block cipher.Block
	size  int
	state [maxBlock]byte
	last  [maxBlock]byte
	n     int // bytes in last
}

func (c *chain) write(b []byte) {
	for len(b) > 0 {
		if c.n == c.size {
			c.absorb()
		}
		k := copy(c.last[c.n:c.size], b)
		c.n += k
		b = b[k:]
	}
}

func (c *chain) pad() {
	if c.n == c.size {
		c.absorb()
	}
	c.last[c.n] = 0x80
	clear(c.last[c.n+1 : c.size])
	c.n = c.size
}

// absorb mixes the full block held back into the state.
func (c *chain) absorb() {
	c.mix()
	c.block.Encrypt(c.state[:c.size], c.state[:c.size])
	c.n = 0
}

func (c *chain) mix() {
	for i := range c.size {
		c.state[i] ^= c.last[i]
	}
}

func (c *chain) reset() {
	clear(c.state[:])
	clear(c.last[:])
	c.n = 0
}

// cmac is AES-CMAC (NIST SP 800-38B, 6; RFC 4493).
type cmac struct {
	chain
	k1, k2 [maxBlock]byte // for a last block that is full, or is not
}

func newCMAC(block cipher.Block) *cmac {
	m := &cmac{chain: chain{block: block, size: block.BlockSize()}}
	block.Encrypt(m.k1[:], m.k1[:])
	double(&m.k1)
	m.k2 = m.k1
	double(&m.k2)
	return m
}

// double multiplies by x in GF(2^128), without a branch on secret bits.
func double(b *[maxBlock]byte) {
	var carry byte
	for i := maxBlock - 1; i >= 0; i-- {
		next := b[i] >> 7
		b[i] = b[i]<<1 | carry
		carry = next
	}
	b[maxBlock-1] ^= 0x87 & -carry
}

func (m *cmac) sum() [macSize]byte {
	full := m.full()
	return [macSize]byte(full[:macSize])
}

// full is the untruncated CMAC of 16 bytes.
func (m *cmac) full() [maxBlock]byte {
	k := &m.k1
	if m.n < m.size {
		k = &m.k2
		m.pad()
	}
	for i := range k {
		m.last[i] ^= k[i]
	}
	m.absorb()
	out := m.state
	m.reset()
	return out
}

func (m *cmac) wipe() {
	m.reset()
	clear(m.k1[:])
	clear(m.k2[:])
	m.block = nil
}

// retail is MAC algorithm 3 of ISO/IEC 9797-1 with DES: CBC under the first
// key, the last block under both (ICAO Doc 9303-11, 9.8.6.2).
type retail struct {
	chain
	second cipher.Block
}

func newRetail(key []byte) (*retail, error) {
	first, err := des.NewCipher(key[:8])
	if err != nil {
		return nil, err
	}
	second, err := des.NewCipher(key[8:16])
	if err != nil {
		return nil, err
	}
	return &retail{chain: chain{block: first, size: des.BlockSize}, second: second}, nil
}

func (m *retail) sum() [macSize]byte {
	m.absorb()
	s := m.state[:m.size]
	m.second.Decrypt(s, s)
	m.block.Encrypt(s, s)
	out := [macSize]byte(s)
	m.reset()
	return out
}

func (m *retail) wipe() {
	m.reset()
	m.block, m.second = nil, nil
}
