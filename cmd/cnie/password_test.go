package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"cnie.example/cmd/internal/cli"
	"cnie.example/web/language"
)

// Catches a line that is read past its end, one that is cut down to a CAN, and
// spaces or the line ends of other systems that are taken for digits.
func TestCAN(t *testing.T) {
	for in, want := range map[string]struct{ can, rest string }{
		"574139\n":              {can: "574139"},
		"574139":                {can: "574139"},
		" 574 139\r\nrest":      {can: "574139", rest: "rest"},
		"":                      {},
		"\nrest":                {rest: "rest"},
		"574139           7\nx": {can: "574139           ", rest: "7\nx"},
	} {
		input, prompt := strings.NewReader(in), &strings.Builder{}
		got, err := cli.Ask(t.Context(), input, prompt, wordsIn(language.English).askCAN, maxCAN)
		got = digits(got)
		rest, _ := io.ReadAll(input)
		if err != nil || string(got) != want.can || string(rest) != want.rest {
			t.Errorf("%q: %q, %v, left %q", in, got, err, rest)
		}
		if !strings.Contains(prompt.String(), "CAN") || strings.Contains(prompt.String(), "5") {
			t.Errorf("%q: prompt %q", in, prompt)
		}
	}
}

// Catches a prompt that an interrupt does not end.
func TestCANInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, never := io.Pipe()
	defer never.Close()
	if _, err := (&passwordFlags{CAN: "-"}).password(ctx, in, io.Discard, language.English); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Catches dates that are taken the wrong way round, and ones that are none and
// taken all the same.
func TestZoneDate(t *testing.T) {
	for in, want := range map[string]string{
		"900713": "900713", "1990-07-13": "900713", "13/07/1990": "900713", "13.07.1990": "900713", " 13 07 1990\r": "900713",
		"07/13/1990": "", "1990-02-30": "", "13 juillet 1990": "", "13071990": "", "": "",
	} {
		got, err := zoneDate([]byte(in))
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}
