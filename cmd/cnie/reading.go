package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/cmd/internal/readers"
	"cnie.example/cmd/internal/terminal"
	"cnie.example/web/agent"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// readerFlags say which card is read.
type readerFlags struct {
	Reader string        `placeholder:"NAME" help:"Use this reader only (see “cnie readers”)."`
	Wait   time.Duration `default:"60s" help:"How long to wait for a card. Default: ${default}."`
}

// connect waits for a card and connects to it.
func (f *readerFlags) connect(ctx context.Context, p *progress, w words) (agent.Card, error) {
	ctx, cancel := context.WithTimeout(ctx, f.Wait)
	defer cancel()
	p.enter(w.waiting)
	connected, err := readers.PCSC(f.Reader).Connect(ctx)
	return connected, noCardInTime(err)
}

// noCardInTime names the end of the wait, wherever it was noticed.
func noCardInTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, card.ErrNoCard) {
		return fmt.Errorf("%w: %w", card.ErrNoCard, err)
	}
	return err
}

// explain tells why no card was read; and when the reader asked for is not
// among them, which readers there are.
func (f *readerFlags) explain(ctx context.Context, w io.Writer, err error, tag language.Tag) error {
	if f.Reader != "" && errors.Is(err, card.ErrNoReader) {
		listReaders(ctx, w, fmt.Sprintf(wordsIn(tag).otherReaders, terminal.Printable(f.Reader)))
	}
	return explain(w, err, tag)
}

// listReaders lists the readers under a title. Without any it says nothing: the
// problem says it all.
func listReaders(ctx context.Context, w io.Writer, title string) {
	found, err := readers.List(ctx)
	if err != nil {
		return
	}
	fmt.Fprintln(w, title)
	for _, r := range found {
		fmt.Fprintf(w, "    %s\n", terminal.Printable(r.Name))
	}
	fmt.Fprintln(w)
}

// readTime bounds the reading of a card. The slowest takes well under a minute.
const readTime = 2 * time.Minute

// errSlow ends a reading that takes longer than readTime.
var errSlow = fmt.Errorf("not read within %v: %w", readTime, card.ErrUnresponsive)

// reading reads a document over a transport: a card in a reader or a replay.
type reading struct {
	card     card.Transmitter
	atr      []byte
	rand     io.Reader
	password password
	maxLe    int                 // of an earlier reading, see cnie.Access; 0 when nothing is known
	wants    func(lds.File) bool // of the files that the card may have
	progress *progress
	words    words
}

// contents is what was read, as far as it went.
type contents struct {
	document cnie.Document
	proof    cnie.Proof
	maxLe    int // that card and reader took (cnie.Card.MaxLe)
	files    map[lds.File][]byte
}

// wipe overwrites the files.
func (c contents) wipe() {
	for _, content := range c.files {
		clear(content)
	}
}

// run reads EF.SOD, has the chip prove its key, and reads the rest under the new
// keys, if there are any. A document without a proof of its chip is read too:
// contents.proof says so.
func (r *reading) run(ctx context.Context) (read contents, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, readTime, errSlow)
	defer cancel()
	defer r.progress.end()
	r.progress.enter(r.words.opening)
	access := cnie.Access{
		Password: r.password.pace, BAC: r.password.bac, ATR: r.atr, Rand: r.rand, MaxLe: r.maxLe,
		// A chip with this mapping may have no other proof of its key.
		Preference: pace.Preference{ChipAuthentication: true},
	}
	maxLe, err := cnie.Use(ctx, r.progress.count(r.card), access, func(document *cnie.Card) error {
		read.wipe() // of a first attempt with too large a length
		read = contents{files: map[lds.File][]byte{}}
		r.progress.enter(r.words.reading)
		g := gathering{reading: r, document: document, files: read.files}
		err := g.all(ctx)
		read.document, _ = document.Document()
		read.proof = document.Proof()
		return err
	})
	read.maxLe = maxLe
	return read, r.withoutPACE(ctx, err)
}

// withoutPACE names the failure of a travel document from before PACE: it has no
// EF.CardAccess, and its application can be selected in clear. That is how Basic
// Access Control begins; nothing more of it is done here.
func (r *reading) withoutPACE(ctx context.Context, err error) error {
	_, refused := errors.AsType[*card.StatusError](err)
	if r.password.pace == nil || !refused || !errors.Is(err, cnie.ErrUnknownCard) {
		return err
	}
	application := card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}}
	if answer, failed := card.Send(ctx, r.card, application); failed != nil || answer.Err("select application") != nil {
		return err
	}
	return problem.Wrap(problem.PACEMissing, err)
}

// wantsIdentity is what the claims are made of.
func wantsIdentity(f lds.File) bool { return f == lds.DG1 || f == lds.DG11 }

// wantsAll stands for every file; DG3 and DG4 are never asked for, whoever wants
// them.
func wantsAll(lds.File) bool { return true }
