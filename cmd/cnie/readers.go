package main

import (
	"context"
	"encoding/json"
	"fmt"

	"cnie.example/card/cnie"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/readers"
)

type readersCommand struct {
	languageFlag
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
		return explain(s.Err, err, c.tag())
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
		fmt.Fprintf(s.Out, "%s\n    %s\n", v.Name, v.state())
	}
	return nil
}

func (v readerView) state() string {
	switch {
	case !v.Card:
		return "no card"
	case v.Document != "":
		return fmt.Sprintf("%s, %s side%s", v.Document, v.Side, v.use())
	}
	return fmt.Sprintf("card with answer to reset %s%s", v.ATR, v.use())
}

func (v readerView) use() string {
	if v.InUse {
		return ", in use by another program"
	}
	return ""
}
