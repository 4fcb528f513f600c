package transcript

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Parse reads a transcript. Errors wrap ErrSyntax, with the number of the line,
// or ErrTooLong. Unknown header fields and lines are refused, and so are groups
// of bytes written otherwise than Text writes them. The text is not kept.
func Parse(text []byte) (Transcript, error) {
	if len(text) > MaxSize {
		return Transcript{}, fmt.Errorf("text of %d bytes: %w", len(text), ErrTooLong)
	}
	p := parser{rest: string(text)}
	if err := p.header(); err != nil {
		return Transcript{}, p.at(err)
	}
	for p.advance() {
		if err := p.event(); err != nil {
			return Transcript{}, p.at(err)
		}
	}
	if p.open {
		return Transcript{}, p.at(refuse("command without an answer"))
	}
	return p.t, nil
}

// parser takes lines off rest.
type parser struct {
	rest   string
	line   string
	number int
	t      Transcript
	open   bool // the last event is a command whose answer is due
	timed  bool // the last event has its time, or may have none
}

// refuse tells what is wrong, never the text itself.
func refuse(what string) error { return fmt.Errorf("%s: %w", what, ErrSyntax) }

func (p *parser) at(err error) error { return fmt.Errorf("line %d: %w", p.number, err) }

// next takes one line.
func (p *parser) next() bool {
	if p.rest == "" {
		return false
	}
	p.line, p.rest, _ = strings.Cut(p.rest, "\n")
	p.number++
	return true
}

// advance takes the next line that is not for people only.
func (p *parser) advance() bool {
	for p.next() {
		if p.line != "" && p.line[0] != '#' {
			return true
		}
	}
	return false
}

func (p *parser) header() error {
	if !p.next() || !strings.HasPrefix(p.line, magic) {
		return refuse("no transcript")
	}
	if p.line != magic+version {
		return refuse("version of the format is not known")
	}
	content, ok := p.field("content")
	if !ok || content != contentFull && content != contentRedacted {
		return refuse("content is neither full nor redacted")
	}
	p.t.Redacted = content == contentRedacted
	p.t.Document, _ = p.field("document")
	p.t.Flow, _ = p.field("flow")
	p.t.Reader, _ = p.field("reader")
	for _, value := range []string{p.t.Document, p.t.Flow, p.t.Reader} {
		if value != "" && !printableLine(value) {
			return refuse("header value")
		}
	}
	if atr, ok := p.field("atr"); ok {
		var err error
		if p.t.ATR, err = p.bytes(atr, maxATR); err != nil {
			return err
		}
	}
	return nil
}

// field takes the next line when it is that header field with a value.
func (p *parser) field(name string) (value string, ok bool) {
	before := *p
	if p.advance() {
		if value, ok = strings.CutPrefix(p.line, name+": "); ok && value != "" {
			return value, true
		}
	}
	*p = before
	return "", false
}

func (p *parser) event() error {
	if len(p.t.Events) >= MaxEvents {
		return ErrTooLong
	}
	kind, value, ok := strings.Cut(p.line, " ")
	if !ok {
		return refuse("line of no known kind")
	}
	switch kind {
	case ">":
		return p.command(value)
	case "<", "!":
		return p.answer(kind, value)
	case "~":
		return p.time(value)
	case "*":
		return p.random(value)
	}
	return refuse("line of no known kind")
}

func (p *parser) command(value string) error {
	if p.open {
		return refuse("command without an answer")
	}
	b, err := p.bytes(value, maxCommand)
	if err != nil {
		return err
	}
	p.t.Events = append(p.t.Events, Exchange{Command: b})
	p.open = true
	return nil
}

func (p *parser) answer(kind, value string) (err error) {
	if !p.open {
		return refuse("answer without a command")
	}
	last := &p.t.Events[len(p.t.Events)-1]
	x := (*last).(Exchange)
	if kind == "!" {
		if x.Failure = Failure(value); x.Failure.err() == nil {
			return refuse("failure of no known name")
		}
	} else if x.Response, err = p.bytes(value, maxResponse); err != nil {
		return err
	}
	*last = x
	p.open, p.timed = false, false
	return nil
}

func (p *parser) time(value string) error {
	if p.open || p.timed || len(p.t.Events) == 0 {
		return refuse("time without an exchange")
	}
	n, err := strconv.ParseUint(value, 10, 40)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != value {
		return refuse("time")
	}
	last := &p.t.Events[len(p.t.Events)-1]
	x := (*last).(Exchange)
	x.Took = time.Duration(n) * time.Microsecond
	*last = x
	p.timed = true
	return nil
}

func (p *parser) random(value string) error {
	if p.open {
		return refuse("command without an answer")
	}
	b, err := p.bytes(value, maxRandom)
	if err != nil {
		return err
	}
	p.t.Events = append(p.t.Events, Random{b})
	p.timed = true
	return nil
}

// bytes reads groups of bytes, at least one byte and at most limit.
func (p *parser) bytes(s string, limit int) (Bytes, error) {
	var b Bytes
	total := 0
	for group := range strings.SplitSeq(s, " ") {
		piece, err := parsePiece(group)
		if err != nil {
			return nil, err
		}
		if !p.t.Redacted && (piece.Removed != 0 || len(b) > 0) {
			return nil, refuse("full message in pieces")
		}
		total += len(piece.Known) + piece.Removed
		if b = append(b, piece); total > limit || len(b) > maxPieces {
			return nil, refuse("message is too long")
		}
	}
	return b, nil
}

func parsePiece(group string) (Piece, error) {
	if inner, ok := strings.CutPrefix(group, "["); ok {
		digits, ok := strings.CutSuffix(inner, "]")
		n, err := strconv.ParseUint(digits, 10, 20)
		if !ok || err != nil || n == 0 || strconv.FormatUint(n, 10) != digits {
			return Piece{}, refuse("length of bytes taken out")
		}
		return Piece{Removed: int(n)}, nil
	}
	known, err := hex.DecodeString(group)
	if err != nil || len(known) == 0 || strings.ContainsAny(group, "abcdef") {
		return Piece{}, refuse("bytes")
	}
	return Piece{Known: known}, nil
}
