package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/transcript"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
)

type traceCommand struct {
	terminal.LanguageFlag
	passwordFlags
	readerFlags
	Out        string `type:"path" placeholder:"FILE" help:"Write the transcript into this file, which must not exist yet, instead of the standard output."`
	All        bool   `help:"Read all files, the photo among them, and not only those of the identity."`
	UnsafeFull bool   `name:"unsafe-full" help:"FOR LABORATORIES AND SPECIMENS ONLY: leave nothing out. Such a transcript holds the whole card, photo included, and with its CAN or MRZ everybody can read it. Never send one of your own card."`
}

// Help tells what a transcript is for.
func (traceCommand) Help() string {
	return `Reads the card as “cnie read” does and records what reader and card say to each other. The transcript shows the steps,
the lengths and the status words, so that a fault can be found by somebody who does not have the card.

These contents are left out: CAN and MRZ, names and dates, photo, signature of the state (SOD), keys and certificates,
everything encrypted, and serial numbers. Lengths stay: that of your names and address is told within a few bytes, and
with --all the length of the photo, by which whoever has the very same photo file could tell that it is yours. The words
of the reader's name stay too, but for those that look like a serial number. The transcript is text: look at it before
you send it.

A transcript is written also when the reading fails; that is when it is of use.`
}

// Names of the flows, by which a replay knows what to read.
const (
	flowIdentity = "read"
	flowAll      = "read all files"
)

// flow gives the files that belong to the name of a flow.
func flow(name string) (wants func(lds.File) bool, ok bool) {
	switch name {
	case flowIdentity:
		return wantsIdentity, true
	case flowAll:
		return wantsAll, true
	}
	return nil, false
}

// public is what a transcript may keep of its header: the kinds of card that are
// known by their answer to reset, and the flows.
func public() transcript.Public {
	return transcript.Public{
		Document: func(atr []byte) (string, bool) {
			document, known := cnie.Recognise(atr)
			return document.Name, known
		},
		Flows: []string{flowIdentity, flowAll},
	}
}

// Run records a reading.
func (c *traceCommand) Run(ctx context.Context, s cli.Streams) error {
	if err := absent("--out", c.Out); err != nil {
		return err
	}
	text := traceWordsIn(c.Tag())
	if c.UnsafeFull {
		fmt.Fprintln(s.Err, text.warning)
	}
	recorded, err := c.record(ctx, s.Err)
	defer recorded.Wipe()
	if err != nil && len(recorded.Events) == 0 {
		return c.explain(ctx, s.Err, err, c.Tag())
	}
	if writeErr := c.write(recorded, s.Out); writeErr != nil {
		return errors.Join(writeErr, err)
	}
	c.summarise(s.Err, recorded, text)
	if err != nil {
		fmt.Fprintf(s.Err, "%s\n\n", text.failed)
		return explain(s.Err, err, c.Tag())
	}
	return nil
}

// oneLine is a name without control characters and without spaces that a line
// of the transcript cannot hold.
func oneLine(name string) string { return strings.Join(strings.Fields(terminal.Printable(name)), " ") }

// record reads the card and gives what was said, however far that went.
func (c *traceCommand) record(ctx context.Context, w io.Writer) (recorded transcript.Transcript, err error) {
	password, err := c.password(ctx, os.Stdin, w, c.Tag())
	if err != nil {
		return recorded, err
	}
	defer password.wipe()
	text := wordsIn(c.Tag())
	p := newProgress(w, text)
	defer p.end()
	connected, err := c.connect(ctx, p, text)
	if err != nil {
		return recorded, err
	}
	defer func() { err = errors.Join(err, connected.Close()) }()
	header := transcript.Header{
		Flow: flowIdentity, Reader: oneLine(connected.Reader()), ATR: transcript.Whole(connected.ATR()),
	}
	if c.All {
		header.Flow = flowAll
	}
	document, _ := cnie.Recognise(connected.ATR())
	header.Document = document.Name
	recorder := transcript.NewRecorder(connected, header, time.Now)
	r := reading{
		card: recorder, atr: connected.ATR(), rand: rand.Reader, password: password,
		progress: p, words: text,
	}
	if r.wants, _ = flow(header.Flow); c.UnsafeFull {
		r.rand = recorder.Random(rand.Reader)
	}
	read, err := r.run(ctx)
	read.wipe()
	return recorder.Transcript(), c.wrong(err)
}

// write redacts the transcript, unless told otherwise, and writes it.
func (c *traceCommand) write(recorded transcript.Transcript, out io.Writer) error {
	if !c.UnsafeFull {
		recorded = transcript.Redact(recorded, public())
	}
	text, err := recorded.Text()
	if err != nil {
		return err
	}
	defer clear(text)
	if c.Out != "" {
		return writeNew(c.Out, text)
	}
	_, err = out.Write(text)
	return err
}

// summarise tells what the transcript holds and what not.
func (c *traceCommand) summarise(w io.Writer, recorded transcript.Transcript, text traceWords) {
	fmt.Fprintf(w, text.recorded+"\n", len(recorded.Exchanges()))
	if c.Out != "" {
		fmt.Fprintf(w, text.written+"\n", c.Out)
	}
	if c.UnsafeFull {
		fmt.Fprintln(w, text.full)
		return
	}
	fmt.Fprintf(w, "%s\n%s\n%s\n%s\n", text.holds, text.lacks, text.lengths, text.look)
}
