package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/cmd/internal/cli"
	"cnie.example/pcsc/pcscd"
)

type cardRunCommand struct {
	profileFlag
	chipFlags
	keysFlag
	JSON bool `name:"json" help:"Print one JSON object as the first line, and one for every card removed and put back."`
}

// putBack is how long the card stays away after a fault took it out: longer
// than pcscd takes to see that it has gone.
const putBack = time.Second

// cardRunReport tells what runs and how to reach it.
type cardRunReport struct {
	Lab     bool     `json:"lab"` // always true
	Reader  string   `json:"reader"`
	Socket  string   `json:"socket,omitempty"` // value of PCSCLITE_CSOCK_NAME for other programs; absent: the system's pcscd
	CAN     string   `json:"can,omitempty"`
	PIN     string   `json:"pin,omitempty"`
	PUK     string   `json:"puk,omitempty"`
	MRZ     string   `json:"mrz"` // information that MRZ passwords are made of
	Faults  []string `json:"faults"`
	Latency string   `json:"latency"`
}

// cardRunEvent tells that the card was taken out or put back.
type cardRunEvent struct {
	Event string `json:"event"` // removed or inserted
}

// Run serves the card until it is interrupted.
func (c *cardRunCommand) Run(ctx context.Context, s cli.Streams) error {
	if err := c.serve(ctx, s); err != nil {
		return &cli.StatusError{Status: exitCouldNotRun, Err: err}
	}
	return nil
}

func (c *cardRunCommand) serve(ctx context.Context, s cli.Streams) error {
	profile, chip, err := c.card(s.Err)
	if err != nil {
		return err
	}
	reader, err := lab.OpenReader(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	ctx, remove := context.WithCancel(ctx)
	defer remove()
	removed, err := reader.Insert(ctx, chip)
	if err != nil {
		return err
	}
	if err := c.announce(s.Out, profile, reader); err != nil {
		return err
	}
	for {
		cause := <-removed
		if ctx.Err() != nil {
			return nil
		}
		if cause == nil {
			return fmt.Errorf("pcscd has closed the reader %q", reader.Name)
		}
		if err := c.tell(s.Out, "removed"); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(putBack):
		}
		if removed, err = reader.Insert(ctx, chip); err != nil {
			return err
		}
		if err := c.tell(s.Out, "inserted"); err != nil {
			return err
		}
	}
}

// card makes the card, with the faults of profile and command line.
func (c *cardRunCommand) card(w io.Writer) (issuer.Profile, *vcard.Card, error) {
	profile, err := c.read()
	if err != nil {
		return profile, nil, err
	}
	if err := c.add(&profile); err != nil {
		return profile, nil, err
	}
	keys, err := c.keys(w)
	if err != nil {
		return profile, nil, err
	}
	chip, err := keys.Card(profile, vcard.Latency(c.Latency), rand.Reader)
	return profile, chip, err
}

func (c *cardRunCommand) announce(w io.Writer, p issuer.Profile, reader *lab.Reader) error {
	information, err := p.Information()
	if err != nil {
		return err
	}
	r := cardRunReport{
		Lab: true, Reader: reader.Name, Socket: reader.Socket, CAN: p.CAN, PIN: p.PIN, PUK: p.PUK, MRZ: string(information),
		Faults: append([]string{}, p.Faults...), Latency: c.Latency.String(),
	}
	if c.JSON {
		return json.NewEncoder(w).Encode(r)
	}
	return r.write(w)
}

// write is the report for people.
func (r cardRunReport) write(w io.Writer) error {
	fmt.Fprintf(w, "LABORATORY: a virtual card of a person who does not exist.\n\n  Reader   %s\n", r.Reader)
	for _, x := range [][2]string{{"CAN", r.CAN}, {"PIN", r.PIN}, {"PUK", r.PUK}, {"MRZ", r.MRZ}} {
		if x[1] != "" {
			fmt.Fprintf(w, "  %-8s %s\n", x[0], x[1])
		}
	}
	for _, f := range r.Faults {
		fmt.Fprintf(w, "  Fault    %s\n", f)
	}
	fmt.Fprintf(w, "  Latency  %s\n\n", r.Latency)
	if r.Socket != "" {
		fmt.Fprintf(w, "The reader is one of a private pcscd. Programs of this user find it by\n\n  export %s=%s\n\n", pcscd.SocketVariable, r.Socket)
	}
	_, err := fmt.Fprintf(w, "Ctrl-C takes the card out and ends.\n")
	return err
}

// tell prints an event.
func (c *cardRunCommand) tell(w io.Writer, event string) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(cardRunEvent{event})
	}
	_, err := fmt.Fprintf(w, "%s card %s\n", time.Now().Format(time.TimeOnly), event)
	return err
}
