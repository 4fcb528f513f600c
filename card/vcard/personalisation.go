package vcard

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"slices"
)

// ErrPersonalisation is the cause of every error about the contents given to
// a card.
var ErrPersonalisation = errors.New("personalisation refused")

// Personalisation is what makes one card out of a blank one. The chip acts by
// these fields alone and never reads its own files, so a document whose files
// announce something else than the chip does is made by changing one of them.
type Personalisation struct {
	// ATR and ATRContactless are the answers to reset of the two interfaces,
	// at most 33 bytes each. Contactless chooses which one the card gives.
	ATR            []byte
	ATRContactless []byte
	Contactless    bool

	// CAN is the card access number in ASCII digits. MRZ is the information
	// of the machine readable zone, document number to expiry date with their
	// check digits (ICAO Doc 9303-11, 4.4.4.1). PACE accepts each that is not
	// empty as a password.
	CAN []byte
	MRZ []byte

	// PIN and PUK are passwords in ASCII digits, which PACE accepts when they
	// are not empty. PINTries is how many wrong PINs in a row block it; the
	// last of them needs the CAN before. Zero stands for three, 15 is the most.
	// RESET RETRY COUNTER after PACE with the PUK unblocks it. PINDeactivated
	// makes a chip that never takes the PIN.
	PIN, PUK       []byte
	PINTries       int
	PINDeactivated bool

	// BAC makes a chip that offers Basic Access Control by MRZ, too or instead
	// of PACE.
	BAC bool

	// MasterFiles is the master file by file identifier, EF.CardAccess among
	// them. All but EF.CardSecurity, which needs PACE, is readable by everybody.
	MasterFiles map[uint16][]byte
	// Files is the eMRTD application by file identifier, readable under
	// secure messaging only. No file is longer than MaxFileSize.
	Files map[uint16][]byte

	// PACE is the protocols that the chip speaks; none for a chip with Basic
	// Access Control only. NonceSize is the size of its nonce in bytes: a
	// multiple of the block size of every cipher, at most 32. With integrated
	// mapping the nonce has 16 or 32 bytes, and always 32 with AES-192 and
	// AES-256, whose keys are cut out of it.
	PACE      []PACEProtocol
	NonceSize int

	// ChipKeys are the keys of chip authentication; none for a chip without.
	ChipKeys []ChipKey

	// ActiveAuthentication is nil for a chip without.
	ActiveAuthentication *ActiveAuthenticationKey

	// Faults are what the chip does wrong.
	Faults []Fault

	// Latency makes the card take time. The zero Latency takes none.
	Latency Latency

	// SelectMF is the status word of SELECT of the master file. Any but 9000
	// leaves the selection as it was. Zero stands for 9000.
	SelectMF uint16
	// ShortLength makes a chip that refuses extended length fields with 6700,
	// ShortProtected one that refuses them under secure messaging only. The 6700
	// is unprotected and ends the session.
	ShortLength, ShortProtected bool
	// NoShortIdentifiers makes a chip that refuses short file identifiers with
	// 6A86: files have to be selected.
	NoShortIdentifiers bool
	// MaxResponse is the most bytes of a response to READ BINARY before its
	// status word, from 64; the chip gives fewer bytes than asked for, with
	// 9000. Zero stands for LongestResponse, which is the most.
	MaxResponse int
}

// PACEProtocol is one protocol of PACE (ICAO Doc 9303-11, 9.2.1).
type PACEProtocol struct {
	Mapping Mapping
	Cipher  Cipher
	Curve   Curve
}

// Mapping is a mapping of PACE (ICAO Doc 9303-11, 4.4.3.3).
type Mapping int

// The mappings. The zero Mapping is none.
const (
	GenericMapping Mapping = iota + 1
	IntegratedMapping
	ChipAuthenticationMapping
)

// ActiveAuthenticationKey is the private key of active authentication (ICAO
// Doc 9303-11, 6.1): RSA, or Scalar on Curve for ECDSA. Hash is the hash
// function of the signature: SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512. The
// RSA key is never changed and is not copied; its modulus has 1024 to 4096 bits,
// a multiple of 8.
type ActiveAuthenticationKey struct {
	RSA    *rsa.PrivateKey
	Curve  Curve
	Scalar []byte // big-endian, of the size of the field
	Hash   crypto.Hash
}

// ChipKey is a private key of chip authentication and the protocol that uses
// it (ICAO Doc 9303-11, 6.2).
type ChipKey struct {
	ID     []byte // content bytes of an INTEGER, nil when the key has none
	Curve  Curve
	Cipher Cipher
	Scalar []byte // big-endian, of the size of the field
}

// Clone is a deep copy: changing it changes nothing in p.
func (p Personalisation) Clone() Personalisation {
	for _, b := range []*[]byte{&p.ATR, &p.ATRContactless, &p.CAN, &p.MRZ, &p.PIN, &p.PUK} {
		*b = slices.Clone(*b)
	}
	p.PACE = slices.Clone(p.PACE)
	p.ChipKeys = slices.Clone(p.ChipKeys)
	for i := range p.ChipKeys {
		k := &p.ChipKeys[i]
		k.ID, k.Scalar = slices.Clone(k.ID), slices.Clone(k.Scalar)
	}
	p.MasterFiles, p.Files = cloneFiles(p.MasterFiles), cloneFiles(p.Files)
	p.Faults = slices.Clone(p.Faults)
	if p.ActiveAuthentication != nil {
		key := *p.ActiveAuthentication
		key.Scalar = slices.Clone(key.Scalar)
		p.ActiveAuthentication = &key
	}
	return p
}

func cloneFiles(files map[uint16][]byte) map[uint16][]byte {
	clone := make(map[uint16][]byte, len(files))
	for fid, content := range files {
		clone[fid] = slices.Clone(content)
	}
	return clone
}
