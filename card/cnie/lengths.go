package cnie

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
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
// far as the answer to reset does not. One without historical bytes, such as
// 3B80800101, tells no kind of card and is not kept. The zero Lengths is empty and ready; it is
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
	noted  time.Time // day in UTC; zero for this run only
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
// that has no historical bytes or is too long. What is remembered so is of this
// run and is not stored.
func (l *Lengths) Remember(reader string, atr []byte, maxLe int) {
	l.remember(length{strings.Clone(reader), bytes.Clone(atr), maxLe, time.Time{}})
}

// Note does as Remember, with the day, by which the pair can be stored and by
// which Expire forgets it.
func (l *Lengths) Note(reader string, atr []byte, maxLe int, now time.Time) {
	l.remember(length{strings.Clone(reader), bytes.Clone(atr), maxLe, day(now)})
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// Expire forgets the pairs that were noted longer than age before the day of
// now, or after now by a clock that was wrong: firmware and drivers are mended,
// and what failed once is worth another try.
func (l *Lengths) Expire(now time.Time, age time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = slices.DeleteFunc(l.entries, func(e length) bool {
		return !e.noted.IsZero() && (day(now).Sub(e.noted) > age || e.noted.After(now))
	})
}

func (l *Lengths) remember(e length) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.find(e.reader, e.atr); i >= 0 {
		l.entries = slices.Delete(l.entries, i, i+1)
	}
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
	case !hasHistoricalBytes(e.atr) || len(e.atr) > maxATR:
		return fmt.Errorf("atr: %w", ErrLengths)
	case e.maxLe < protectedShortLe || e.maxLe > card.MaxExtendedLe:
		return fmt.Errorf("max_le: %w", ErrLengths)
	}
	return nil
}

// hasHistoricalBytes looks at their number, the low half of T0 (ISO/IEC 7816-3,
// 8.2.2).
func hasHistoricalBytes(atr []byte) bool { return len(atr) > 2 && atr[1]&0x0F != 0 }

func (e length) atrText() string { return strings.ToUpper(hex.EncodeToString(e.atr)) }
