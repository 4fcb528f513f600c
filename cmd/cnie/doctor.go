package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"cnie.example/cmd/cnie/internal/doctor"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/readers"
	"cnie.example/cmd/internal/terminal"
	"cnie.example/web/language"
)

// exitCouldNotRun is the status of an examination that did not come to its end.
const exitCouldNotRun = 2

type doctorCommand struct {
	terminal.LanguageFlag
	JSON bool `name:"json" help:"Print one JSON object, with the texts in both languages."`
}

// Help tells what is looked at.
func (doctorCommand) Help() string {
	return `Looks at the program, the smart card service and its permissions, drivers, USB readers, the antenna, readers with known
faults, and the card. It changes nothing and connects to no card.

Exit status: 0 nothing found, 1 something found, 2 could not run.`
}

// doctorView is what is printed as JSON.
type doctorView struct {
	Checks   []string      `json:"checks"`
	Protocol string        `json:"protocol,omitempty"` // of pcsc-lite
	Readers  []string      `json:"readers"`
	Findings []findingView `json:"findings"`
}

type findingView struct {
	Name   doctor.Name         `json:"name"`
	Detail string              `json:"detail,omitempty"`
	Text   map[string]textView `json:"text"` // by language
}

type textView struct {
	Title  string `json:"title"`
	Cause  string `json:"cause"`
	Remedy string `json:"remedy"`
}

// Run examines the machine.
func (c *doctorCommand) Run(ctx context.Context, s cli.Streams) error {
	report, err := doctor.Examine(ctx, thisMachine())
	if err == nil {
		if c.JSON {
			err = json.NewEncoder(s.Out).Encode(doctorViewOf(report))
		} else {
			err = writeReport(s.Out, report, c.Tag())
		}
	}
	switch {
	case err != nil:
		return &cli.StatusError{Status: exitCouldNotRun, Err: err}
	case len(report.Findings) > 0:
		return &cli.StatusError{Status: cli.ExitFailed}
	}
	return nil
}

// thisMachine is the machine that the program runs on.
func thisMachine() doctor.Machine {
	lengths := loadLengths(lengthsPath(), time.Now())
	return doctor.Machine{
		OS: runtime.GOOS, Files: os.DirFS("/"), Env: os.Getenv, WithoutPCSC: builtWithoutPCSC(),
		Dial: func(ctx context.Context, path string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
		Readers: func(ctx context.Context) ([]doctor.Reader, error) {
			found, err := readers.List(ctx)
			list := make([]doctor.Reader, len(found))
			for i, r := range found {
				list[i] = doctor.Reader{Name: r.Name, Present: r.Present, Mute: r.Mute, InUse: r.InUse, ATR: r.ATR}
			}
			return list, err
		},
		MaxLe: lengths.recall,
	}
}

// builtWithoutPCSC looks at how the program was built: outside of Windows PC/SC
// needs cgo.
func builtWithoutPCSC() bool {
	info, ok := debug.ReadBuildInfo()
	if !ok || runtime.GOOS == "windows" {
		return false
	}
	for _, setting := range info.Settings {
		if setting.Key == "CGO_ENABLED" {
			return setting.Value == "0"
		}
	}
	return false
}

func doctorViewOf(report doctor.Report) doctorView {
	v := doctorView{Checks: report.Checks, Protocol: report.Protocol, Readers: []string{}, Findings: []findingView{}}
	for _, r := range report.Readers {
		v.Readers = append(v.Readers, r.Name)
	}
	for _, f := range report.Findings {
		v.Findings = append(v.Findings, findingView{f.Name, f.Detail, map[string]textView{
			"fr": textView(f.Text(language.French)), "en": textView(f.Text(language.English)),
		}})
	}
	return v
}

func writeReport(w io.Writer, report doctor.Report, tag language.Tag) error {
	text := wordsIn(tag)
	var b strings.Builder
	for _, r := range report.Readers {
		fmt.Fprintf(&b, text.seesReader+"\n", terminal.Printable(r.Name))
	}
	for _, f := range report.Findings {
		t := f.Text(tag)
		fmt.Fprintf(&b, "\n%s [%s]\n", t.Title, f.Name)
		if f.Detail != "" {
			fmt.Fprintf(&b, "    %s\n", terminal.Printable(f.Detail))
		}
		fmt.Fprintf(&b, "%s\n%s\n", t.Cause, t.Remedy)
	}
	if len(report.Findings) == 0 {
		fmt.Fprintf(&b, text.healthy+"\n", len(report.Checks))
	}
	_, err := io.WriteString(w, strings.TrimLeft(b.String(), "\n"))
	return err
}
