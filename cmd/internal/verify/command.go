package verify

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/record"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
	"cnie.example/cmd/internal/trust"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// exitCouldNotRun is the status of a check without a verdict.
const exitCouldNotRun = 2

// Command checks the files of a document again.
type Command struct {
	terminal.LanguageFlag
	Dir     string   `arg:"" type:"path" help:"Directory that “cnie read --out” has written, with record.jws or without."`
	Anchors []string `type:"path" sep:"none" placeholder:"PATH" help:"Certificates of country signing authorities (CSCA) and revocation lists: files, directories, or a trust directory (“cnie trust import”). May be given several times."`
	Keys    string   `type:"path" placeholder:"FILE" help:"Keys of the provider that signed record.jws, as it publishes them (JWKS)."`
	JSON    bool     `name:"json" help:"Print one JSON object."`

	Lab bool `kong:"-"` // for documents of a laboratory: set by its program, not on the command line
}

// Help tells what files can show and what not.
func (Command) Help() string {
	return `Checks the files of a document again, without the card: the signature of the state, the certificates above it, the
revocation lists, the hash of each file, what the files say of each other; and with record.jws, the evidence record of a
login, that a key of --keys signed it and that it is about this document. Each check is good, bad, or could not be made,
with the reason.

What decides is the day of the login when a record says it under a good signature, otherwise today. Files cannot show
that the chip was there: whoever has them can copy them.

Without --anchors nothing vouches for the signature, as anybody can sign for himself. The files may still be found bad.

Exit status: 0 good; 1 bad; 2 nothing bad was found but nothing vouches for the document, the directory could not be
read, or wrong command line.`
}

// Run checks the directory.
func (c *Command) Run(_ context.Context, s cli.Streams) error {
	report, err := c.check(time.Now())
	if err == nil {
		if c.JSON {
			err = json.NewEncoder(s.Out).Encode(report)
		} else {
			if c.Lab {
				fmt.Fprintf(s.Out, "%s\n\n", wordsIn(c.Tag()).laboratory)
			}
			err = writeVerdict(s.Out, report, wordsIn(c.Tag()), c.Tag())
		}
	}
	switch {
	case err != nil:
		return trust.Explain(s.Err, err, c.Tag(), exitCouldNotRun)
	case report.Verdict == record.Bad:
		return &cli.StatusError{Status: cli.ExitFailed}
	case report.Verdict != record.Good:
		return &cli.StatusError{Status: exitCouldNotRun}
	}
	return nil
}

func (c *Command) check(now time.Time) (*record.Report, error) {
	options := record.CheckOptions{Now: now}
	var err error
	if len(c.Anchors) > 0 {
		if options.Trust, err = csca.Load(c.Anchors, certificate.Options{Lab: c.Lab}, now); err != nil {
			return nil, err
		}
	}
	if c.Keys != "" {
		content, err := trust.ReadFile(c.Keys, record.MaxKeys)
		if err != nil {
			return nil, err
		}
		if options.Keys, err = record.ReadKeys(content); err != nil {
			return nil, &trust.FileError{Path: c.Keys, Err: err}
		}
	}
	dir, err := os.OpenRoot(c.Dir)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return record.Check(dir.FS(), options)
}

// writeVerdict writes the checks, those that decide first, and the verdict.
func writeVerdict(w io.Writer, r *record.Report, text words, tag language.Tag) error {
	var b strings.Builder
	table := terminal.Table{}
	for _, item := range r.Items {
		table.Row(text.result(item), fmt.Sprintf("%s (%s)", text.item(item.Name), item.Name))
		if item.Reason != "" {
			table.Row("", text.reason(item.Reason, tag))
		}
		if item.Detail != "" {
			table.Row("", item.Detail)
		}
	}
	table.Write(&b)
	fmt.Fprintln(&b)
	terminal.Paragraph(&b, 0, fmt.Sprintf(text.at, terminal.Day(r.At, tag)))
	terminal.Paragraph(&b, 0, text.verdicts[r.Verdict])
	_, err := io.WriteString(w, b.String())
	return err
}

// result names what came out of a check. One that says nothing against the
// evidence stands apart.
func (w words) result(item record.Item) string {
	if item.Informative && item.Result == record.Bad {
		return w.today
	}
	return w.results[item.Result]
}

// item tells what was checked. Names of single files are made of the name of the
// file and the kind of the check.
func (w words) item(name string) string {
	if text, ok := w.items[name]; ok {
		return text
	}
	for _, kind := range w.kinds {
		if file, ok := strings.CutSuffix(name, kind.suffix); ok {
			file, ofRecord := strings.CutPrefix(file, "record_")
			if ofRecord {
				return fmt.Sprintf(w.recorded, strings.ToUpper(file))
			}
			return fmt.Sprintf(kind.text, strings.ToUpper(file))
		}
	}
	return name
}

// reason tells why a check is not good. Refusals have their words in the
// catalogue.
func (w words) reason(r record.Reason, tag language.Tag) string {
	if text, ok := w.reasons[r]; ok {
		return text
	}
	if name := problem.Name(r); name.Known() {
		return name.Text(tag).Title
	}
	return cmp.Or(trust.Reason(string(r), tag), string(r))
}
