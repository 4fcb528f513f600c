package chipauth

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// handoverLabel separates the digest of a hand-over from every other digest
// that a key could be made to sign.
const handoverLabel = "cnie-handover-v1"

const hashSize = sha256.Size

// Handover names the login a point is made for: the fields that the proof
// binds together (docs/protocol.md, message Handover).
type Handover struct {
	Issuer     string // of the provider, as in its signed request
	JTI        string // of the signed request
	AgentNonce []byte // 32 bytes
	SODHash    []byte // SHA-256 of EF.SOD
	DG14Hash   []byte // SHA-256 of DG14
	KeyID      []byte // Key.KeyID, empty when DG14 names none
	PublicKey  []byte // the ephemeral point, SEC 1 uncompressed
}

// Digest is SHA-256 over the label "cnie-handover-v1" and the fields in the
// order of the struct, each preceded by its length in four bytes, big-endian.
func (h Handover) Digest() [32]byte {
	d := sha256.New()
	d.Write([]byte(handoverLabel))
	for _, field := range [][]byte{
		[]byte(h.Issuer), []byte(h.JTI), h.AgentNonce, h.SODHash, h.DG14Hash, h.KeyID, h.PublicKey,
	} {
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(field)))
		d.Write(length[:])
		d.Write(field)
	}
	return [32]byte(d.Sum(nil))
}

// check refuses a hand-over that would bind a point to nothing in particular.
func (h Handover) check() error {
	switch {
	case h.Issuer == "":
		return fmt.Errorf("no issuer: %w", ErrHandover)
	case h.JTI == "":
		return fmt.Errorf("no jti: %w", ErrHandover)
	case len(h.AgentNonce) != hashSize, len(h.SODHash) != hashSize, len(h.DG14Hash) != hashSize:
		return fmt.Errorf("nonce or hash is not of %d bytes: %w", hashSize, ErrHandover)
	}
	return nil
}
