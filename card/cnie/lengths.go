package cnie

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"cnie.example/card"
)

// Limits of Lengths.
const (
	MaxLengths    = 64  // pairs of reader and card
	maxReaderName = 128 // bytes, as PC/SC has them (MAX_READERNAME)
	maxATR        = 33  // ISO/IEC 7816-3, 8.2
)

// Lengths remembers which length of a read worked with which card in which
// reader, by reader name and answer to reset, so that a length that fails is
// tried once and not at every opening. It holds nothing of a single document as
// far as the answer to reset does not. The zero Lengths is empty and ready; it is
// safe for concurrent use and must not be copied. The pair that was not
// remembered for the longest time goes when there are more than MaxLengths.
type Lengths struct {
	mu      sync.Mutex
	entries []length // the latest last
}

type length struct {
	reader string
	atr    []byte
	maxLe  int
}

// Recall gives the length for Access.MaxLe, 0 when nothing is known.
func (l *Lengths) Recall(reader string, atr []byte) (maxLe int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.find(reader, atr); i >= 0 {
		return l.entries[i].maxLe
	}
	return 0
}

// Remember keeps what Card.MaxLe told at the end of a reading; 0 forgets the
// pair. What cannot be right is not kept: a length below 223 or above 65536, a
// name that is empty, too long or has control characters, an answer to reset
// that is empty or too long.
func (l *Lengths) Remember(reader string, atr []byte, maxLe int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.find(reader, atr); i >= 0 {
		l.entries = slices.Delete(l.entries, i, i+1)
	}
	e := length{strings.Clone(reader), bytes.Clone(atr), maxLe}
	if e.check() != nil {
		return
	}
	if len(l.entries) == MaxLengths {
		l.entries = slices.Delete(l.entries, 0, 1)
	}
	l.entries = append(l.entries, e)
}

func (l *Lengths) find(reader string, atr []byte) int {
	return slices.IndexFunc(l.entries, func(e length) bool {
		return e.reader == reader && bytes.Equal(e.atr, atr)
	})
}

// check names what is wrong by the member of the stored form.
func (e length) check() error {
	printable := func(r rune) bool { return r < ' ' || r == 0x7F || r == utf8.RuneError }
	switch {
	case len(e.reader) == 0 || len(e.reader) > maxReaderName || strings.ContainsFunc(e.reader, printable):
		return fmt.Errorf("reader: %w", ErrLengths)
	case len(e.atr) == 0 || len(e.atr) > maxATR:
		return fmt.Errorf("atr: %w", ErrLengths)
	case e.maxLe < protectedShortLe || e.maxLe > card.MaxExtendedLe:
		return fmt.Errorf("max_le: %w", ErrLengths)
	}
	return nil
}

func (e length) atrText() string { return strings.ToUpper(hex.EncodeToString(e.atr)) }
