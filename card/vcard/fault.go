package vcard

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrFault is the cause of every error about the text of a fault.
var ErrFault = errors.New("not a fault of the card")

// FaultKind is the kind of a fault.
type FaultKind int

// Faults of the way to the card. They act on one APDU, Fault.APDU.
const (
	// Cut takes the card away while it serves the APDU: it acts on the command,
	// and card.ErrRemoved is all that comes back until Reset.
	Cut FaultKind = iota + 1
	// Late holds the answer back for Fault.Delay.
	Late
	// WrongStatus puts Fault.Status in the place of the whole answer.
	WrongStatus
	// WrongLength takes the last byte of data off the answer, or the last byte
	// of the status word when there is no data.
	WrongLength
)

// Faults of the chip. WrongMAC acts on one APDU, the others always.
const (
	// WrongMAC alters the MAC of a protected answer, and of an answer that
	// proves the chip's side of PACE or Basic Access Control: the token of the
	// one, the MAC of the other. Any other answer stays as it is.
	WrongMAC FaultKind = iota + 101
	// Clone is a chip with the files of another one but without its private
	// keys: chip and active authentication are done with wrong ones.
	Clone
	// KeepKeys goes on with the old session keys after chip authentication.
	KeepKeys
	// PlainAfterPACE takes protected commands after PACE and answers without
	// protection.
	PlainAfterPACE
	// OtherCurve gives ephemeral public keys of PACE on another curve than the
	// one agreed on.
	OtherCurve
	// LeadingZero draws the ephemeral key of PACE until the first byte of the
	// shared secret is zero. This is no misbehaviour: terminals that lose the
	// byte fail.
	LeadingZero
)

// names are the texts of the kinds.
func faultNames() map[FaultKind]string {
	return map[FaultKind]string{
		Cut: "cut", Late: "late", WrongStatus: "status", WrongLength: "length", WrongMAC: "mac",
		Clone: "clone", KeepKeys: "keep-keys", PlainAfterPACE: "plain-after-pace",
		OtherCurve: "other-curve", LeadingZero: "leading-zero",
	}
}

// Fault is one thing that a card does wrong.
type Fault struct {
	Kind   FaultKind
	APDU   int           // counted from 1 since the last reset; 0 for faults that act always
	Status uint16        // of WrongStatus
	Delay  time.Duration // of Late
}

// maxDelay and maxFaultAPDU bound what a fault can say.
const (
	maxDelay     = time.Hour
	maxFaultAPDU = 65535
)

// valid says whether the members fit the kind.
func (f Fault) valid() bool {
	switch f.Kind {
	case Cut, Late, WrongStatus, WrongLength, WrongMAC:
		return f.APDU >= 1 && f.APDU <= maxFaultAPDU &&
			(f.Kind == WrongStatus) == (f.Status != 0) && (f.Status == 0 || f.Status >= 0x6000 && f.Status <= 0x9FFF) &&
			(f.Kind == Late) == (f.Delay != 0) && f.Delay >= 0 && f.Delay <= maxDelay
	}
	return faultNames()[f.Kind] != "" && f == Fault{Kind: f.Kind}
}

// String is the text that ParseFault reads, as in "status@7=6A82".
func (f Fault) String() string {
	name := faultNames()[f.Kind]
	switch {
	case name == "":
		return "unknown fault"
	case f.Kind == WrongStatus:
		return fmt.Sprintf("%s@%d=%04X", name, f.APDU, f.Status)
	case f.Kind == Late:
		return fmt.Sprintf("%s@%d=%s", name, f.APDU, f.Delay)
	case f.APDU != 0:
		return fmt.Sprintf("%s@%d", name, f.APDU)
	}
	return name
}

// FaultForms tells, for people, what ParseFault reads.
func FaultForms() string {
	return fmt.Sprintf("cut@N, late@N=DURATION, status@N=SW, length@N, mac@N, clone, keep-keys, plain-after-pace, other-curve, leading-zero"+
		" (N from 1 to %d, DURATION above zero and up to %.0fh, SW from 6000 to 9FFF)", maxFaultAPDU, maxDelay.Hours())
}

// ParseFault reads one of: cut@N, late@N=DURATION, status@N=SW, length@N,
// mac@N, clone, keep-keys, plain-after-pace, other-curve, leading-zero. N is a
// decimal number from 1 to 65535 without leading zeros, DURATION what
// time.ParseDuration reads, above zero and up to one hour, SW a status word
// from 6000 to 9FFF in four hexadecimal digits. Errors wrap ErrFault, repeat
// the first characters of s and tell the forms.
func ParseFault(s string) (Fault, error) {
	refuse := func() (Fault, error) {
		return Fault{}, fmt.Errorf("%.40q: %w: allowed is one of %s", s, ErrFault, FaultForms())
	}
	head, value, hasValue := strings.Cut(s, "=")
	name, step, hasStep := strings.Cut(head, "@")
	var f Fault
	for kind, text := range faultNames() {
		if text == name {
			f.Kind = kind
		}
	}
	var err error
	if hasStep {
		if f.APDU, err = strconv.Atoi(step); err != nil || strconv.Itoa(f.APDU) != step {
			return refuse()
		}
	}
	switch {
	case hasValue && f.Kind == WrongStatus:
		b, err := hex.DecodeString(value)
		if err != nil || len(b) != 2 {
			return refuse()
		}
		f.Status = uint16(number(b))
	case hasValue && f.Kind == Late:
		if f.Delay, err = time.ParseDuration(value); err != nil {
			return refuse()
		}
	case hasValue:
		return refuse()
	}
	if !f.valid() {
		return refuse()
	}
	return f, nil
}
