package pcsc

import (
	"bytes"

	"github.com/ebfe/scard"
)

// Reader is a card reader as last seen.
type Reader struct {
	Name    string // name given by the service, unique among the readers present
	Present bool   // a card is in the reader or on its antenna
	Mute    bool   // the card present does not answer
	InUse   bool   // another program is connected to the card; connections of this process do not count
	ATR     []byte // answer to reset of the card, nil without card; owned by the caller
}

// seen is a reader in the monitor, which owns the ATR.
type seen struct {
	Reader
	// insertion is the number that the service counts up when a card comes or
	// goes (pcsc-lite, Windows): a card that was changed between two looks shows
	// by it. Zero where nothing is counted.
	insertion uint32
}

func (s seen) equal(o seen) bool {
	return s.Name == o.Name && s.Present == o.Present && s.Mute == o.Mute && s.InUse == o.InUse &&
		s.insertion == o.insertion && bytes.Equal(s.ATR, o.ATR)
}

// sameCard reports that no card came or went between two looks.
func (s seen) sameCard(o seen) bool {
	return s.Present == o.Present && (!s.Present || s.insertion == o.insertion && bytes.Equal(s.ATR, o.ATR))
}

// copied is the reader for a caller.
func (s seen) copied() Reader {
	r := s.Reader
	r.ATR = bytes.Clone(r.ATR)
	return r
}

// toSeen reads what SCardGetStatusChange tells of a reader. A state that is
// unknown or unavailable holds no card.
func toSeen(s scard.ReaderState) seen {
	r := seen{Reader: Reader{Name: s.Reader}, insertion: uint32(s.EventState) >> 16}
	if s.EventState&(scard.StateUnknown|scard.StateUnavailable) != 0 || s.EventState&scard.StatePresent == 0 {
		return r
	}
	r.Present = true
	r.Mute = s.EventState&scard.StateMute != 0
	r.InUse = s.EventState&(scard.StateInuse|scard.StateExclusive) != 0
	r.ATR = bytes.Clone(s.Atr)
	return r
}
