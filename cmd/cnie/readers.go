package main

import (
	"context"
	"encoding/json"
	"fmt"

	"cnie.example/card/cnie"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/readers"
	"cnie.example/cmd/internal/terminal"
)

type readersCommand struct {
	terminal.LanguageFlag
	JSON bool `name:"json" help:"Print one JSON object."`
}

// readerView is a reader as it is shown.
type readerView struct {
	Name     string `json:"name"`
	Card     bool   `json:"card"`
	InUse    bool   `json:"in_use"`
	ATR      string `json:"atr,omitempty"`
	Document string `json:"document,omitempty"` // when the answer to reset is known
	Side     string `json:"interface,omitempty"`
}

// Run lists the readers.
func (c *readersCommand) Run(ctx context.Context, s cli.Streams) error {
	found, err := readers.List(ctx)
	if err != nil {
		return explain(s.Err, err, c.Tag())
	}
	views := make([]readerView, len(found))
	for i, r := range found {
		views[i] = readerView{Name: r.Name, Card: r.Present, InUse: r.InUse, ATR: fmt.Sprintf("%X", r.ATR)}
		if d, ok := cnie.Recognise(r.ATR); ok {
			views[i].Document, views[i].Side = d.Name, string(d.Interface)
		}
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(map[string]any{"readers": views})
	}
	for _, v := range views {
		fmt.Fprintf(s.Out, "%s\n    %s\n", terminal.Printable(v.Name), v.state(wordsIn(c.Tag())))
	}
	return nil
}

func (v readerView) state(w words) string {
	state := w.noCard
	switch {
	case v.Document != "":
		side := map[string]string{string(cnie.Contact): w.contact, string(cnie.Contactless): w.contactless}[v.Side]
		state = fmt.Sprintf(w.side, w.kind(v.Document), side)
	case v.Card:
		state = fmt.Sprintf(w.otherCard, v.ATR)
	}
	if v.InUse {
		state += w.inUse
	}
	return state
}
