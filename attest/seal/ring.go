package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// Overhead is how much longer a sealed text is than its content, in bytes:
// version, key id, nonce and tag.
const Overhead = 1 + idSize + nonceSize + tagSize

const (
	version   = 1
	idSize    = 8
	nonceSize = 12
	tagSize   = 16
	header    = 1 + idSize
)

var (
	// ErrKeys: keys that make no Ring.
	ErrKeys = errors.New("keys that make no ring")
	// ErrSealed: a text that cannot be opened under this Ring and Binding.
	ErrSealed = errors.New("sealed text does not open")
)

// Ring is a list of keys. It is safe for concurrent use.
type Ring struct{ keys []key }

type key struct {
	id   [idSize]byte
	aead cipher.AEAD
}

// NewRing makes a Ring of keys of KeySize random bytes each. The first seals,
// all open. The keys stay with the caller, who may wipe them. It fails with
// ErrKeys without a key, with one of another length, and with one that comes
// twice.
func NewRing(keys ...[]byte) (*Ring, error) {
	if len(keys) == 0 {
		return nil, fmt.Errorf("no key: %w", ErrKeys)
	}
	r := &Ring{}
	for i, k := range keys {
		added, err := newKey(k)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		if r.find(added.id) != nil {
			return nil, fmt.Errorf("key %d comes twice: %w", i+1, ErrKeys)
		}
		r.keys = append(r.keys, added)
	}
	return r, nil
}

func newKey(k []byte) (key, error) {
	if len(k) != KeySize {
		return key{}, fmt.Errorf("%d bytes, want %d: %w", len(k), KeySize, ErrKeys)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return key{}, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return key{}, err
	}
	return key{id: keyID(k), aead: aead}, nil
}

// keyID names a key in sealed texts: the beginning of a hash, which tells
// nothing of a key of 256 random bits.
func keyID(k []byte) [idSize]byte {
	h := sha256.New()
	h.Write([]byte(label + " key id"))
	h.Write(k)
	return [idSize]byte(h.Sum(nil))
}

func (r *Ring) find(id [idSize]byte) cipher.AEAD {
	for _, k := range r.keys {
		if k.id == id {
			return k.aead
		}
	}
	return nil
}

// Seal encrypts plain for b: version, key id, nonce, cryptogram with tag. rand
// is cryptographically secure. plain is overwritten, also after an error.
func (r *Ring) Seal(rand io.Reader, b Binding, plain []byte) ([]byte, error) {
	defer clear(plain)
	first := r.keys[0]
	out := make([]byte, 0, len(plain)+Overhead)
	out = append(out, version)
	out = append(out, first.id[:]...)
	out = out[:header+nonceSize]
	nonce := out[header:]
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return nil, fmt.Errorf("seal: nonce: %w", err)
	}
	return first.aead.Seal(out, nonce, plain, b.associated()), nil
}

// Open decrypts what Seal made for the same Binding. The content is new and
// the caller's, who wipes it; sealed is not changed. It fails with ErrSealed.
func (r *Ring) Open(b Binding, sealed []byte) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != version {
		return nil, ErrSealed
	}
	aead := r.find([idSize]byte(sealed[1:header]))
	if aead == nil {
		return nil, ErrSealed
	}
	nonce, text := sealed[header:header+nonceSize], sealed[header+nonceSize:]
	plain, err := aead.Open(nil, nonce, text, b.associated())
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
