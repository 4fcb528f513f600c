package trust

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// rehearse imports the items into a copy of a trust directory. What is refused
// there would otherwise be refused when those before it are in place.
func rehearse(dir string, items []importItem, now time.Time) error {
	scratch, err := os.MkdirTemp("", "cnie-trust-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	path := filepath.Join(scratch, filepath.Base(dir))
	if err := copyDirectory(path, dir, now); err != nil {
		return err
	}
	into, _, err := openOrCreate(path)
	if err != nil {
		return err
	}
	_, err = putAll(items, into, now)
	if file, ok := errors.AsType[*csca.FileError](err); ok && filepath.Dir(file.Path) == path {
		file.Path = filepath.Join(dir, filepath.Base(file.Path)) // the copy means nothing to anybody
	}
	return err
}

// copyDirectory copies a trust directory, and nothing where there is none. One
// that somebody has changed is refused: it may hold anything.
func copyDirectory(to, from string, now time.Time) error {
	d, err := csca.OpenDirectory(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := d.Contents(certificate.Options{}, now); errors.Is(err, csca.ErrManifest) {
		return err
	}
	return os.CopyFS(to, os.DirFS(from))
}

// putAll imports the items, and verifies again what was there and is not read
// otherwise.
func putAll(items []importItem, into *csca.Directory, now time.Time) ([]importLine, error) {
	lines := []importLine{}
	for _, i := range items {
		line, err := i.put(into, now)
		if err != nil {
			return lines, err
		}
		lines = append(lines, line)
	}
	_, err := into.Contents(certificate.Options{}, now)
	return lines, err
}

// openOrCreate opens a trust directory, and makes it where there is none.
func openOrCreate(path string) (d *csca.Directory, made bool, err error) {
	d, err = csca.OpenDirectory(path)
	if errors.Is(err, fs.ErrNotExist) {
		d, err = csca.CreateDirectory(path)
		return d, err == nil, err
	}
	return d, false, err
}
