package vcard

import (
	"errors"
	"fmt"
	"slices"
)

// ErrPersonalisation is the cause of every error about the contents given to
// a card.
var ErrPersonalisation = errors.New("personalisation refused")

// Elementary files by their file identifier (ICAO Doc 9303-10, 3.11 and 4.2).
// The low byte is the short identifier.
const (
	FIDCardAccess uint16 = 0x011C // in the master file
	FIDCOM        uint16 = 0x011E
	FIDSOD        uint16 = 0x011D
	FIDDG1        uint16 = 0x0101
	FIDDG2        uint16 = 0x0102
	FIDDG3        uint16 = 0x0103 // fingerprints: never readable here
	FIDDG4        uint16 = 0x0104 // iris: never readable here
	FIDDG11       uint16 = 0x010B
	FIDDG12       uint16 = 0x010C
	FIDDG14       uint16 = 0x010E
)

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

	// CardAccess is EF.CardAccess, readable by everybody.
	CardAccess []byte
	// Files is the eMRTD application by file identifier, readable under
	// secure messaging only.
	Files map[uint16][]byte

	// PACECipher and PACECurve are the one PACE protocol the chip speaks.
	// NonceSize is the size of its nonce in bytes: 16 or 32.
	PACECipher Cipher
	PACECurve  Curve
	NonceSize  int

	// ChipKey is the private key of chip authentication, a big-endian number
	// of the size of the field of ChipCurve; nil for a chip without chip
	// authentication. KeyID is the identifier of the key, the content bytes
	// of an INTEGER, nil when the key has none.
	ChipKey    []byte
	ChipCurve  Curve
	ChipCipher Cipher
	KeyID      []byte

	// SelectMF is the status word of SELECT of the master file. Any but 9000
	// leaves the selection as it was. Zero stands for 9000.
	SelectMF uint16
	// ShortLength makes a chip that refuses extended length fields with 6700.
	ShortLength bool
}

// Clone is a deep copy: changing it changes nothing in p.
func (p Personalisation) Clone() Personalisation {
	for _, b := range []*[]byte{&p.ATR, &p.ATRContactless, &p.CAN, &p.MRZ, &p.CardAccess, &p.ChipKey, &p.KeyID} {
		*b = slices.Clone(*b)
	}
	files := make(map[uint16][]byte, len(p.Files))
	for fid, content := range p.Files {
		files[fid] = slices.Clone(content)
	}
	p.Files = files
	return p
}

// maxATR is the longest answer to reset (ISO/IEC 7816-3, 8.2.1).
const maxATR = 33

func (p Personalisation) check() error {
	refuse := func(what string) error { return fmt.Errorf("%s: %w", what, ErrPersonalisation) }
	switch {
	case len(p.atr()) == 0 || len(p.atr()) > maxATR:
		return refuse("answer to reset")
	case len(p.CAN) == 0 && len(p.MRZ) == 0:
		return refuse("no PACE password")
	case !p.PACECipher.known():
		return refuse("PACE cipher")
	case p.NonceSize != 16 && p.NonceSize != 32:
		return refuse("size of the PACE nonce")
	case p.ChipKey != nil && !p.ChipCipher.known():
		return refuse("chip authentication cipher")
	}
	return nil
}

func (p Personalisation) atr() []byte {
	if p.Contactless {
		return p.ATRContactless
	}
	return p.ATR
}
