// Package doctor finds what keeps a machine from reading cards: in the program,
// in the PC/SC service, in drivers and devices, in the readers and at the card.
//
// It only looks. It reads files, asks the service for its version and for its
// readers, and connects to no card, so that it disturbs no other program. It
// mends nothing: each Finding says what is wrong and what a person can do.
//
// The checks see the machine through Machine alone, so that each of them can be
// shown a machine with that fault. Those of service, drivers and devices know
// Linux; elsewhere only what PC/SC itself tells is looked at.
package doctor

import (
	"context"
	"errors"
	"io/fs"
	"net"

	"cnie.example/card"
)

// Machine is what is examined.
type Machine struct {
	OS    string // as runtime.GOOS
	Files fs.FS  // from the root of the file system
	Env   func(name string) string
	// WithoutPCSC is set when the program was built without PC/SC.
	WithoutPCSC bool
	// Dial connects to a Unix socket.
	Dial func(ctx context.Context, path string) (net.Conn, error)
	// Readers asks the PC/SC service for its readers. Its errors are those of
	// package card.
	Readers func(ctx context.Context) ([]Reader, error)
	// MaxLe recalls the length in bytes of a read that an earlier reading found
	// to work with a card in a reader; 0 when it found none smaller than the
	// largest.
	MaxLe func(reader string, atr []byte) int
}

// Reader is a reader as the service sees it.
type Reader struct {
	Name    string
	Present bool // a card is in the reader or on its antenna
	Mute    bool // the card does not answer
	InUse   bool // another program is connected to the card
	ATR     []byte
}

// Report is what was found.
type Report struct {
	// Checks are the names of the checks, in the order in which they were made.
	Checks   []string
	Findings []Finding
	// Protocol is the version that the service of pcsc-lite speaks, such as
	// "4:4"; empty when it was not asked or did not tell.
	Protocol string
	Readers  []Reader
}

// examination is the work in progress: what is known so far, for later checks.
type examination struct {
	*Machine
	report     Report
	socket     string // path of the socket of pcsc-lite
	serving    bool   // something listens there and speaks the protocol
	serviceErr error  // of asking for the readers; nil while they were not asked for
	devices    []device
}

// check is one of the checks. Its name is part of the output.
type check struct {
	name  string
	linux bool // knows Linux only
	run   func(*examination, context.Context) error
}

// checks are in the order of a chain: what is broken early explains what fails
// later.
func checks() []check {
	return []check{
		{"build", false, (*examination).checkBuild},
		{"socket", true, (*examination).checkSocketVariable},
		{"service", true, (*examination).checkService},
		{"pcsc", false, (*examination).checkPCSC},
		{"drivers", true, (*examination).checkDrivers},
		{"readers", false, (*examination).checkReaders},
		{"contactless", false, (*examination).checkContactless},
		{"length", false, (*examination).checkLength},
		{"card", false, (*examination).checkCards},
	}
}

// Examine makes all checks. It fails only when ctx ends before they are made;
// whatever is wrong with the machine is a Finding.
func Examine(ctx context.Context, m Machine) (Report, error) {
	x := &examination{Machine: &m}
	for _, c := range checks() {
		if c.linux && m.OS != "linux" {
			continue
		}
		if err := c.run(x, ctx); err != nil {
			return x.report, err
		}
		if err := context.Cause(ctx); err != nil {
			return x.report, err
		}
		x.report.Checks = append(x.report.Checks, c.name)
	}
	return x.report, nil
}

func (x *examination) found(name Name, detail string) {
	x.report.Findings = append(x.report.Findings, Finding{name, detail})
}

// has says whether one of the findings was made.
func (x *examination) has(names ...Name) bool {
	for _, f := range x.report.Findings {
		for _, name := range names {
			if f.Name == name {
				return true
			}
		}
	}
	return false
}

// checkBuild looks at the program itself.
func (x *examination) checkBuild(context.Context) error {
	if x.WithoutPCSC {
		x.found(BuiltWithoutPCSC, "")
	}
	return nil
}

// checkPCSC asks the service for its readers.
func (x *examination) checkPCSC(ctx context.Context) error {
	if x.WithoutPCSC {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	x.report.Readers, x.serviceErr = x.Readers(ctx)
	switch err := x.serviceErr; {
	case err == nil, errors.Is(err, card.ErrNoReader):
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		x.found(ServiceSilent, "")
	case x.serving:
		x.found(ProtocolMismatch, x.sandboxed(x.report.Protocol))
	case len(x.report.Findings) == 0: // else the cause was found before
		x.found(NoService, err.Error())
	}
	return nil
}
