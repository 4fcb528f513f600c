package vcard

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Would catch: a fault that is read wrong, and text that passes for one.
func TestParseFault(t *testing.T) {
	for text, want := range map[string]Fault{
		"cut@7": {Kind: Cut, APDU: 7}, "late@1=1.5s": {Kind: Late, APDU: 1, Delay: 1500 * time.Millisecond},
		"status@12=6A82": {Kind: WrongStatus, APDU: 12, Status: 0x6A82}, "length@3": {Kind: WrongLength, APDU: 3},
		"mac@65535": {Kind: WrongMAC, APDU: 65535}, "clone": {Kind: Clone}, "keep-keys": {Kind: KeepKeys},
		"plain-after-pace": {Kind: PlainAfterPACE}, "other-curve": {Kind: OtherCurve}, "leading-zero": {Kind: LeadingZero},
	} {
		got, err := ParseFault(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %+v, %v, written %s", text, got, err, got)
		}
	}
	// Each form stands in the refusal with the text that was refused.
	if _, err := ParseFault("cut@"); err == nil || !strings.Contains(err.Error(), `"cut@"`) || !strings.Contains(err.Error(), "cut@N, late@N=DURATION,") {
		t.Errorf("what is allowed is not in: %v", err)
	}
	for _, name := range faultNames() {
		if !strings.Contains(FaultForms(), name) {
			t.Errorf("%s is not in: %s", name, FaultForms())
		}
	}
	for _, text := range []string{
		"", "cut", "cut@", "cut@0", "cut@07", "cut@+7", "cut@-1", "cut@65536", "cut@7=1", "cut@7 ", "cut@7@8", "Cut@7",
		"late@1", "late@1=", "late@1=0s", "late@1=-1s", "late@1=2h", "late@1=5", "late=1s",
		"status@1", "status@1=", "status@1=6A8", "status@1=06A82", "status@1=5FFF", "status@1=A000", "status@1=6A8G",
		"length", "mac", "clone@1", "keep-keys=1", "unknown fault", "leading-zero@",
	} {
		if f, err := ParseFault(text); !errors.Is(err, ErrFault) || f != (Fault{}) {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
}

// Property: what is read is written so that it is read as the same fault, and
// a card takes it.
func FuzzParseFault(f *testing.F) {
	for _, seed := range []string{"cut@7", "late@3=90s", "status@1=6a82", "length@2", "mac@9", "clone", "other-curve", "late@1=1h0m0.000000001s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fault, err := ParseFault(s)
		if err != nil {
			if !errors.Is(err, ErrFault) || len(err.Error()) > 800 {
				t.Fatalf("%q: error %v", s, err)
			}
			return
		}
		if again, err := ParseFault(fault.String()); err != nil || again != fault {
			t.Fatalf("%q became %q: %+v, %v", s, fault, again, err)
		}
		if !fault.valid() || strings.ContainsAny(s, " \n") {
			t.Fatalf("%q: %+v", s, fault)
		}
	})
}

// Would catch: a card made with a fault that means nothing.
func TestFaultRefused(t *testing.T) {
	c := newCard(t, blank())
	for _, f := range []Fault{
		{},
		{Kind: Cut},
		{Kind: Clone, APDU: 1},
		{Kind: WrongStatus, APDU: 1},
		{Kind: Late, APDU: 1, Delay: -1},
		{Kind: Cut, APDU: 1, Status: 0x6A82},
		{Kind: 99},
		{Kind: WrongLength, APDU: -1},
	} {
		p := blank()
		p.Faults = []Fault{f}
		if _, err := New(p, seeded(1)); !errors.Is(err, ErrPersonalisation) {
			t.Errorf("%+v: %v", f, err)
		}
		if err := c.SetFaults(f); !errors.Is(err, ErrPersonalisation) {
			t.Errorf("%+v set: %v", f, err)
		}
	}
}
