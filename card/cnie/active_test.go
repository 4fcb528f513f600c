package cnie_test

import (
	"context"
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// inPieces is a reader that takes short length only, before a chip whose longer
// answers it hands out by GET RESPONSE (ISO/IEC 7816-4, 5.1.3).
type inPieces struct {
	chip   card.Transmitter
	rest   []byte
	pieces int
}

func (r *inPieces) Transmit(ctx context.Context, b []byte) ([]byte, error) {
	c, err := card.ParseCommand(b)
	switch {
	case err != nil:
		return nil, err
	case c.Extended:
		return []byte{0x67, 0x00}, nil
	case c.INS == insGetResponse:
		return r.next(c.Le), nil
	case c.INS != insInternalAuthenticate:
		return r.chip.Transmit(ctx, b)
	}
	// The MAC covers the header and the data objects, not these length fields.
	c.Extended, c.Le = true, card.MaxExtendedLe
	if b, err = c.Bytes(); err != nil {
		return nil, err
	}
	if r.rest, err = r.chip.Transmit(ctx, b); err != nil {
		return nil, err
	}
	return []byte{0x61, 0x00}, nil
}

func (r *inPieces) next(le int) []byte {
	r.pieces++
	data := len(r.rest) - 2
	if data <= le {
		return r.rest
	}
	piece := append([]byte(nil), r.rest[:le]...)
	r.rest = r.rest[le:]
	return append(piece, 0x61, byte(min(data-le, 0xFF)))
}

// TestLongSignature catches a signature of RSA-2048, which overflows a protected
// short response, that is lost although the card gives it in pieces; and a card
// that does not, which is called at fault, not genuine or without proof.
func TestLongSignature(t *testing.T) {
	p := document(t, "active-rsa")
	s := subject{profile: "active-rsa", files: []lds.File{lds.DG1}}
	for name, run := range map[string]flow{"login": login, "read": read} {
		r := &inPieces{chip: newCard(t, p)}
		got, err := run(t.Context(), r, s.access(t, 0), s.files)
		must(t, err)
		must(t, got.holds(p.Files, s.files))
		if r.pieces != 2 {
			t.Errorf("%s: %d pieces", name, r.pieces)
		}
	}
	p.ShortProtected = true
	for name, prove := range map[string]func(c *cnie.Card) error{
		"local": func(c *cnie.Card) error { return c.Authenticate(t.Context()) },
		"for a provider": func(c *cnie.Card) error {
			if _, _, err := c.Evidence(t.Context()); err != nil {
				return err
			}
			_, _, err := c.ActiveAuthenticate(t.Context(), [8]byte{})
			return err
		},
	} {
		_, err := cnie.Use(t.Context(), newCard(t, p), s.access(t, 0), prove)
		if !errors.Is(err, cnie.ErrLongSignature) || errors.Is(err, cnie.ErrChip) || errors.Is(err, cnie.ErrNoProof) || errors.Is(err, cnie.ErrReopen) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRefusedSignature catches a chip that refuses the length of a signature
// that fits, and is not called at fault.
func TestRefusedSignature(t *testing.T) {
	short := profileOf(t, "active-rsa")
	short.ActiveAuthentication.Bits, short.ActiveAuthentication.Key = 1024, ""
	lab, err := issuer.LoadLab(laboratoryKeys)
	must(t, err)
	rsa, err := lab.Personalise(seeded("issuer", 1), short)
	must(t, err)
	for profile, p := range map[string]vcard.Personalisation{"active-ecdsa": document(t, "active-ecdsa"), "active-rsa": rsa} {
		c := openWith(t, answering(newCard(t, p), insInternalAuthenticate, 0x67, 0x00), subject{profile: profile}.access(t, 0))
		if err := c.Authenticate(t.Context()); err == nil || errors.Is(err, cnie.ErrLongSignature) {
			t.Errorf("%s: %v", profile, err)
		}
	}
}

// answering gives one answer to every command with an instruction.
func answering(chip card.Transmitter, ins byte, answer ...byte) card.Transmitter {
	return card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
		if b[1] == ins {
			return append([]byte(nil), answer...), nil
		}
		return chip.Transmit(ctx, b)
	})
}
