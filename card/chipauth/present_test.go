package chipauth

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/sm"
)

// exchanges answers in order and keeps what was sent.
type exchanges struct {
	answers []string
	sent    []string
}

func (e *exchanges) Transmit(_ context.Context, command []byte) ([]byte, error) {
	e.sent = append(e.sent, strings.ToUpper(hex.EncodeToString(command)))
	if len(e.sent) > len(e.answers) {
		return nil, card.ErrRemoved
	}
	return hex.DecodeString(e.answers[len(e.sent)-1])
}

// TestPresentBytes catches a command that is not exactly the one of ICAO Doc
// 9303-11, 6.2.4.2: an Le on MSE, a key id where DG14 has none, a sign octet.
func TestPresentBytes(t *testing.T) {
	const mse = "002241A4"
	const oid = "800A04007F00070202030204"
	for name, test := range map[string]struct {
		id   []byte
		want string
	}{
		"no id":      {nil, mse + "0C" + oid},
		"id 1":       {[]byte{1}, mse + "0F" + oid + "840101"},
		"id 0":       {[]byte{0}, mse + "0F" + oid + "840100"},
		"id 200":     {[]byte{0, 200}, mse + "0F" + oid + "8401C8"},
		"id of DG14": {[]byte{1, 2, 3}, mse + "11" + oid + "8403010203"},
	} {
		key, _ := newKey(t, curve.BrainpoolP256r1(), test.id)
		public := curve.BrainpoolP256r1().Generator().Bytes()
		for _, answer := range []string{"7C009000", "9000"} {
			e := &exchanges{answers: []string{"9000", answer}}
			if err := Present(t.Context(), e, key, public); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			ga := "00860000457C438041" + strings.ToUpper(hex.EncodeToString(public)) + "00"
			if len(e.sent) != 2 || e.sent[0] != test.want || e.sent[1] != ga {
				t.Errorf("%s: sent %v, want %s and %s", name, e.sent, test.want, ga)
			}
		}
	}
}

// TestPresentRefusals catches a refusal or a strange answer of the chip taken
// for success, and a lost card without its cause.
func TestPresentRefusals(t *testing.T) {
	key, _ := newKey(t, curve.BrainpoolP256r1(), nil)
	public := curve.BrainpoolP256r1().Generator().Bytes()
	var status *card.StatusError
	for _, answers := range [][]string{{"6A80"}, {"6A88"}, {"9000", "6300"}, {"9000", "6982"}} {
		if err := Present(t.Context(), &exchanges{answers: answers}, key, public); !errors.As(err, &status) {
			t.Errorf("%v: %v", answers, err)
		}
	}
	for _, answer := range []string{"7C029000", "7C0280009000", "009000", "7C00009000"} {
		if err := Present(t.Context(), &exchanges{answers: []string{"9000", answer}}, key, public); !errors.Is(err, ErrChip) {
			t.Errorf("%s: %v", answer, err)
		}
	}
	if err := Present(t.Context(), &exchanges{answers: []string{"009000", "9000"}}, key, public); !errors.Is(err, ErrChip) {
		t.Errorf("data after MSE: %v", err)
	}
	for _, answers := range [][]string{nil, {"9000"}} {
		if err := Present(t.Context(), &exchanges{answers: answers}, key, public); !errors.Is(err, card.ErrRemoved) {
			t.Errorf("removed after %d: %v", len(answers), err)
		}
	}
}

// TestPresentPoint catches a point that reaches the chip although it is not one
// of its curve.
func TestPresentPoint(t *testing.T) {
	key, _ := newKey(t, curve.BrainpoolP256r1(), nil)
	good := curve.BrainpoolP256r1().Generator().Bytes()
	off := append([]byte(nil), good...)
	off[64] ^= 1
	compressed := append([]byte{2}, good[1:33]...)
	random := make([]byte, 65)
	_, _ = rand.Read(random)
	random[0] = 4
	for _, public := range [][]byte{nil, {0}, off, compressed, good[:64], append(good, 0), random, curve.P256().Generator().Bytes(), curve.P384().Generator().Bytes()} {
		e := &exchanges{}
		if err := Present(t.Context(), e, key, public); !errors.Is(err, ErrPoint) {
			t.Errorf("%d bytes: %v", len(public), err)
		}
		if len(e.sent) != 0 {
			t.Errorf("%d bytes: %d commands sent", len(public), len(e.sent))
		}
	}
	if err := Present(t.Context(), &exchanges{}, Key{OID: arc(2, 4)}, good); !errors.Is(err, ErrUnsupported) {
		t.Errorf("no key: %v", err)
	}
}

// FuzzPresent catches a panic, an answer other than the permitted ones taken
// for success, and an error without a type.
func FuzzPresent(f *testing.F) {
	key, _ := newKey(f, curve.BrainpoolP256r1(), nil)
	public := curve.BrainpoolP256r1().Generator().Bytes()
	f.Add(false, []byte{0x90, 0x00}, []byte{0x7C, 0x00, 0x90, 0x00})
	f.Add(false, []byte{0x6A, 0x80}, []byte{})
	f.Add(true, []byte{0x90, 0x00}, []byte{})
	f.Add(true, []byte{0x61, 0x01}, []byte{0x00, 0x90, 0x00})
	f.Fuzz(func(t *testing.T, kat bool, mse, ga []byte) {
		key := key
		if kat {
			key.Cipher = sm.TripleDES
		}
		e := &exchanges{answers: []string{hex.EncodeToString(mse), hex.EncodeToString(ga)}}
		var status *card.StatusError
		switch err := Present(t.Context(), e, key, public); {
		case err == nil:
		case errors.Is(err, ErrChip), errors.Is(err, card.ErrResponse), errors.Is(err, card.ErrRemoved), errors.As(err, &status):
			return
		default:
			t.Fatalf("untyped error: %v", err)
		}
		switch {
		case kat && len(e.sent) == 1 && string(mse) == "\x90\x00":
		case kat && mse[0] == 0x61 && string(ga) == "\x90\x00": // GET RESPONSE that had nothing to fetch
		case !kat && len(e.sent) == 2 && string(mse) == "\x90\x00" && (string(ga) == "\x90\x00" || string(ga) == "\x7C\x00\x90\x00"):
		default:
			t.Fatalf("%X, %X accepted", mse, ga)
		}
	})
}
