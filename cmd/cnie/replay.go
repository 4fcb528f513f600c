package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"cnie.example/card/transcript"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
)

type replayCommand struct {
	terminal.LanguageFlag
	passwordFlags
	File string `arg:"" type:"path" help:"Transcript that “cnie trace” has written."`
	JSON bool   `name:"json" help:"Print one JSON object."`
}

// Help tells what can be played.
func (replayCommand) Help() string {
	return `Shows the steps of a transcript. A full one (“cnie trace --unsafe-full”) is then played to the code that reads cards, in
the place of a card: every command has to be the one of the transcript, byte for byte. That needs the CAN or MRZ of the
card. A redacted one cannot be decrypted and so not be played: it is checked that kind of card, answer to reset,
flow, comments, commands and answers are what “cnie trace” leaves in. The words of the reader's name are not checked,
nor what lengths and times may tell; and comments of your own are refused.

No reader and no card are needed. Exit status: 0 played or in form, 1 not.`
}

// replayView is what is shown of a replay.
type replayView struct {
	Content  string     `json:"content"` // full or redacted
	Document string     `json:"document,omitempty"`
	Flow     string     `json:"flow,omitempty"`
	Reader   string     `json:"reader,omitempty"`
	ATR      string     `json:"atr,omitempty"`
	Steps    []stepView `json:"steps"`
	Played   int        `json:"played"`            // exchanges that the reading code repeated
	Outcome  string     `json:"outcome,omitempty"` // of a reading that was played whole: read, or the name of a problem
	OK       bool       `json:"ok"`
	Error    string     `json:"error,omitempty"`
}

// stepView is one exchange.
type stepView struct {
	Name     string  `json:"name"`
	Sent     int     `json:"sent"`             // bytes
	Received int     `json:"received"`         // bytes
	Status   string  `json:"status,omitempty"` // status word, or what came in its place
	MS       float64 `json:"ms,omitempty"`
}

// Run shows the transcript and plays it.
func (c *replayCommand) Run(ctx context.Context, s cli.Streams) error {
	text, err := readText(c.File)
	defer clear(text)
	if err != nil {
		return err
	}
	t, err := transcript.Parse(text)
	if err != nil {
		return err
	}
	defer t.Wipe()
	view := viewOf(t)
	if t.Redacted {
		err = transcript.CheckText(text, public())
	} else {
		err = c.play(ctx, t, view, s.Err)
	}
	if view.OK = err == nil; err != nil {
		view.Error = err.Error()
	}
	if c.JSON {
		err = json.NewEncoder(s.Out).Encode(view)
	} else {
		err = view.write(s.Out, traceWordsIn(c.Tag()))
	}
	if err == nil && !view.OK {
		return &cli.StatusError{Status: cli.ExitFailed}
	}
	return err
}

func readText(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, transcript.MaxSize+1))
}

// play reads the document of a full transcript again. It fails where the
// reading leaves the transcript. A reading that ends in the failure that the
// transcript holds was played.
func (c *replayCommand) play(ctx context.Context, t transcript.Transcript, v *replayView, w io.Writer) error {
	wants, ok := flow(t.Flow)
	if !ok {
		return fmt.Errorf("flow %q is not known here", terminal.Printable(t.Flow))
	}
	player, err := transcript.NewReplayer(t)
	if err != nil {
		return err
	}
	password, err := c.password(ctx, os.Stdin, w, c.Tag())
	if err != nil {
		return err
	}
	defer password.wipe()
	atr, _ := t.ATR.Complete()
	text := wordsIn(c.Tag())
	r := reading{
		card: player, atr: atr, rand: player.Random(), password: password,
		wants: wants, progress: newProgress(io.Discard, text), words: text,
	}
	read, err := r.run(ctx)
	read.wipe()
	v.Played, _ = player.Played()
	switch order := player.Done(); {
	case order != nil && err != nil && !errors.Is(err, transcript.ErrOrder):
		return fmt.Errorf("%w (%w)", order, err)
	case order != nil:
		return order
	}
	if v.Outcome = outcomeRead; err != nil {
		v.Outcome = string(problemOf(err))
	}
	return nil
}

// outcomeRead is the Outcome of a reading without a failure.
const outcomeRead = "read"

func viewOf(t transcript.Transcript) *replayView {
	v := &replayView{
		Content: "full", Document: t.Document, Flow: t.Flow, Reader: t.Reader, ATR: t.ATR.String(), Steps: []stepView{},
	}
	if t.Redacted {
		v.Content = "redacted"
	}
	for _, x := range t.Exchanges() {
		step := stepView{
			Name: x.Name(), Sent: x.Command.Len(), Received: x.Response.Len(),
			Status: string(x.Failure), MS: float64(x.Took.Microseconds()) / 1000,
		}
		if status, ok := x.Status(); ok {
			step.Status = status.String()
		}
		v.Steps = append(v.Steps, step)
	}
	return v
}

func (v *replayView) write(w io.Writer, text traceWords) error {
	for _, line := range []struct{ name, value string }{
		{text.document, v.Document}, {text.reader, v.Reader}, {text.atr, v.ATR}, {text.flow, v.Flow},
	} {
		if line.value != "" {
			fmt.Fprintf(w, "%s: %s\n", line.name, terminal.Printable(line.value))
		}
	}
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, text.columns)
	for i, s := range v.Steps {
		fmt.Fprintf(table, "%d\t%s\t%d\t%d\t%s\t%.1f\n", i+1, s.Name, s.Sent, s.Received, s.Status, s.MS)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	switch {
	case v.Content == "redacted" && v.OK:
		fmt.Fprintf(w, text.redacted+"\n", terminal.Printable(cmp.Or(v.Reader, "-")))
	case v.Content == "redacted":
		fmt.Fprintf(w, text.leaky+"\n", v.Error)
	case v.OK:
		fmt.Fprintf(w, text.played+"\n", v.Played, v.Outcome)
	default:
		fmt.Fprintf(w, text.left+"\n", v.Played, len(v.Steps), terminal.Printable(v.Error))
	}
	return nil
}
