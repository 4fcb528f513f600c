package idpd

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// ErrKey is the cause when a file does not hold an acceptable signing key.
var ErrKey = errors.New("not an acceptable signing key")

const (
	pemPrivateKey = "PRIVATE KEY" // PKCS #8 (RFC 7468, 10)
	maxKeyFile    = 16 << 10
)

// CreateKey makes a P-256 signing key and writes it to path as PKCS #8 in PEM,
// for its owner only. It never overwrites: an existing file is an error that
// wraps fs.ErrExist.
func CreateKey(path string, rand io.Reader) (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode signing key: %w", err)
	}
	defer clear(der)
	encoded := pem.EncodeToMemory(&pem.Block{Type: pemPrivateKey, Bytes: der})
	defer clear(encoded)
	if err := writeNew(path, encoded); err != nil {
		return nil, fmt.Errorf("write signing key: %w", err)
	}
	return key, nil
}

// writeNew leaves either the whole file or none.
func writeNew(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// LoadKey reads a key that CreateKey wrote. On Unix it refuses a file that
// users other than owner and group can read or write.
func LoadKey(path string) (crypto.Signer, error) {
	encoded, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	defer clear(encoded)
	block, _ := pem.Decode(encoded)
	if block == nil || block.Type != pemPrivateKey {
		return nil, fmt.Errorf("%s: no PEM block %q: %w", path, pemPrivateKey, ErrKey)
	}
	defer clear(block.Bytes)
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: not PKCS #8: %w", path, ErrKey)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%s: not a P-256 key: %w", path, ErrKey)
	}
	return key, nil
}

func readPrivate(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o007 != 0 {
		return nil, fmt.Errorf("%s: mode %v lets every user of this machine at it (chmod 600): %w", path, mode, ErrKey)
	}
	if info.Size() > maxKeyFile {
		return nil, fmt.Errorf("%s: %d bytes: %w", path, info.Size(), ErrKey)
	}
	return io.ReadAll(io.LimitReader(file, maxKeyFile))
}
