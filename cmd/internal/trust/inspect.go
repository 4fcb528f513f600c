package trust

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
)

type inspectCommand struct {
	terminal.LanguageFlag
	File string   `arg:"" type:"path" help:"Master list (.ml), certificate, PEM bundle or revocation list (CRL)."`
	Root []string `type:"path" sep:"none" placeholder:"FILE" help:"Certificate of the authority that the publisher of the list answers to. May be given several times."`
	JSON bool     `name:"json" help:"Print one JSON object."`
}

// Help tells what is verified against what.
func (inspectCommand) Help() string {
	return `Of a master list: the certificates by country, with their number, the day the newest begins, how many are written
otherwise than the standards ask, and the algorithms of keys and signatures. Each certificate is verified against the
others of the list; those whose issuer is not there, or did not sign, are named with the reason. RSA keys of any size and
SHA-1 are computed here and counted: what of them is good enough for a document is decided where documents are judged.

Without --root the signature of a list is not verified, and anybody may have written it. Of certificates and revocation
lists --root says under which authorities they have to be.

Exit status: 0 read, and with --root verified under one of them; 1 not verified, or the file is bad; 2 wrong command line.`
}

// inspected is what is known of a file: as JSON for programs, as text for people.
type inspected interface {
	write(w io.Writer, text words) error
	trusted() bool // under the roots
}

// Run shows the file.
func (c *inspectCommand) Run(_ context.Context, s cli.Streams) error {
	roots, err := readRoots(c.Root)
	if err != nil {
		return Explain(s.Err, err, c.Tag(), cli.ExitFailed)
	}
	view, err := inspect(c.File, roots, time.Now())
	if err != nil {
		return Explain(s.Err, err, c.Tag(), cli.ExitFailed)
	}
	if c.JSON {
		err = json.NewEncoder(s.Out).Encode(view)
	} else {
		err = view.write(s.Out, wordsIn(c.Tag()))
	}
	if err == nil && len(roots) > 0 && !view.trusted() {
		return &cli.StatusError{Status: cli.ExitFailed}
	}
	return err
}

// inspect reads a file and finds out what there is to say about it.
func inspect(path string, roots []*certificate.Certificate, now time.Time) (inspected, error) {
	f, err := readFile(path, certificate.Options{})
	if err != nil {
		return nil, err
	}
	if f.kind == kindMasterList {
		return inspectList(f, roots, now), nil
	}
	return inspectFile(f, roots, now)
}

// readRoots reads the certificates of --root.
func readRoots(paths []string) (roots []*certificate.Certificate, err error) {
	for _, path := range paths {
		f, err := readFile(path, certificate.Options{})
		if err != nil {
			return nil, err
		}
		if len(f.certificates) == 0 || len(f.revocations) > 0 {
			return nil, &FileError{Path: path, Err: errRootKind}
		}
		roots = append(roots, f.certificates...)
	}
	return roots, nil
}
