package pinpad

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"cnie.example/card"
)

// scripted is a reader whose answers a test sets, by control code.
type scripted struct {
	answers map[uint32][]byte
	err     error
	code    uint32 // of the last command
	sent    []byte // a copy of the last command
	kept    []byte // the last command itself
}

func (s *scripted) Control(_ context.Context, code uint32, in []byte) ([]byte, error) {
	s.code, s.sent, s.kept = code, bytes.Clone(in), in
	if s.err != nil {
		return nil, s.err
	}
	answer, ok := s.answers[code]
	if !ok {
		return nil, errors.New("unknown control code")
	}
	return answer, nil
}

// Control codes that the scripted reader gives its features.
const (
	verifyCode     = 0x42330006
	modifyCode     = 0x42330007
	propertiesCode = 0x42330012
	paceCode       = 0x42330020
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// newPad opens a reader that has every feature and gives this answer to each.
func newPad(t *testing.T, answer string) (*Pad, *scripted) {
	t.Helper()
	s := &scripted{answers: map[uint32][]byte{
		ControlCode(featureRequest): unhex(t, "06 04 42330006 07 04 42330007 12 04 42330012 20 04 42330020"),
	}}
	for _, code := range []uint32{verifyCode, modifyCode, propertiesCode, paceCode} {
		s.answers[code] = unhex(t, answer)
	}
	p, err := Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

// Would catch: a reader without keys taken for one that has them, or a reader
// that has gone taken for one without keys.
func TestOpenTellsReadersApart(t *testing.T) {
	feature := ControlCode(featureRequest)
	for name, test := range map[string]struct {
		reader *scripted
		want   error
	}{
		"question unknown":  {&scripted{}, ErrNoPad},
		"card not asked":    {&scripted{err: card.ErrUnresponsive}, ErrNoPad},
		"no features":       {&scripted{answers: map[uint32][]byte{feature: nil}}, ErrNoPad},
		"properties only":   {&scripted{answers: map[uint32][]byte{feature: unhex(t, "12 04 42330012")}}, ErrNoPad},
		"list cut short":    {&scripted{answers: map[uint32][]byte{feature: unhex(t, "06 04 423300")}}, ErrAnswer},
		"reader unplugged":  {&scripted{err: card.ErrNoReader}, card.ErrNoReader},
		"card removed":      {&scripted{err: card.ErrRemoved}, card.ErrRemoved},
		"card reset":        {&scripted{err: card.ErrReset}, card.ErrReset},
		"service gone":      {&scripted{err: card.ErrNoService}, card.ErrNoService},
		"caller gave up":    {&scripted{err: context.Canceled}, context.Canceled},
		"deadline was over": {&scripted{err: context.DeadlineExceeded}, context.DeadlineExceeded},
	} {
		if _, err := Open(t.Context(), test.reader); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		} else if test.want != ErrNoPad && errors.Is(err, ErrNoPad) {
			t.Errorf("%s: also no pad: %v", name, err)
		}
	}
}

// Would catch: a feature used that the reader does not offer.
func TestFeatureThatIsNotOffered(t *testing.T) {
	p, s := newPad(t, "9000")
	p.features = Features{VerifyPINDirect: verifyCode}
	pin := PIN{Format: ASCII(0xFF), Min: 4, Max: 8}
	_, capabilities := p.PACECapabilities(t.Context())
	_, properties := p.Properties(t.Context())
	for name, err := range map[string]error{
		"modify": p.Modify(t.Context(), pin, true), "PACE": capabilities, "properties": properties,
	} {
		if !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s.code != ControlCode(featureRequest) {
		t.Errorf("code %X was used", s.code)
	}
}

// Would catch: properties read in the wrong byte order, a text taken for a
// number, a property that is not told taken for zero.
func TestProperties(t *testing.T) {
	p, _ := newPad(t, "06 01 04 07 01 0C 08 03 312E30 0A 04 00000100 0B 02 4612 C3 00")
	got, err := p.Properties(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[Property]uint32{MinPINSize: 4, MaxPINSize: 12, MaxAPDUDataSize: 0x10000, VendorID: 0x1246} {
		if n, ok := got.Number(tag); !ok || n != want {
			t.Errorf("property %d is %X, %v", tag, n, ok)
		}
	}
	if string(got[FirmwareID]) != "1.0" {
		t.Errorf("firmware %q", got[FirmwareID])
	}
	for _, tag := range []Property{FirmwareID, LCDMaxLines, 0xC3} {
		if n, ok := got.Number(tag); ok {
			t.Errorf("property %d is the number %X", tag, n)
		}
	}
}
