package csca

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/certificate"
)

// Causes of errors of Load and of Directory, besides those of
// certificate.Parse, certificate.ParseRevocationList, ParseMasterList,
// MasterList.Verify, ParseOverrides, Build and of the file system. Every error
// about a file is a *FileError.
var (
	// ErrSize: a file is longer than MaxFile.
	ErrSize = errors.New("file is too long")
	// ErrPEM: a file has PEM blocks that are malformed or hold something else.
	ErrPEM = errors.New("not PEM of certificates or revocation lists")
	// ErrNotSelfSigned: a certificate is not signed by its own key.
	ErrNotSelfSigned = errors.New("certificate is not self-signed")
	// ErrMasterList: a master list stands where no root is named for it.
	ErrMasterList = errors.New("a master list needs a root: import it into a trust directory")
)

// MaxFile is the longest file that Load reads outside of trust directories, in
// bytes.
const MaxFile = 1 << 20

// FileError names the file that could not be used.
type FileError struct {
	Path string
	Err  error
}

// Error names the file and the cause.
func (e *FileError) Error() string { return fmt.Sprintf("trust file %s: %v", e.Path, e.Err) }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Load makes a store from files and directories. A directory with trust.json is
// a trust directory: see Directory. Of another directory, the files whose names
// end in .pem, .crt, .cer, .der or .crl are read; directories in it are not.
//
// A file holds one certificate in DER, one revocation list in DER if its name
// ends in .crl, or any number of both in PEM. A certificate that is self-signed
// becomes an anchor, and one that links an authority to another key of it
// stands in the pool; anything else is refused. No signer of a master list in a
// trust directory may be revoked at now.
//
// The first file that cannot be used ends Load with a *FileError: an operator
// has to know that an anchor or a list is missing.
func Load(paths []string, opts certificate.Options, now time.Time) (*Store, error) {
	l := loader{Contents: Contents{Options: opts}}
	for _, path := range paths {
		if err := l.load(path, now); err != nil {
			return nil, err
		}
	}
	store, err := Build(l.Contents)
	if err != nil {
		return nil, err
	}
	if len(store.Anchors()) == 0 {
		return nil, fmt.Errorf("load trust anchors: %w", ErrNoAnchor)
	}
	return store, nil
}

// loader collects what paths hold.
type loader struct {
	Contents
	directories int // trust directories so far
}

// load adds what a path holds.
func (l *loader) load(path string, now time.Time) error {
	info, err := os.Stat(path)
	if err != nil {
		return &FileError{Path: path, Err: bare(err)}
	}
	if !info.IsDir() {
		return l.loadFile(path)
	}
	if _, err := os.Lstat(filepath.Join(path, manifestFile)); !errors.Is(err, fs.ErrNotExist) {
		return l.loadDirectory(path, now)
	}
	files, err := certificateFiles(path)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := l.loadFile(file); err != nil {
			return err
		}
	}
	return nil
}

// loadDirectory reads a trust directory, and reads it again when somebody
// changed it meanwhile.
func (l *loader) loadDirectory(path string, now time.Time) error {
	const attempts = 10
	for i := 1; ; i++ {
		d, err := OpenDirectory(path)
		if err != nil {
			return err
		}
		found, err := d.Contents(l.Options, now)
		if err == nil {
			l.merge(found)
			return nil
		}
		if i == attempts || d.unchanged() == nil {
			return err
		}
	}
}

// merge adds the contents of a trust directory. Of two policies on freshness
// the stricter one counts.
func (l *loader) merge(o Contents) {
	l.Anchors = append(l.Anchors, o.Anchors...)
	l.Lists = append(l.Lists, o.Lists...)
	l.Pool = append(l.Pool, o.Pool...)
	l.RevocationLists = append(l.RevocationLists, o.RevocationLists...)
	l.Overrides.Distrust = append(l.Overrides.Distrust, o.Overrides.Distrust...)
	l.Overrides.Trust = append(l.Overrides.Trust, o.Overrides.Trust...)
	l.Overrides.Extend = append(l.Overrides.Extend, o.Overrides.Extend...)
	if l.directories++; l.directories == 1 {
		l.Freshness = o.Freshness
		return
	}
	l.Freshness = l.Freshness.stricter(o.Freshness)
}

// certificateFiles gives the files of a directory that are read, in the order
// of their names.
func certificateFiles(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, &FileError{Path: path, Err: bare(err)}
	}
	var files []string
	for _, entry := range entries {
		suffix := strings.ToLower(filepath.Ext(entry.Name()))
		if !entry.IsDir() && slices.Contains([]string{".pem", ".crt", ".cer", ".der", ".crl"}, suffix) {
			files = append(files, filepath.Join(path, entry.Name()))
		}
	}
	if len(files) == 0 {
		return nil, &FileError{Path: path, Err: ErrNoAnchor}
	}
	return files, nil
}

// bare takes the path off an error of the file system: FileError names it.
func bare(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

func (l *loader) loadFile(path string) error {
	if err := l.readFile(path); err != nil {
		return &FileError{Path: path, Err: err}
	}
	return nil
}

func (l *loader) readFile(path string) error {
	expected := pemCertificate
	switch strings.ToLower(filepath.Ext(path)) {
	case ".crl":
		expected = pemRevocationList
	case ".ml":
		return ErrMasterList
	}
	content, err := readWhole(path)
	if err != nil {
		return err
	}
	found, err := blocks(content, expected)
	if err != nil {
		return err
	}
	for _, b := range found {
		if err := l.take(b); err != nil {
			return err
		}
	}
	return nil
}

// take adds a certificate or a revocation list.
func (l *loader) take(b block) error {
	if b.kind == pemRevocationList {
		crl, err := certificate.ParseRevocationList(b.der, l.Options)
		if err == nil {
			l.RevocationLists = append(l.RevocationLists, crl)
		}
		return err
	}
	parsed, err := certificate.Parse(b.der, l.Options)
	if err != nil {
		return err
	}
	if !namesItself(parsed) && checkAuthority(parsed) == nil {
		l.Pool = append(l.Pool, parsed)
		return nil
	}
	if err := checkAnchor(parsed); err != nil {
		return err
	}
	l.Anchors = append(l.Anchors, parsed)
	return nil
}

// errIrregular keeps a pipe, whose opening waits for somebody, from holding a
// load up.
var errIrregular = errors.New("not a regular file")

func readWhole(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errIrregular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	content, err := readLimited(f, MaxFile)
	if err != nil {
		return nil, err
	}
	if len(content) == 0 {
		return nil, ErrNoAnchor
	}
	return content, nil
}

func readLimited(r io.Reader, limit int) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err != nil {
		return nil, bare(err)
	}
	if len(content) > limit {
		return nil, ErrSize
	}
	return content, nil
}
