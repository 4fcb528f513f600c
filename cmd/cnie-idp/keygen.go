package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/idpd"
)

type keygenCommand struct {
	File string `arg:"" type:"path" help:"Where to write the key: PKCS #8 in PEM, for its owner only. An existing file is never overwritten."`
}

// Run makes the key and says what to do next.
func (k *keygenCommand) Run(s cli.Streams) error {
	if err := os.MkdirAll(filepath.Dir(k.File), 0o700); err != nil {
		return err
	}
	_, err := idpd.CreateKey(k.File, rand.Reader)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already and is left as it is: %w", k.File, fs.ErrExist)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Out, "Wrote a P-256 signing key to %s.\nKeep it: agents know this provider by it. Print the record for agents with “cnie-idp enrolment”.\n", k.File)
	return err
}
