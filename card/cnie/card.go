package cnie

import (
	"io"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
)

// state is what has happened to a Card. The order is that of the constants.
type state int

const (
	opened        state = iota // secure channel, keys A
	selected                   // eMRTD application selected under A
	authenticated              // local proof of the chip done
	closed                     // handed to a provider, or over
)

// directory is what is selected on the card.
type directory int

const (
	masterFile directory = iota
	application
)

// Card is a document whose secure channel is open. It is not for concurrent
// use, and Close has to be called on it.
type Card struct {
	bare       card.Transmitter
	rand       io.Reader
	atr        []byte
	preference pace.Preference

	session *pace.Session // nil after Basic Access Control
	channel *sm.Channel
	reader  *lds.Reader
	maxLe   int  // plain Le of reads that the card answered
	guessed bool // maxLe is what every card takes, since nothing was read in clear

	state     state
	directory directory
	selects   bool // files have to be selected before they are read

	cardAccess  []byte         // nil when there is none
	offered     []lds.PACEInfo // by EF.CardAccess
	sod         []byte         // once read, as the two below
	dg14, dg15  []byte
	withoutDG14 bool
	known       bool // SOD and DG14 are those of Access.Known
	named       naming
	proof       Proof
}

// PACE is the protocol that opened the card; ok is false after Basic Access
// Control.
func (c *Card) PACE() (info lds.PACEInfo, ok bool) {
	if c.session == nil {
		return lds.PACEInfo{}, false
	}
	return c.session.Info, true
}

// Close wipes the keys of the channel. It does not reset the card. It can be
// called more than once.
func (c *Card) Close() {
	if c.channel != nil {
		c.channel.Close()
	}
	c.state = closed
}
