package transcript

import (
	"slices"
	"time"

	"cnie.example/card"
)

// Limits of a transcript. A reading of three files of 1 MiB stays below them.
const (
	MaxSize   = 8 << 20 // of the text, in bytes
	MaxEvents = 1 << 16

	maxPieces   = 1 << 9 // of one redacted message
	maxCommand  = 4 + 3 + card.MaxExtendedData + 2
	maxResponse = card.MaxExtendedLe + 2
	maxRandom   = 1 << 16
	maxATR      = 33 // ISO/IEC 7816-3, 8.2.1
)

// Header is what is known besides the conversation. Redact keeps Document and
// Flow only as Public knows them.
type Header struct {
	Document string // kind of card, when it is known; one line, may be empty
	Flow     string // what the terminal did, such as "read"
	Reader   string // name of the reader
	ATR      Bytes  // answer to reset
}

// Transcript is a conversation between a terminal and a card.
type Transcript struct {
	Header
	Redacted bool
	Events   []Event
}

// Event is an Exchange or a Random.
type Event interface{ event() }

// Exchange is one command with what came back.
type Exchange struct {
	Command  Bytes
	Response Bytes         // nil when Failure is set
	Failure  Failure       // empty when a response came
	Took     time.Duration // in whole microseconds; zero when no time was taken
}

// Random is randomness that the terminal drew at one time.
type Random struct{ Bytes Bytes }

func (Exchange) event() {}
func (Random) event()   {}

// Bytes are the bytes of a message, in pieces of which some were taken out.
type Bytes []Piece

// Piece is a run of bytes that are known, or the length of one that was taken
// out. Exactly one of the two is set.
type Piece struct {
	Known   []byte
	Removed int
}

// Whole makes Bytes of a message that is known whole; nil of an empty one. It
// keeps b.
func Whole(b []byte) Bytes {
	if len(b) == 0 {
		return nil
	}
	return Bytes{{Known: b}}
}

// Len is the number of bytes, known and taken out.
func (b Bytes) Len() int {
	n := 0
	for _, p := range b {
		n += len(p.Known) + p.Removed
	}
	return n
}

// Complete gives a copy of the message; ok is false when a part was taken out.
func (b Bytes) Complete() (message []byte, ok bool) {
	message = make([]byte, 0, b.Len())
	for _, p := range b {
		if p.Removed != 0 {
			return nil, false
		}
		message = append(message, p.Known...)
	}
	return message, true
}

// Status is the status word at the end of a response; ok is false when it is
// not there.
func (x Exchange) Status() (s card.Status, ok bool) {
	if len(x.Response) == 0 {
		return 0, false
	}
	last := x.Response[len(x.Response)-1].Known
	if len(last) < 2 {
		return 0, false
	}
	return card.Status(last[len(last)-2])<<8 | card.Status(last[len(last)-1]), true
}

// Exchanges lists the exchanges in order.
func (t Transcript) Exchanges() []Exchange {
	var list []Exchange
	for _, e := range t.Events {
		if x, ok := e.(Exchange); ok {
			list = append(list, x)
		}
	}
	return list
}

// Wipe overwrites the bytes of the events. The transcript is of no use
// afterwards.
func (t *Transcript) Wipe() {
	for _, e := range t.Events {
		switch e := e.(type) {
		case Exchange:
			e.Command.wipe()
			e.Response.wipe()
		case Random:
			e.Bytes.wipe()
		}
	}
	t.Events = nil
}

func (b Bytes) wipe() {
	for _, p := range b {
		clear(p.Known)
	}
}

func (b Bytes) equal(c Bytes) bool {
	return slices.EqualFunc(b, c, func(p, q Piece) bool {
		return p.Removed == q.Removed && slices.Equal(p.Known, q.Known)
	})
}
