package vcard

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
)

// Card is a virtual chip in the field of a reader. Its methods may be called
// from several goroutines; commands are served one after the other.
type Card struct {
	mu   sync.Mutex
	p    Personalisation
	pace *domain // of PACE
	chip *chipKey
	rand io.Reader
	volatile

	apdus, received, sent int64
}

// volatile is what a reset forgets.
type volatile struct {
	channel *channel // nil: no secure messaging
	next    *channel // takes over after the response under way

	inApplication bool   // the eMRTD application is selected, else the master file
	current       uint16 // file identifier of the current file, 0 for none

	run                *paceRun // PACE under way
	chipAuthentication bool     // the chip's key is selected for the next command
}

// endSession forgets the session keys and what was begun under them, and
// selects the master file (ICAO Doc 9303-11, 9.8.3).
func (v *volatile) endSession() {
	if v.channel == nil {
		v.endAuthentication()
		return
	}
	*v = volatile{}
}

// endAuthentication forgets an authentication that was begun.
func (v *volatile) endAuthentication() {
	v.run, v.chipAuthentication = nil, false
}

// New makes a card, just reset. It copies p. The random bytes of nonces and
// ephemeral keys are read from rand, by one command at a time. The error wraps
// ErrPersonalisation.
func New(p Personalisation, rand io.Reader) (*Card, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("new virtual card: %w", err)
	}
	pace, err := p.PACECurve.domain()
	if err != nil {
		return nil, fmt.Errorf("new virtual card: PACE: %w", err)
	}
	chip, err := newChipKey(p)
	if err != nil {
		return nil, fmt.Errorf("new virtual card: chip key: %w", err)
	}
	return &Card{p: p.Clone(), pace: pace, chip: chip, rand: rand}, nil
}

// Transmit serves one command APDU and returns the response, of two bytes at
// least. It fails only when ctx has ended, with an error that wraps
// ctx.Err(): the card has then not seen the command. The response is the
// caller's.
func (c *Card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("virtual card: %w", err)
	}
	answer := c.serve(command).bytes()
	c.apdus++
	c.received += int64(len(command))
	c.sent += int64(len(answer))
	return answer, nil
}

// Reset is a cold reset: everything but the counters is forgotten.
func (c *Card) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.volatile = volatile{}
}

// ATR is the answer to reset of the interface in use. The bytes are the
// caller's.
func (c *Card) ATR() []byte { return slices.Clone(c.p.atr()) }

// Counters tells how many APDUs the card has served since New, how many bytes
// of commands it received and how many bytes of responses it sent.
func (c *Card) Counters() (apdus, received, sent int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.apdus, c.received, c.sent
}

// serve is the transport side of a command: its form and its protection. A
// command without protection ends secure messaging and is then served as a
// plain one (ICAO Doc 9303-11, 9.8.3).
func (c *Card) serve(raw []byte) response {
	cmd, err := parseCommand(raw)
	if err != nil || cmd.extended && c.p.ShortLength {
		c.endSession()
		return refuse(statusWrongLength)
	}
	secure := cmd.cla & claSecure
	if cmd.cla&^(claChaining|claSecure) != 0 || secure != 0 && secure != claSecure {
		c.endSession()
		return refuse(statusClass)
	}
	if secure != 0 {
		return c.serveProtected(cmd)
	}
	if c.channel != nil {
		c.endSession()
	}
	return c.handOver(c.execute(cmd))
}

func (c *Card) serveProtected(cmd command) response {
	if c.channel == nil {
		c.endAuthentication()
		return refuse(statusSecurity)
	}
	plain, sw := c.channel.unwrap(cmd)
	if sw != statusOK {
		c.endSession()
		return refuse(sw)
	}
	return c.handOver(c.channel.wrap(c.execute(plain), cmd.ins, cmd.ne))
}

// handOver puts new session keys in force, after the response that carried
// the last word of the old ones.
func (c *Card) handOver(r response) response {
	if c.next != nil && r.sw == statusOK {
		c.channel = c.next
	}
	c.next = nil
	return r
}

// execute serves a plain command. An authentication under way lives only as
// long as GENERAL AUTHENTICATE follows on it.
func (c *Card) execute(cmd command) response {
	if cmd.ins != insGeneralAuthenticate {
		c.endAuthentication()
		if cmd.cla&claChaining != 0 {
			return refuse(statusChaining)
		}
	}
	switch cmd.ins {
	case insManageEnvironment:
		return c.manageEnvironment(cmd)
	case insGeneralAuthenticate:
		return c.generalAuthenticate(cmd)
	case insSelect:
		return c.selectFile(cmd)
	case insReadBinary:
		return c.readBinary(cmd)
	}
	return refuse(statusInstruction)
}
