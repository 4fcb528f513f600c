package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"cnie.example/card"
	"cnie.example/card/cnie"
)

const (
	// lengthsAge is how long a note is believed, from the day of the reading that
	// made it, however often it was used since.
	lengthsAge     = 30 * 24 * time.Hour
	maxLengthsFile = 64 << 10
)

// lengthMemory is a cnie.Lengths in a file, so that a length that fails with a
// reader is not tried at every reading. It saves time and decides nothing else:
// a file that is missing, malformed or of another version is an empty memory.
type lengthMemory struct {
	path    string // empty when the user has no cache directory
	now     time.Time
	lengths cnie.Lengths
}

// lengthsPath is the file of this user.
func lengthsPath() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "cnie", "lengths.json")
}

func loadLengths(path string, now time.Time) *lengthMemory {
	m := &lengthMemory{path: path, now: now}
	if text, err := readLengths(path); err == nil {
		_ = m.lengths.UnmarshalJSON(text) // leaves the memory empty when it fails
	}
	m.lengths.Expire(now, lengthsAge)
	return m
}

var errLengthsFile = errors.New("no file of lengths")

// readLengths reads a regular file only: opening a pipe would wait.
func readLengths(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errLengthsFile
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxLengthsFile+1))
}

// recall gives the length for cnie.Access.MaxLe, 0 when nothing is known.
func (m *lengthMemory) recall(reader string, atr []byte) int { return m.lengths.Recall(reader, atr) }

// remember keeps what a reading found, in a file of its own that then takes the
// place of the old one. The largest length is not kept, being tried first
// anyway; and a note that was used keeps its day, since it was not put to the
// test.
func (m *lengthMemory) remember(reader string, atr []byte, maxLe int) error {
	if maxLe >= card.MaxExtendedLe {
		maxLe = 0
	}
	before := m.lengths.Recall(reader, atr)
	if maxLe == before {
		return nil
	}
	m.lengths.Note(reader, atr, maxLe, m.now)
	if m.path == "" || m.lengths.Recall(reader, atr) == before { // of a card that is not remembered
		return nil
	}
	text, err := m.lengths.MarshalJSON()
	if err != nil {
		return err
	}
	dir := filepath.Dir(m.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("remember lengths: %w", err)
	}
	file, err := os.CreateTemp(dir, "lengths-*") // for its owner only
	if err != nil {
		return fmt.Errorf("remember lengths: %w", err)
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), m.path)
	}
	if err != nil {
		return fmt.Errorf("remember lengths: %w", errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}
