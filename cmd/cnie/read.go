package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"cnie.example/card/lds"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
	"cnie.example/cmd/internal/trust"
)

type readCommand struct {
	terminal.LanguageFlag
	passwordFlags
	readerFlags
	Out     string   `aliases:"files" type:"path" placeholder:"DIR" help:"Read all files of the chip and write them into this directory, which must not exist yet."`
	Face    string   `type:"path" placeholder:"FILE" help:"Write the face image into this file, which must not exist yet, as the chip holds it: JPEG or JPEG 2000."`
	Anchors []string `type:"path" placeholder:"PATH" help:"Certificates of country signing authorities (CSCA) and revocation lists, PEM or DER: files or directories; or a trust directory (“cnie trust import”). With them the document's signature is verified."`
	JSON    bool     `name:"json" help:"Print one JSON object."`
}

// Help tells what is kept.
func (readCommand) Help() string {
	return `What files the document has is taken from the list that the issuing state signs (EF.SOD). When the card says that it
does not have one of them, the reading fails: a copy might hide the key that it does not have. The chip's proof is named
with its kind. It convinces you only, and one by active authentication is a signature, which somebody may have had made
by a card elsewhere.

--out writes DG1.bin, DG2.bin and so on, one file for each data group but the fingerprints and iris images (DG3, DG4),
which are never asked for; SOD.bin and COM.bin; of the master file CardAccess.bin, CardSecurity.bin, DIR.bin and
ATRInfo.bin. Of COM and the files of the master file only those which the card gives; after --bac none of the last three.

Nothing of the card is kept but what is asked for with --out and --face. When reader and card turn out to take short
messages only, that is noted for the next time: the name of the reader, the answer to reset and the day, in
cnie/lengths.json of the user's cache directory. An answer to reset that tells no kind of card is never noted. A note
that is a month old is tried anew, and the file can be deleted at any time.

Exit status: 0 read, also when the document has no proof of its chip; 1 not read, a file is missing, the chip is not
genuine, or the signature was refused.`
}

// Run reads the card and shows it.
func (c *readCommand) Run(ctx context.Context, s cli.Streams) error {
	verify, err := c.verifier(time.Now())
	if err != nil {
		return trust.Explain(s.Err, err, c.Tag(), cli.ExitFailed)
	}
	if err := absent("--face", c.Face); err != nil {
		return err
	}
	if c.Out != "" {
		if err := os.Mkdir(c.Out, 0o700); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		defer os.Remove(c.Out) // goes only while it is empty
	}
	read, err := c.read(ctx, s.Err)
	if err != nil {
		return c.explain(ctx, s.Err, c.wrong(err), c.Tag())
	}
	result, err := newResult(read, verify)
	if err != nil {
		return explain(s.Err, err, c.Tag())
	}
	if err := c.writeFiles(read, result); err != nil {
		return err
	}
	if c.JSON {
		err = result.writeJSON(s.Out)
	} else {
		err = result.write(s.Out, wordsIn(c.Tag()))
	}
	if err == nil && result.Signature == signatureRefused {
		return &cli.StatusError{Status: cli.ExitFailed}
	}
	return err
}

var errNoFile = errors.New("exists and is not a regular file")

// absent refuses a file that would be overwritten, before a card is read in
// vain.
func absent(flag, path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Lstat(path)
	if err == nil {
		cause := fs.ErrExist
		if !info.Mode().IsRegular() {
			cause = errNoFile
		}
		err = &fs.PathError{Op: "write", Path: path, Err: cause}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", flag, err)
	}
	return nil
}

// read does everything that needs the card, and leaves it reset.
func (c *readCommand) read(ctx context.Context, w io.Writer) (read contents, err error) {
	password, err := c.password(ctx, os.Stdin, w, c.Tag())
	if err != nil {
		return read, err
	}
	defer password.wipe()
	text := wordsIn(c.Tag())
	p := newProgress(w, text)
	defer p.end()
	connected, err := c.connect(ctx, p, text)
	if err != nil {
		return read, err
	}
	defer func() { err = errors.Join(err, connected.Close()) }()
	lengths := loadLengths(lengthsPath(), time.Now())
	r := reading{
		card: connected, atr: connected.ATR(), rand: rand.Reader, password: password,
		maxLe: lengths.recall(connected.Reader(), connected.ATR()), wants: c.wants, progress: p, words: text,
	}
	if read, err = r.run(ctx); err == nil {
		_ = lengths.remember(connected.Reader(), connected.ATR(), read.maxLe) // the next reading finds it out again
	}
	return read, err
}

// wants leaves out what nobody sees: photo and the like when they are not
// written.
func (c *readCommand) wants(f lds.File) bool {
	switch {
	case c.Out != "":
		return wantsAll(f)
	case c.Face != "" && f == lds.DG2:
		return true
	}
	return wantsIdentity(f)
}

// writeFiles writes what was asked for.
func (c *readCommand) writeFiles(read contents, r *result) error {
	if c.Out != "" {
		if err := writeFiles(c.Out, read.files); err != nil {
			return err
		}
	}
	if c.Face == "" {
		return nil
	}
	face, err := lds.ParseDG2(read.files[lds.DG2])
	if err != nil {
		return fmt.Errorf("--face: %w", err)
	}
	r.Face = &faceView{Type: face.Type, Width: face.Width, Height: face.Height, Format: face.Format, Size: len(face.Image), File: c.Face}
	return writeNew(c.Face, face.Image)
}

// writeNew writes a file that was not there, readable by its owner only. One
// that could not be written whole goes again.
func writeNew(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
