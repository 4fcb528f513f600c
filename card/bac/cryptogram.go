package bac

import (
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"io"

	"cnie.example/card/sm"
)

// Lengths in bytes (ICAO Doc 9303-11, 4.3.1 and 4.3.3).
const (
	nonceSize      = 8
	materialSize   = 16
	plainSize      = 2*nonceSize + materialSize
	macSize        = 8
	cryptogramSize = plainSize + macSize
)

// nonce is RND.IFD or RND.IC. It is public.
type nonce [nonceSize]byte

// share is what one side puts into the session: its nonce and its secret keying
// material, K.IFD or K.IC.
type share struct {
	nonce    nonce
	material []byte
}

// newShare draws RND.IFD and K.IFD.
func newShare(rand io.Reader) (share, error) {
	s := share{material: make([]byte, materialSize)}
	if _, err := io.ReadFull(rand, s.nonce[:]); err != nil {
		return share{}, fmt.Errorf("nonce: %w", err)
	}
	if _, err := io.ReadFull(rand, s.material); err != nil {
		s.wipe()
		return share{}, fmt.Errorf("keying material: %w", err)
	}
	return s, nil
}

func (s share) wipe() { clear(s.material) }

// documentKeys are K_Enc and K_MAC, the keys that both sides make of the
// machine readable zone.
type documentKeys struct {
	block cipher.Block
	mac   *sm.Keys // used for its MAC alone
}

func newDocumentKeys(seed []byte) (*documentKeys, error) {
	mac, err := sm.DeriveKeys(sm.TripleDES, seed)
	if err != nil {
		return nil, fmt.Errorf("document keys: %w", err)
	}
	enc := sm.DeriveKey(sm.TripleDES, seed, sm.CounterEnc)
	defer clear(enc)
	block, err := sm.TripleDES.NewBlock(enc)
	if err != nil {
		mac.Wipe()
		return nil, fmt.Errorf("document keys: %w", err)
	}
	return &documentKeys{block: block, mac: mac}, nil
}

func (k *documentKeys) wipe() {
	k.mac.Wipe()
	k.block = nil
}

// seal makes E_IFD and M_IFD of S = RND.IFD ‖ RND.IC ‖ K.IFD (ICAO Doc
// 9303-11, 4.3.1, step 2): CBC with a vector of zeros, no padding.
func (k *documentKeys) seal(own share, challenge nonce) ([]byte, error) {
	b := make([]byte, 0, cryptogramSize)
	b = append(b, own.nonce[:]...)
	b = append(b, challenge[:]...)
	b = append(b, own.material...)
	cipher.NewCBCEncrypter(k.block, make([]byte, des.BlockSize)).CryptBlocks(b, b)
	m, err := k.mac.Token(b)
	if err != nil {
		return nil, fmt.Errorf("MAC of the cryptogram: %w", err)
	}
	return append(b, m...), nil
}

// open verifies M_IC, decrypts E_IC and takes K.IC out of R = RND.IC ‖ RND.IFD
// ‖ K.IC (ICAO Doc 9303-11, 4.3.1, step 4). b is not changed.
func (k *documentKeys) open(b []byte, challenge, own nonce) (share, error) {
	if len(b) != cryptogramSize {
		return share{}, fmt.Errorf("%w: cryptogram of %d bytes", ErrChip, len(b))
	}
	m, err := k.mac.Token(b[:plainSize])
	if err != nil {
		return share{}, fmt.Errorf("MAC of the cryptogram: %w", err)
	}
	defer clear(m)
	if subtle.ConstantTimeCompare(m, b[plainSize:]) != 1 {
		return share{}, fmt.Errorf("%w: wrong MAC", ErrChip)
	}
	r := make([]byte, plainSize)
	defer clear(r)
	cipher.NewCBCDecrypter(k.block, make([]byte, des.BlockSize)).CryptBlocks(r, b[:plainSize])
	same := subtle.ConstantTimeCompare(r[:nonceSize], challenge[:]) &
		subtle.ConstantTimeCompare(r[nonceSize:2*nonceSize], own[:])
	if same != 1 {
		return share{}, fmt.Errorf("%w: wrong nonce", ErrChip)
	}
	return share{nonce: challenge, material: append([]byte(nil), r[2*nonceSize:]...)}, nil
}

// sessionKeys derives the keys of the channel from K.IFD xor K.IC (ICAO Doc
// 9303-11, 4.3.1, step 5).
func sessionKeys(own, other share) (*sm.Keys, error) {
	seed := make([]byte, materialSize)
	defer clear(seed)
	subtle.XORBytes(seed, own.material, other.material)
	return sm.DeriveKeys(sm.TripleDES, seed)
}

// counter is the send sequence counter: the low four bytes of RND.IC, then
// those of RND.IFD (ICAO Doc 9303-11, 9.8.6.3).
func counter(challenge, own nonce) uint64 {
	const half = nonceSize / 2
	return uint64(binary.BigEndian.Uint32(challenge[half:]))<<32 | uint64(binary.BigEndian.Uint32(own[half:]))
}
