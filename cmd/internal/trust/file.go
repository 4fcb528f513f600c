package trust

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/csca"
	"cnie.example/cmd/internal/terminal"
)

// maxFile is the longest file of trust that is read, in bytes.
const maxFile = cms.MaxSize

// Kinds of file.
const (
	kindMasterList     = "master_list"
	kindCertificates   = "certificates"
	kindRevocationList = "revocation_list"
)

var (
	errSize      = errors.New("file is too long")
	errIrregular = errors.New("not a regular file")
	errKind      = errors.New("not a master list, certificate or revocation list")
	errCut       = errors.New("not as long as it says")
	errPEM       = errors.New("PEM that is cut or holds something other than certificates and revocation lists")
	errRootKind  = errors.New("not certificates, as --root wants them")
)

// FileError names the file that could not be used.
type FileError struct {
	Path string
	Err  error
}

// Error names the file and the cause.
func (e *FileError) Error() string { return fmt.Sprintf("%s: %v", terminal.Printable(e.Path), e.Err) }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// file is one that was read: a master list, or certificates and
// revocation lists.
type file struct {
	path         string
	kind         string
	content      []byte // of a master list, which keeps it
	list         *csca.MasterList
	certificates []*certificate.Certificate
	revocations  []*certificate.RevocationList
}

// readFile reads a file and finds out by its content what it is.
func readFile(path string, opts certificate.Options) (file, error) {
	f := file{path: path}
	content, err := ReadFile(path, maxFile)
	if err != nil {
		return f, err
	}
	objects, err := objectsOf(content)
	for _, der := range objects {
		if err == nil {
			err = f.add(der, opts, len(objects))
		}
	}
	if err != nil {
		return f, &FileError{Path: path, Err: err}
	}
	return f, nil
}

// ReadFile reads a file of at most size bytes. A longer one is refused with a
// FileError, and so is what is no file: to open a pipe would wait for somebody.
func ReadFile(path string, size int64) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return nil, &FileError{Path: path, Err: errIrregular}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, size+1))
	if err == nil && int64(len(content)) > size {
		err = &FileError{Path: path, Err: errSize}
	}
	return content, err
}

// objectsOf gives the DER of a file: all of it, or the blocks of PEM in it.
func objectsOf(content []byte) ([][]byte, error) {
	blocks := bytes.Count(content, []byte("-----BEGIN "))
	if blocks == 0 || len(content) > 0 && content[0] == 0x30 { // a SEQUENCE
		return [][]byte{content}, nil
	}
	var objects [][]byte
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" && block.Type != "X509 CRL" {
			return nil, errPEM
		}
		objects = append(objects, block.Bytes)
	}
	if len(objects) != blocks {
		return nil, errPEM
	}
	return objects, nil
}

// add parses one object of a file that holds count of them.
func (f *file) add(der []byte, opts certificate.Options, count int) (err error) {
	kind := kindOf(der)
	switch kind {
	case kindMasterList:
		if count > 1 {
			return errPEM
		}
		f.content = der
		f.list, err = csca.ParseMasterList(der, opts)
	case kindRevocationList:
		var l *certificate.RevocationList
		if l, err = certificate.ParseRevocationList(der, opts); err == nil {
			f.revocations = append(f.revocations, l)
		}
	case kindCertificates:
		var c *certificate.Certificate
		if c, err = certificate.Parse(der, opts); err == nil {
			f.certificates = append(f.certificates, c)
		}
	default:
		return wrongKind(der)
	}
	if f.kind == "" || kind == kindCertificates {
		f.kind = kind
	}
	return err
}

// wrongKind tells a file that was cut from one that is something else.
func wrongKind(der []byte) error {
	input := cryptobyte.String(der)
	var whole cryptobyte.String
	if len(der) > 0 && der[0] == 0x30 && (!input.ReadASN1(&whole, asn1.SEQUENCE) || !input.Empty()) {
		return errCut
	}
	return errKind
}

// kindOf tells by its first elements what an object is: ContentInfo begins with
// an object identifier (RFC 5652, 3); TBSCertList has its first time where
// TBSCertificate has Validity (RFC 5280, 4.1 and 5.1). It is empty when the
// object is none of them.
func kindOf(der []byte) string {
	input := cryptobyte.String(der)
	var body, first cryptobyte.String
	var tag asn1.Tag
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !body.ReadAnyASN1(&first, &tag) {
		return ""
	}
	if tag == asn1.OBJECT_IDENTIFIER {
		return kindMasterList
	}
	version := asn1.Tag(0).Constructed().ContextSpecific()
	switch {
	case tag != asn1.SEQUENCE:
		return ""
	case first.PeekASN1Tag(version):
		return kindCertificates
	case !first.SkipOptionalASN1(asn1.INTEGER) || !first.SkipASN1(asn1.SEQUENCE) || !first.SkipASN1(asn1.SEQUENCE):
		return ""
	case first.PeekASN1Tag(asn1.UTCTime), first.PeekASN1Tag(asn1.GeneralizedTime):
		return kindRevocationList
	}
	return kindCertificates // of version 1
}
