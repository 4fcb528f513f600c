package pace_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
	"cnie.example/card/vcard"
)

// These tests are against the virtual card, which shares no code with this
// package: what both would do wrong alike in the tests with their own chip shows
// here.

const (
	gm  = lds.GenericMapping
	im  = lds.IntegratedMapping
	cam = lds.ChipAuthenticationMapping
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func source(n byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{n}) }

// protocol is one protocol in the words of the terminal and of the chip.
func protocol(m lds.Mapping, c sm.Cipher, parameterID int) (lds.PACEInfo, vcard.PACEProtocol) {
	arc := map[lds.Mapping]int{gm: 2, im: 4, cam: 6}[m]
	info := lds.PACEInfo{
		OID:       []int{0, 4, 0, 127, 0, 7, 2, 2, 4, arc, int(c)},
		Agreement: lds.ECDH, Mapping: m, Cipher: c, Version: 2, ParameterID: parameterID,
	}
	return info, vcard.PACEProtocol{
		Mapping: map[lds.Mapping]vcard.Mapping{gm: vcard.GenericMapping, im: vcard.IntegratedMapping, cam: vcard.ChipAuthenticationMapping}[m],
		Cipher:  map[sm.Cipher]vcard.Cipher{sm.TripleDES: vcard.TripleDES, sm.AES128: vcard.AES128, sm.AES192: vcard.AES192, sm.AES256: vcard.AES256}[c],
		Curve:   vcard.Curve(parameterID),
	}
}

// staticScalar is the chip's key of chip authentication, SPECIMEN.
const staticScalar = 0x53

func personalisation(t *testing.T, p vcard.PACEProtocol) vcard.Personalisation {
	t.Helper()
	c, err := curve.ByParameterID(int(p.Curve))
	must(t, err)
	scalar := make([]byte, c.Size())
	scalar[len(scalar)-1] = staticScalar
	return vcard.Personalisation{
		ATR: []byte{0x3B, 0x00}, CAN: []byte("123456"), PIN: []byte("654321"), PUK: []byte("1234567890"),
		MasterFiles: map[uint16][]byte{}, Files: map[uint16][]byte{0x0101: {0x61, 0x00}},
		PACE: []vcard.PACEProtocol{p}, NonceSize: 16,
		ChipKeys: []vcard.ChipKey{{Curve: p.Curve, Cipher: vcard.AES256, Scalar: scalar}},
	}
}

// static has the public key of the chip.
func static(t *testing.T, parameterID int) lds.SecurityInfos {
	t.Helper()
	c, err := curve.ByParameterID(parameterID)
	must(t, err)
	k, err := c.ReduceScalar([]byte{staticScalar})
	must(t, err)
	p, err := c.Generator().Mul(k)
	must(t, err)
	return lds.SecurityInfos{ChipAuthenticationKeys: []lds.ChipAuthenticationPublicKeyInfo{{Curve: c, Point: p.Bytes()}}}
}

func newCard(t *testing.T, p vcard.Personalisation) *vcard.Card {
	t.Helper()
	c, err := vcard.New(p, source(1))
	must(t, err)
	return c
}

func passwords(t *testing.T) (can, pin, wrong, puk *pace.Password) {
	t.Helper()
	var err error
	can, err = pace.CAN([]byte("123456"))
	must(t, err)
	pin, err = pace.PIN([]byte("654321"))
	must(t, err)
	wrong, err = pace.PIN([]byte("654320"))
	must(t, err)
	puk, err = pace.PUK([]byte("1234567890"))
	must(t, err)
	return can, pin, wrong, puk
}

// alive fails unless the chip answers a protected command under the channel.
func alive(t *testing.T, c *sm.Channel) {
	t.Helper()
	r, err := card.Send(t.Context(), c, card.Command{INS: 0xA4, P1: 4, P2: 0x0C, Data: []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}})
	must(t, err)
	must(t, r.Err("select application"))
}

// TestVirtualCard catches a mapping, cipher, curve or nonce length that this
// package does otherwise than an independent chip, with a shared secret that
// begins with a zero byte and with any other.
func TestVirtualCard(t *testing.T) {
	can, _, _, _ := passwords(t)
	run := func(m lds.Mapping, c sm.Cipher, id, nonce int, faults ...vcard.Fault) {
		info, offered := protocol(m, c, id)
		p := personalisation(t, offered)
		p.NonceSize, p.Faults = nonce, faults
		session, err := pace.Establish(t.Context(), newCard(t, p), source(2), info, can)
		if err != nil {
			t.Fatalf("%v %v, parameters %d, nonce of %d bytes: %v", m, c, id, nonce, err)
		}
		alive(t, session.Channel)
		want := pace.ErrNoProof
		if m == cam {
			want = nil
		}
		if err := session.VerifyChip(static(t, id)); !errors.Is(err, want) {
			t.Errorf("%v on %d: chip: %v", m, id, err)
		}
	}
	leadingZero := vcard.Fault{Kind: vcard.LeadingZero}
	for _, m := range []lds.Mapping{gm, im, cam} {
		for _, c := range []sm.Cipher{sm.TripleDES, sm.AES128, sm.AES192, sm.AES256} {
			if m == cam && c == sm.TripleDES {
				continue
			}
			run(m, c, 13, 16)
			run(m, c, 13, 32)
		}
		for id := 12; id <= 18; id++ {
			if testing.Short() && id > 13 {
				break // slow under the race detector
			}
			run(m, sm.AES256, id, 32, leadingZero)
		}
	}
	run(gm, sm.TripleDES, 13, 8)
	run(gm, sm.TripleDES, 13, 24)
}

// TestVirtualCardClone catches a copied chip, which has all files but not the
// static key, that passes chip authentication mapping.
func TestVirtualCardClone(t *testing.T) {
	can, _, _, _ := passwords(t)
	info, offered := protocol(cam, sm.AES256, 13)
	p := personalisation(t, offered)
	p.Faults = []vcard.Fault{{Kind: vcard.Clone}}
	session, err := pace.Establish(t.Context(), newCard(t, p), source(2), info, can)
	must(t, err)
	if err := session.VerifyChip(static(t, 13)); !errors.Is(err, pace.ErrChip) {
		t.Errorf("clone: %v", err)
	}
}

// TestVirtualCardOtherCurve catches public keys of another curve that are taken.
func TestVirtualCardOtherCurve(t *testing.T) {
	can, _, _, _ := passwords(t)
	for _, m := range []lds.Mapping{gm, im, cam} {
		info, offered := protocol(m, sm.AES256, 13)
		p := personalisation(t, offered)
		p.Faults = []vcard.Fault{{Kind: vcard.OtherCurve}}
		if _, err := pace.Establish(t.Context(), newCard(t, p), source(2), info, can); !errors.Is(err, pace.ErrChip) {
			t.Errorf("%v: %v", m, err)
		}
	}
}

// TestVirtualCardPIN goes the whole way of a PIN: wrong until it is suspended,
// resumed by the CAN, right again, wrong until it is blocked, unblocked by the
// PUK. It catches a try that is spent without a word of the caller, and tries
// that are reported wrongly.
func TestVirtualCardPIN(t *testing.T) {
	can, pin, wrong, puk := passwords(t)
	info, offered := protocol(gm, sm.AES128, 13)
	chip := newCard(t, personalisation(t, offered))
	establish := func(over card.Transmitter, pw *pace.Password, want error, tries int, opts ...pace.Option) *pace.Session {
		t.Helper()
		session, err := pace.Establish(t.Context(), over, source(2), info, pw, opts...)
		if !errors.Is(err, want) {
			t.Fatalf("%v, want %v", err, want)
		}
		if left, ok := pace.TriesLeft(err); ok && left != tries {
			t.Fatalf("%d tries left, want %d: %v", left, tries, err)
		}
		return session
	}
	fresh := func() card.Transmitter { chip.Reset(); return chip }

	establish(fresh(), wrong, pace.ErrWrongPassword, 2)
	establish(fresh(), wrong, pace.ErrSuspended, 1)
	for range 3 {
		establish(fresh(), pin, pace.ErrSuspended, 1, pace.LastTry())
	}
	first := establish(fresh(), can, nil, 0)
	establish(first.Channel, pin, pace.ErrLastTry, 1)
	second := establish(first.Channel, pin, nil, 0, pace.LastTry())
	alive(t, second.Channel)
	alive(t, establish(fresh(), pin, nil, 0).Channel)

	establish(fresh(), wrong, pace.ErrWrongPassword, 2)
	establish(fresh(), wrong, pace.ErrWrongPassword, 1)
	first = establish(fresh(), can, nil, 0)
	establish(first.Channel, wrong, pace.ErrBlocked, 0, pace.LastTry())
	alive(t, first.Channel)
	establish(fresh(), pin, pace.ErrBlocked, 0, pace.LastTry())

	unblocking := establish(fresh(), puk, nil, 0)
	r, err := card.Send(t.Context(), unblocking.Channel, card.Command{INS: 0x2C, P1: 3, P2: 3})
	must(t, err)
	must(t, r.Err("reset retry counter"))
	establish(fresh(), pin, nil, 0)
}

// TestVirtualCardDeactivated catches a PIN that is switched off taken for a wrong
// one.
func TestVirtualCardDeactivated(t *testing.T) {
	_, pin, _, _ := passwords(t)
	info, offered := protocol(gm, sm.AES128, 13)
	p := personalisation(t, offered)
	p.PINDeactivated = true
	if _, err := pace.Establish(t.Context(), newCard(t, p), source(2), info, pin); !errors.Is(err, pace.ErrDeactivated) || errors.Is(err, pace.ErrWrongPassword) {
		t.Error(err)
	}
}
