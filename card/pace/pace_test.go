package pace

import (
	"context"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"io"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// TestCANFormat catches a card access number that reaches the chip although it
// cannot be one.
func TestCANFormat(t *testing.T) {
	for _, s := range []string{"", "12345", "1234567", "12345a", "12 456", "١٢٣", "-12345"} {
		if _, err := CAN([]byte(s)); !errors.Is(err, ErrCANFormat) {
			t.Errorf("CAN of %d bytes: %v", len(s), err)
		}
	}
	digits := []byte("000000")
	pw, err := CAN(digits)
	if err != nil {
		t.Fatal(err)
	}
	digits[0] = '9'
	if string(pw.value) != "000000" {
		t.Error("password aliases the caller's bytes")
	}
	pw.Wipe()
	if pw.value != nil {
		t.Error("password remains after Wipe")
	}
	if _, err := Establish(t.Context(), nowhere(t), rand.Reader, infoG1(), pw); err == nil {
		t.Error("a wiped password was used")
	}
}

// nowhere fails the test when a command is sent.
func nowhere(t *testing.T) card.Transmitter {
	return card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
		t.Error("a command was sent")
		return nil, card.ErrRemoved
	})
}

// TestChoose catches a weaker cipher taken although a stronger one is offered,
// and a protocol taken that this package does not do.
func TestChoose(t *testing.T) {
	arc := func(kind, last int) asn1.ObjectIdentifier {
		return asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 4, kind, last}
	}
	info := func(kind, last, version, id int) lds.PACEInfo {
		return lds.PACEInfo{OID: arc(kind, last), Version: version, ParameterID: id}
	}
	unsupported := []lds.PACEInfo{
		info(1, 4, 2, 2),   // finite field
		info(3, 4, 2, 2),   // finite field, integrated mapping
		info(4, 4, 2, 13),  // integrated mapping
		info(6, 4, 2, 13),  // chip authentication mapping
		info(2, 1, 2, 13),  // 3DES
		info(2, 5, 2, 13),  // no such cipher
		info(2, 4, 1, 13),  // version
		info(2, 4, 2, 8),   // no such curve here
		info(2, 4, 2, -1),  // none named
		info(2, 4, 2, 269), // one byte of it is 13
		{},
	}
	for _, u := range unsupported {
		if _, err := Choose(lds.SecurityInfos{PACE: []lds.PACEInfo{u}}); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%v version %d parameters %d: %v", u.OID, u.Version, u.ParameterID, err)
		}
		if _, err := Establish(t.Context(), nowhere(t), rand.Reader, u, can(t, "123456")); !errors.Is(err, ErrUnsupported) {
			t.Errorf("establish %v: %v", u.OID, err)
		}
	}
	offer := append(unsupported, info(2, 2, 2, 12), info(2, 4, 2, 13), info(2, 4, 2, 12), info(2, 3, 2, 18))
	got, err := Choose(lds.SecurityInfos{PACE: offer})
	if err != nil {
		t.Fatal(err)
	}
	if !got.OID.Equal(arc(2, 4)) || got.ParameterID != 13 {
		t.Errorf("chose %v on %d", got.OID, got.ParameterID)
	}
	if _, err := Choose(lds.SecurityInfos{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("nothing offered: %v", err)
	}
}

// TestPrepared catches prepared keys that are used twice, on another curve, or
// that change the outcome.
func TestPrepared(t *testing.T) {
	pw := can(t, "123456")
	e, err := Prepare(rand.Reader, curve.BrainpoolP256r1())
	if err != nil {
		t.Fatal(err)
	}
	if e.Curve() != curve.BrainpoolP256r1() {
		t.Error("other curve")
	}
	if _, err := e.Establish(t.Context(), newChip(t, infoG1(), pw), infoG1(), pw); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Establish(t.Context(), newChip(t, infoG1(), pw), infoG1(), pw); err == nil {
		t.Error("prepared keys served twice")
	}
	e, err = Prepare(rand.Reader, curve.P256())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Establish(t.Context(), nowhere(t), infoG1(), pw); !errors.Is(err, ErrUnsupported) {
		t.Errorf("keys of another curve: %v", err)
	}
}

// TestFailures catches errors of the transport, of the chip and of the source
// of randomness that lose their cause.
func TestFailures(t *testing.T) {
	pw := can(t, "123456")
	short := io.LimitReader(rand.Reader, 40)
	if _, err := Establish(t.Context(), nowhere(t), short, infoG1(), pw); err == nil {
		t.Error("randomness that ends was enough")
	}
	for cut := range 5 {
		c := newChip(t, infoG1(), pw)
		removed := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
			if c.sent == cut {
				return nil, card.ErrRemoved
			}
			return c.Transmit(ctx, b)
		})
		if _, err := Establish(t.Context(), removed, rand.Reader, infoG1(), pw); !errors.Is(err, card.ErrRemoved) {
			t.Errorf("removed before command %d: %v", cut, err)
		}
		c = newChip(t, infoG1(), pw)
		refusing := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
			if c.sent == cut {
				return []byte{0x69, 0x83}, nil
			}
			return c.Transmit(ctx, b)
		})
		_, err := Establish(t.Context(), refusing, rand.Reader, infoG1(), pw)
		if !errors.Is(err, card.ErrBlocked) || errors.Is(err, ErrWrongPassword) {
			t.Errorf("refused at command %d: %v", cut, err)
		}
	}
}

// FuzzChip catches a panic or a success on answers that no chip with the
// password made.
func FuzzChip(f *testing.F) {
	v := readVector(f)
	for _, ga := range v.GeneralAuthenticate {
		f.Add([]byte(ga[1]), []byte(v.GeneralAuthenticate[1][1]), []byte(v.GeneralAuthenticate[2][1]), []byte(v.GeneralAuthenticate[3][1]))
	}
	f.Fuzz(func(t *testing.T, a, b, c, d []byte) {
		answers := [][]byte{{0x90, 0x00}, a, b, c, d}
		for i := range answers {
			if len(answers[i]) > 2 {
				copy(answers[i][len(answers[i])-2:], []byte{0x90, 0x00})
			}
		}
		next := 0
		chip := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
			if next == len(answers) {
				return nil, card.ErrRemoved
			}
			next++
			return answers[next-1], nil
		})
		info := lds.PACEInfo{OID: oidGM(4), Cipher: sm.AES256, Version: 2, ParameterID: 13}
		if _, err := Establish(t.Context(), chip, rand.Reader, info, can(t, "123456")); err == nil {
			t.Fatal("a chip without the password was accepted")
		}
	})
}
