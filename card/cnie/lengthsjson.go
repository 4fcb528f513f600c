package cnie

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

const (
	lengthsVersion = 2 // 1 had no days
	maxLengthsSize = 64 << 10
)

// storedLengths is the form of Lengths in a file.
type storedLengths struct {
	Version int            `json:"version"`
	Lengths []storedLength `json:"lengths"` // the latest last
}

type storedLength struct {
	Reader string `json:"reader"`
	ATR    string `json:"atr"`    // upper-case hexadecimal
	MaxLe  int    `json:"max_le"` // bytes
	Noted  string `json:"noted"`  // day in UTC, YYYY-MM-DD
}

// MarshalJSON writes
// {"version":2,"lengths":[{"reader":"…","atr":"3B…","max_le":256,"noted":"2026-01-14"},…]},
// of the pairs that have a day.
func (l *Lengths) MarshalJSON() ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	stored := storedLengths{Version: lengthsVersion, Lengths: []storedLength{}}
	for _, e := range l.entries {
		if !e.noted.IsZero() {
			stored.Lengths = append(stored.Lengths, storedLength{e.reader, e.atrText(), e.maxLe, e.noted.Format(time.DateOnly)})
		}
	}
	b, err := json.Marshal(stored)
	if err != nil {
		return nil, fmt.Errorf("encode lengths: %w", err)
	}
	return b, nil
}

// UnmarshalJSON reads what MarshalJSON wrote, in place of what l held, and
// nothing else: members that are unknown, missing or repeated, pairs that are
// repeated, values that Note would not keep, and more than MaxLengths pairs
// are ErrLengths, and l is then as it was.
func (l *Lengths) UnmarshalJSON(b []byte) error {
	if len(b) > maxLengthsSize {
		return fmt.Errorf("%d bytes: %w", len(b), ErrLengths)
	}
	var stored storedLengths
	if err := json.Unmarshal(b, &stored, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("%w: %w", ErrLengths, err)
	}
	read, err := stored.entries()
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = read
	return nil
}

func (s storedLengths) entries() ([]length, error) {
	switch {
	case s.Version != lengthsVersion:
		return nil, fmt.Errorf("version %d: %w", s.Version, ErrLengths)
	case s.Lengths == nil || len(s.Lengths) > MaxLengths:
		return nil, fmt.Errorf("%d lengths: %w", len(s.Lengths), ErrLengths)
	}
	read := Lengths{}
	for i, stored := range s.Lengths {
		atr, err := hex.DecodeString(stored.ATR)
		if err != nil {
			return nil, fmt.Errorf("lengths[%d].atr: %w", i, ErrLengths)
		}
		noted, err := time.Parse(time.DateOnly, stored.Noted)
		if err != nil || noted.IsZero() {
			return nil, fmt.Errorf("lengths[%d].noted: %w", i, ErrLengths)
		}
		e := length{stored.Reader, atr, stored.MaxLe, noted}
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("lengths[%d].%w", i, err)
		}
		if e.atrText() != stored.ATR || read.find(e.reader, e.atr) >= 0 {
			return nil, fmt.Errorf("lengths[%d]: not written here, or repeated: %w", i, ErrLengths)
		}
		read.entries = append(read.entries, e)
	}
	return read.entries, nil
}
