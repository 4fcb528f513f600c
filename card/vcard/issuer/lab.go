package issuer

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// ErrLab is the cause of every error about the stored keys of a laboratory.
var ErrLab = errors.New("laboratory keys refused")

// Sizes of the keys in bits, as French documents have them.
const (
	cscaBits = 4096
	dsBits   = 2048
)

// Lifetimes (ICAO Doc 9303-12, 4.1): the DS certificate outlives the longest
// document signed in its time, the CSCA certificate outlives the DS's.
const (
	cscaSignsYears = 5
	cscaYears      = 16
	dsSignsMonths  = 3
	dsYears        = 10
)

// Lab is the signing side of an issuing state: a country signing authority
// (CSCA, RSA-4096) and one document signer (DS, RSA-2048). Every laboratory
// has the same names; their keys differ. A Lab may be used by several
// goroutines.
type Lab struct{ csca, ds authority }

// authority is a certificate with its private key.
type authority struct {
	der  []byte
	body certificateBody
	key  *rsa.PrivateKey
}

// NewLab makes the keys and certificates of a laboratory, valid from the start
// of the day of now, UTC. Serial numbers are drawn from rand; the standard
// library may draw RSA keys from its own source. An RSA-4096 key takes
// seconds: make a laboratory once and Save it.
func NewLab(rand io.Reader, now time.Time) (*Lab, error) {
	cscaKey, err := rsa.GenerateKey(rand, cscaBits)
	if err != nil {
		return nil, fmt.Errorf("make CSCA key: %w", err)
	}
	dsKey, err := rsa.GenerateKey(rand, dsBits)
	if err != nil {
		return nil, fmt.Errorf("make DS key: %w", err)
	}
	from := now.UTC().Truncate(24 * time.Hour)
	s := signer{name: "CSCA LAB SPECIMEN", key: cscaKey, from: from}
	extensions, err := authorityExtensions()
	if err != nil {
		return nil, err
	}
	csca, err := s.certify(rand, request{
		commonName: s.name, key: &cscaKey.PublicKey, extensions: extensions,
		until: from.AddDate(cscaYears, 0, 0), signsUntil: from.AddDate(cscaSignsYears, 0, 0),
	})
	if err != nil {
		return nil, fmt.Errorf("make CSCA certificate: %w", err)
	}
	if extensions, err = documentSignerExtensions(); err != nil {
		return nil, err
	}
	ds, err := s.certify(rand, request{
		commonName: "DS LAB SPECIMEN", key: &dsKey.PublicKey, extensions: extensions,
		until: from.AddDate(dsYears, dsSignsMonths, 0), signsUntil: from.AddDate(0, dsSignsMonths, 0),
	})
	if err != nil {
		return nil, fmt.Errorf("make DS certificate: %w", err)
	}
	return newLab(csca, ds, cscaKey, dsKey)
}

func newLab(csca, ds []byte, cscaKey, dsKey *rsa.PrivateKey) (*Lab, error) {
	a, err := newAuthority(csca, cscaKey)
	if err != nil {
		return nil, fmt.Errorf("CSCA: %w", err)
	}
	b, err := newAuthority(ds, dsKey)
	if err != nil {
		return nil, fmt.Errorf("DS: %w", err)
	}
	return &Lab{a, b}, nil
}

// newAuthority reads a certificate and checks that the key is its.
func newAuthority(der []byte, key *rsa.PrivateKey) (authority, error) {
	a := authority{der: der, key: key}
	var c certificate
	if rest, err := asn1.Unmarshal(der, &c); err != nil || len(rest) > 0 {
		return authority{}, fmt.Errorf("certificate: %w", ErrLab)
	}
	if rest, err := asn1.Unmarshal(c.Body.FullBytes, &a.body); err != nil || len(rest) > 0 {
		return authority{}, fmt.Errorf("certificate: %w", ErrLab)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil || !slices.Equal(public, a.body.PublicKey.FullBytes) {
		return authority{}, fmt.Errorf("key is not the certificate's: %w", ErrLab)
	}
	return a, nil
}

// CSCA is the certificate of the signing authority in DER, the trust anchor
// of the laboratory's documents. The bytes are the caller's.
func (l *Lab) CSCA() []byte { return slices.Clone(l.csca.der) }

// CSCAPEM is the same in PEM.
func (l *Lab) CSCAPEM() []byte { return encodePEM(pemCertificate, l.csca.der) }

// DS is the certificate of the document signer in DER, as every document
// carries it. The bytes are the caller's.
func (l *Lab) DS() []byte { return slices.Clone(l.ds.der) }

// Names of the files of a laboratory, and their PEM types.
const (
	fileCSCA    = "csca.pem"
	fileCSCAKey = "csca-key.pem"
	fileDS      = "ds.pem"
	fileDSKey   = "ds-key.pem"

	pemCertificate = "CERTIFICATE"
	pemKey         = "PRIVATE KEY"
)

func encodePEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// Save writes certificates and keys (PKCS #8) in PEM to dir, which is made with
// mode 0700 when it is not there; files have mode 0600. Files that are there
// are refused, never overwritten.
func (l *Lab) Save(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("save laboratory: %w", err)
	}
	for _, x := range []struct {
		a                authority
		certificate, key string
	}{{l.csca, fileCSCA, fileCSCAKey}, {l.ds, fileDS, fileDSKey}} {
		key, err := x509.MarshalPKCS8PrivateKey(x.a.key)
		if err != nil {
			return fmt.Errorf("save laboratory: %w", err)
		}
		err = errors.Join(
			create(filepath.Join(dir, x.key), encodePEM(pemKey, key)),
			create(filepath.Join(dir, x.certificate), encodePEM(pemCertificate, x.a.der)))
		if err != nil {
			return fmt.Errorf("save laboratory: %w", err)
		}
	}
	return nil
}

func create(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// LoadLab reads what Save wrote. Errors about the contents wrap ErrLab.
func LoadLab(dir string) (*Lab, error) {
	var der [4][]byte
	for i, name := range []string{fileCSCA, fileDS, fileCSCAKey, fileDSKey} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("load laboratory: %w", err)
		}
		kind := pemCertificate
		if i >= 2 {
			kind = pemKey
		}
		block, rest := pem.Decode(b)
		if block == nil || block.Type != kind || len(rest) > 0 {
			return nil, fmt.Errorf("load laboratory: %s: %w", name, ErrLab)
		}
		der[i] = block.Bytes
	}
	var keys [2]*rsa.PrivateKey
	for i := range keys {
		key, err := x509.ParsePKCS8PrivateKey(der[2+i])
		rsaKey, ok := key.(*rsa.PrivateKey)
		if err != nil || !ok {
			return nil, fmt.Errorf("load laboratory: private key: %w", ErrLab)
		}
		keys[i] = rsaKey
	}
	l, err := newLab(der[0], der[1], keys[0], keys[1])
	if err != nil {
		return nil, fmt.Errorf("load laboratory: %w", err)
	}
	return l, nil
}
