package csca

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cnie.example/attest/certificate"
)

// Causes of errors of Load, besides those of certificate.Parse and of the file
// system. Every error about a file is a *FileError.
var (
	// ErrNoAnchor: a file or a directory holds no certificate.
	ErrNoAnchor = errors.New("no certificate found")
	// ErrSize: a file is longer than MaxFile.
	ErrSize = errors.New("file is too long")
	// ErrPEM: a file has PEM blocks that are malformed or hold no certificate.
	ErrPEM = errors.New("not PEM of certificates")
	// ErrNotAuthority: a certificate is not that of a country's authority: it
	// may not sign certificates, or names no country.
	ErrNotAuthority = errors.New("not the certificate of a country signing authority")
	// ErrNotSelfSigned: a certificate is not signed by its own key.
	ErrNotSelfSigned = errors.New("certificate is not self-signed")
)

// MaxFile is the longest file that Load reads, in bytes.
const MaxFile = 1 << 20

// FileError names the file that Load could not use.
type FileError struct {
	Path string
	Err  error
}

// Error names the file and the cause.
func (e *FileError) Error() string { return fmt.Sprintf("trust anchor %s: %v", e.Path, e.Err) }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Load makes a store of anchors from files and directories. A file holds one
// certificate in DER or any number in PEM. Of a directory, the files whose
// names end in .pem, .crt, .cer or .der are read; directories in it are not.
//
// Each certificate has to be self-signed. The first file that cannot be used
// ends Load with a *FileError: an operator has to know that an anchor is
// missing.
func Load(paths []string, opts certificate.Options) (*Store, error) {
	var anchors []*certificate.Certificate
	for _, path := range paths {
		files, err := expand(path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			found, err := loadFile(file, opts)
			if err != nil {
				return nil, &FileError{Path: file, Err: err}
			}
			anchors = append(anchors, found...)
		}
	}
	if len(anchors) == 0 {
		return nil, fmt.Errorf("load trust anchors: %w", ErrNoAnchor)
	}
	return New(anchors), nil
}

// expand gives the files of a path, in the order of their names.
func expand(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &FileError{Path: path, Err: bare(err)}
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, &FileError{Path: path, Err: bare(err)}
	}
	var files []string
	for _, entry := range entries {
		suffix := strings.ToLower(filepath.Ext(entry.Name()))
		if !entry.IsDir() && slices.Contains([]string{".pem", ".crt", ".cer", ".der"}, suffix) {
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

func loadFile(path string, opts certificate.Options) ([]*certificate.Certificate, error) {
	content, err := readFile(path)
	if err != nil {
		return nil, err
	}
	ders := [][]byte{content}
	if bytes.Contains(content, []byte("-----BEGIN")) {
		if ders, err = decodePEM(content); err != nil {
			return nil, err
		}
	}
	var found []*certificate.Certificate
	for _, der := range ders {
		c, err := certificate.Parse(der, opts)
		if err != nil {
			return nil, err
		}
		if err := checkAuthority(c); err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, bare(err)
	}
	if len(content) > MaxFile {
		return nil, ErrSize
	}
	if len(content) == 0 {
		return nil, ErrNoAnchor
	}
	return content, nil
}

// decodePEM gives the blocks of a file. Text around them is allowed, as tools
// write it; a block that does not decode or holds something else is not.
func decodePEM(content []byte) ([][]byte, error) {
	var ders [][]byte
	want := bytes.Count(content, []byte("-----BEGIN"))
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, ErrPEM
		}
		ders = append(ders, block.Bytes)
	}
	if len(ders) != want {
		return nil, ErrPEM
	}
	return ders, nil
}

// checkAuthority refuses a certificate that could never be the anchor of a
// document (ICAO Doc 9303-12, 7.1.1): at the start, not at every login.
func checkAuthority(c *certificate.Certificate) error {
	if err := checkSelfSigned(c); err != nil {
		return err
	}
	if !c.IsCA || !c.KeyUsage.Has(certificate.KeyCertSign) || c.Country == "" {
		return ErrNotAuthority
	}
	return nil
}

// checkSelfSigned refuses a certificate that another key has signed, link
// certificates among them (ICAO Doc 9303-12, 4.3): their trust comes from an
// anchor.
func checkSelfSigned(c *certificate.Certificate) error {
	if c.Issuer.Folded() != c.Subject.Folded() {
		return fmt.Errorf("issuer is another: %w", ErrNotSelfSigned)
	}
	err := c.CheckSignatureFrom(c)
	if errors.Is(err, certificate.ErrSignature) {
		return ErrNotSelfSigned
	}
	return err
}
