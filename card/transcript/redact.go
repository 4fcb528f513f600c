package transcript

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"cnie.example/card"
)

// timeStep is what times are rounded to.
const timeStep = 100 * time.Microsecond

// Public is what the caller knows to be the same for everybody, so that it may
// stay. The zero Public knows nothing.
type Public struct {
	// Document gives the name of a kind of card by an answer to reset that every
	// card of the kind gives; ok is false for any other. nil knows none.
	Document func(atr []byte) (name string, ok bool)
	// Flows are the names of flows.
	Flows []string
}

// Redact gives a copy of t that holds only what is known to be harmless. An
// answer to reset that is not public keeps only its parts about the
// transmission; the kind of card stays only under its own answer to reset. A
// transcript that is redacted already comes out as it is.
func Redact(t Transcript, public Public) Transcript {
	redacted := Transcript{Header: public.redact(t.Header), Redacted: true}
	var r redactor
	for i, e := range t.Events {
		switch e := e.(type) {
		case Random:
			var c cut
			c.remove(newView(e.Bytes))
			redacted.Events = append(redacted.Events, Random{c.message})
		case Exchange:
			redacted.Events = append(redacted.Events, r.exchange(i, e))
		}
	}
	r.access.restore(redacted.Events)
	return redacted
}

func (p Public) redact(h Header) Header {
	redacted := Header{Reader: redactReader(h.Reader)}
	name, public := p.document(h.ATR)
	if redacted.ATR = redactATR(h.ATR, public); public && h.Document == name {
		redacted.Document = name
	}
	if slices.Contains(p.Flows, h.Flow) {
		redacted.Flow = h.Flow
	}
	return redacted
}

func (p Public) document(atr Bytes) (name string, ok bool) {
	whole, ok := atr.Complete()
	if !ok || p.Document == nil {
		return "", false
	}
	return p.Document(whole)
}

// redactor goes through the exchanges in order.
type redactor struct {
	access accessReader
	last   [4]byte // header of the command that GET RESPONSE continues
}

func (r *redactor) exchange(event int, x Exchange) Exchange {
	redacted := Exchange{Failure: x.Failure, Took: x.Took.Round(timeStep)}
	command := newView(x.Command)
	redacted.Command = redactCommand(command)
	if h, _ := x.header(); h[1] != insGetResponse {
		r.last = h
		r.access.follow(command, h)
	}
	if x.Failure == "" {
		redacted.Response = r.response(event, newView(x.Response))
	}
	return redacted
}

// response keeps the status word, and of the data what the command allows.
func (r *redactor) response(event int, v view) Bytes {
	var c cut
	if v.len() < 2 {
		c.remove(v)
		return c.message
	}
	data, status := v.slice(0, v.len()-2), v.slice(v.len()-2, v.len())
	switch {
	case isProtected(r.last):
		redactProtected(&c, data)
	case r.last[1] == insGeneral:
		redactTemplate(&c, data)
	default:
		c.remove(data)
		r.access.take(event, data, status)
	}
	c.keep(status)
	return c.message
}

func isProtected(h [4]byte) bool {
	return h[0]&0x80 == 0 && h[0]&secureMessagingBits != 0
}

// redactCommand keeps header and length fields, and of the data what is known
// for the instruction.
func redactCommand(v view) Bytes {
	var c cut
	if v.len() < 4 || !v.knows(0, 4) {
		c.remove(v)
		return c.message
	}
	c.keep(v.slice(0, 4))
	parsed, err := card.ParseCommand(v.b)
	if err != nil {
		c.remove(v.slice(4, v.len()))
		return c.message
	}
	lc, le := lengthFields(v.len(), parsed)
	c.keep(v.slice(4, 4+lc))
	data := v.slice(4+lc, v.len()-le)
	switch {
	case isProtected([4]byte(v.b)):
		redactProtected(&c, data)
	case parsed.INS == insGeneral: // in PACE the links of a chain are whole
		redactTemplate(&c, data)
	case parsed.CLA&card.ChainingBit != 0:
		c.remove(data) // a piece of something
	case parsed.INS == insSelect:
		redactSelection(&c, data)
	case parsed.INS == insMSE:
		redactEnvironment(&c, data)
	case parsed.INS == insReadBinaryBO:
		redactObjects(&c, data, offsetObjects())
	default:
		c.remove(data)
	}
	c.keep(v.slice(v.len()-le, v.len()))
	return c.message
}

// lengthFields are the sizes of Lc and Le of a command of n bytes.
func lengthFields(n int, parsed card.Command) (lc, le int) {
	if len(parsed.Data) > 0 {
		if lc = 1; parsed.Extended {
			lc = 3
		}
	}
	return lc, n - 4 - lc - len(parsed.Data)
}

// maxWordDigits and maxWord are more than the name of a reader's model has.
const (
	maxWordDigits = 6
	maxWord       = 24
)

// redactReader keeps the words of a reader's name but for those that may be
// serial numbers: what stands in round brackets, as pcsc-lite writes them, and
// long words or words of many digits.
func redactReader(name string) string {
	words := strings.Fields(name)
	bracket := false
	for i, word := range words {
		bracket = bracket || strings.Contains(word, "(")
		ends := strings.Contains(word, ")")
		if bracket || ends || len(word) > maxWord || digits(word) > maxWordDigits {
			words[i] = "…"
		}
		bracket = bracket && !ends
	}
	return strings.Join(words, " ")
}

func digits(word string) (n int) {
	for _, r := range word {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
