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
	// lengthsAge is after how long an unchanged memory is not believed any more:
	// firmware and drivers are mended.
	lengthsAge     = 30 * 24 * time.Hour
	maxLengthsFile = 64 << 10
)

// lengthMemory is a cnie.Lengths in a file, so that a length that fails with a
// reader is not tried at every reading. It saves time and decides nothing else:
// a file that is missing, old or malformed is an empty memory.
type lengthMemory struct {
	path    string // empty when the user has no cache directory
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
	m := &lengthMemory{path: path}
	if text, err := readLengths(path, now); err == nil {
		_ = m.lengths.UnmarshalJSON(text) // leaves the memory empty when it fails
	}
	return m
}

var errLengthsFile = errors.New("no file of lengths, or an old one")

// readLengths reads a regular file only: opening a pipe would wait.
func readLengths(path string, now time.Time) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || now.Sub(info.ModTime()) > lengthsAge {
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
// anyway.
func (m *lengthMemory) remember(reader string, atr []byte, maxLe int) error {
	if maxLe >= card.MaxExtendedLe {
		maxLe = 0
	}
	if maxLe == m.lengths.Recall(reader, atr) {
		return nil
	}
	m.lengths.Remember(reader, atr, maxLe)
	if m.path == "" {
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
