package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/readers"
	"cnie.example/web/agent"
)

type readCommand struct {
	languageFlag
	CAN     string        `name:"can" default:"-" placeholder:"N" help:"Card access number: the six digits on the front of the card. Without it, or with “-”, it is read from the standard input. Other users of the machine can see the arguments of a program."`
	Reader  string        `placeholder:"NAME" help:"Use this reader only (see “cnie readers”)."`
	Wait    time.Duration `default:"60s" help:"How long to wait for a card. Default: ${default}."`
	Out     string        `type:"path" placeholder:"DIR" help:"Write the files of the chip into this directory, which must not exist yet."`
	Anchors []string      `type:"path" placeholder:"PATH" help:"Certificates of country signing authorities (CSCA), PEM or DER: files or directories. With them the document's signature is verified."`
	JSON    bool          `name:"json" help:"Print one JSON object."`
}

// Run reads the card and shows it.
func (c *readCommand) Run(ctx context.Context, s cli.Streams) error {
	verify, err := c.verifier()
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := os.Mkdir(c.Out, 0o700); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		defer os.Remove(c.Out) // goes only while it is empty
	}
	files, document, err := c.read(ctx, s.Err)
	if err != nil {
		c.listReaders(ctx, s.Err, err)
		return explain(s.Err, err, c.tag())
	}
	result, err := newResult(files, document, verify)
	if err != nil {
		return explain(s.Err, err, c.tag())
	}
	if c.Out != "" {
		if err := writeFiles(c.Out, files); err != nil {
			return err
		}
	}
	if c.JSON {
		err = result.writeJSON(s.Out)
	} else {
		err = result.write(s.Out, wordsIn(c.tag()))
	}
	if err == nil && result.Signature == signatureRefused {
		return &cli.StatusError{Status: cli.ExitFailed}
	}
	return err
}

// readTime bounds the reading of a card. The slowest takes well under a minute.
const readTime = 2 * time.Minute

// errSlow ends a reading that takes longer than readTime.
var errSlow = fmt.Errorf("not read within %v: %w", readTime, card.ErrUnresponsive)

// read does everything that needs the card, and leaves it reset.
func (c *readCommand) read(ctx context.Context, progress io.Writer) (files map[lds.File][]byte, d cnie.Document, err error) {
	can, err := c.can(ctx, os.Stdin, progress)
	if err != nil {
		return nil, d, err
	}
	defer clear(can)
	password, err := pace.CAN(can)
	if err != nil {
		return nil, d, err
	}
	defer password.Wipe()
	connected, err := c.connect(ctx, progress)
	if err != nil {
		return nil, d, err
	}
	defer func() { err = errors.Join(err, connected.Close()) }()
	ctx, cancel := context.WithTimeoutCause(ctx, readTime, errSlow)
	defer cancel()
	fmt.Fprintln(progress, wordsIn(c.tag()).opening)
	document, err := cnie.Open(ctx, connected, connected.ATR(), rand.Reader, password)
	if err != nil {
		return nil, d, err
	}
	defer document.Close()
	d, _ = document.Document()
	fmt.Fprintln(progress, wordsIn(c.tag()).reading)
	files, err = c.readFiles(ctx, document)
	return files, d, err
}

func (c *readCommand) connect(ctx context.Context, progress io.Writer) (agent.Card, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	fmt.Fprintln(progress, wordsIn(c.tag()).waiting)
	connected, err := readers.PCSC(c.Reader).Connect(ctx)
	return connected, noCardInTime(err)
}

// noCardInTime names the end of the wait, wherever it was noticed.
func noCardInTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, card.ErrNoCard) {
		return fmt.Errorf("%w: %w", card.ErrNoCard, err)
	}
	return err
}

// listReaders tells which readers there are, when err is that the one asked
// for is not among them.
func (c *readCommand) listReaders(ctx context.Context, w io.Writer, err error) {
	if c.Reader == "" || !errors.Is(err, card.ErrNoReader) {
		return
	}
	found, err := readers.List(ctx)
	if err != nil {
		return // without any reader the problem says it all
	}
	fmt.Fprintf(w, wordsIn(c.tag()).otherReaders+"\n", printable(c.Reader))
	for _, r := range found {
		fmt.Fprintf(w, "    %s\n", printable(r.Name))
	}
	fmt.Fprintln(w)
}

// readFiles reads DG14 and SOD, has the chip prove its key, and reads the rest
// under the new keys.
func (c *readCommand) readFiles(ctx context.Context, document *cnie.Card) (map[lds.File][]byte, error) {
	sod, dg14, err := document.Evidence(ctx)
	if err != nil {
		return nil, err
	}
	if err := document.Authenticate(ctx, rand.Reader); err != nil {
		return nil, err
	}
	com, err := document.Read(ctx, lds.COM)
	if err != nil {
		return nil, err
	}
	common, err := lds.ParseCOM(com)
	if err != nil {
		return nil, err
	}
	files := map[lds.File][]byte{lds.SOD: sod, lds.DG14: dg14, lds.COM: com}
	if files[lds.CardAccess], err = document.Read(ctx, lds.CardAccess); err != nil {
		return nil, err
	}
	for _, f := range common.Files {
		if _, have := files[f]; have || !c.wants(f) {
			continue
		}
		if files[f], err = document.Read(ctx, f); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// wants leaves out what nobody sees: photo and the like when no files are
// written, and the biometric files that no person's own software may read.
func (c *readCommand) wants(f lds.File) bool {
	switch f {
	case lds.DG1, lds.DG11:
		return true
	case lds.DG3, lds.DG4:
		return false
	}
	return c.Out != ""
}
