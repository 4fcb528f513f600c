package lab

import (
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/internal/idpd"
)

// Keys are the secrets of one laboratory: made once, since an RSA-4096 key
// takes seconds, and kept in a directory. They vouch for nothing outside it.
type Keys struct {
	issuer    *issuer.Lab   // CSCA and document signer
	authority *authority    // of the HTTPS servers
	signing   crypto.Signer // of the provider's requests
	dir       string
}

const signingKeyFile = "provider.key"

// DefaultDir is where a laboratory keeps its keys unless told otherwise:
// cnie-lab in $XDG_STATE_HOME, or in ~/.local/state.
func DefaultDir() (string, error) {
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "cnie-lab"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no place for the laboratory's keys: %w", err)
	}
	return filepath.Join(home, ".local", "state", "cnie-lab"), nil
}

// OpenKeys loads the keys in dir, or makes them there when there are none.
// making is called before the seconds that takes.
func OpenKeys(dir string, now time.Time, making func()) (*Keys, error) {
	k, err := loadKeys(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	making()
	if err := makeKeys(dir, now); err != nil {
		return nil, fmt.Errorf("make laboratory keys in %s: %w", dir, err)
	}
	return loadKeys(dir)
}

func loadKeys(dir string) (*Keys, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	k := &Keys{dir: dir}
	err := errors.Join(
		load(&k.issuer, func() (*issuer.Lab, error) { return issuer.LoadLab(dir) }),
		load(&k.authority, func() (*authority, error) { return loadAuthority(dir) }),
		load(&k.signing, func() (crypto.Signer, error) { return idpd.LoadKey(filepath.Join(dir, signingKeyFile)) }),
	)
	if err != nil {
		// Not fs.ErrNotExist: half a laboratory is not silently replaced.
		return nil, fmt.Errorf("no whole set of laboratory keys in %s (new ones are made in a directory that does not exist yet): %v", dir, err)
	}
	return k, nil
}

func load[T any](into *T, from func() (T, error)) (err error) {
	*into, err = from()
	return err
}

// makeKeys writes beside dir and renames, so that a laboratory is whole or not
// there, also when two are started at once.
func makeKeys(dir string, now time.Time) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(dir), ".cnie-lab")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary) // gone already when it was renamed
	if err := fillKeys(temporary, now); err != nil {
		return err
	}
	if err := os.Rename(temporary, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func fillKeys(dir string, now time.Time) error {
	documents, err := issuer.NewLab(rand.Reader, now)
	if err != nil {
		return err
	}
	tlsAuthority, err := newAuthority(now)
	if err != nil {
		return err
	}
	if _, err := idpd.CreateKey(filepath.Join(dir, signingKeyFile), rand.Reader); err != nil {
		return err
	}
	return errors.Join(documents.Save(dir), tlsAuthority.save(dir))
}

// AuthorityFile is the path of the certificate that the laboratory's HTTPS
// servers are signed by.
func (k *Keys) AuthorityFile() string { return filepath.Join(k.dir, authorityCertFile) }
