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

const (
	gm  = lds.GenericMapping
	im  = lds.IntegratedMapping
	cam = lds.ChipAuthenticationMapping
)

// unsupported are PACEInfo that this package must never run.
func unsupported() []lds.PACEInfo {
	change := func(f func(*lds.PACEInfo)) lds.PACEInfo {
		info := information(gm, sm.AES256, 13)
		f(&info)
		return info
	}
	return []lds.PACEInfo{
		change(func(i *lds.PACEInfo) { i.Agreement = lds.DH }),
		change(func(i *lds.PACEInfo) { i.Agreement, i.Mapping = lds.DH, im }),
		change(func(i *lds.PACEInfo) { i.Agreement = 0 }),
		change(func(i *lds.PACEInfo) { i.Mapping = 0 }),
		change(func(i *lds.PACEInfo) { i.Mapping = 4 }),
		change(func(i *lds.PACEInfo) { i.Cipher = 0 }),
		change(func(i *lds.PACEInfo) { i.Cipher = 5 }),
		change(func(i *lds.PACEInfo) { i.Version = 1 }),
		change(func(i *lds.PACEInfo) { i.ParameterID = 8 }),
		change(func(i *lds.PACEInfo) { i.ParameterID = lds.NoParameterID }),
		change(func(i *lds.PACEInfo) { i.ParameterID = 269 }), // one byte of it is 13
		information(cam, sm.TripleDES, 13),
		{},
	}
}

// TestUnsupported catches a protocol taken that this package does not do, and
// commands sent for one.
func TestUnsupported(t *testing.T) {
	for _, u := range unsupported() {
		for _, p := range []Preference{{}, {Integrated: true, ChipAuthentication: true}} {
			if _, err := Choose(lds.SecurityInfos{PACE: []lds.PACEInfo{u}}, p); !errors.Is(err, ErrUnsupported) {
				t.Errorf("%v version %d parameters %d: %v", u.OID, u.Version, u.ParameterID, err)
			}
		}
		if _, err := Establish(t.Context(), nowhere(t), rand.Reader, u, can(t, "123456")); !errors.Is(err, ErrUnsupported) {
			t.Errorf("establish %v: %v", u.OID, err)
		}
	}
	nameless := infoG1()
	nameless.OID = asn1.ObjectIdentifier{}
	if _, err := Establish(t.Context(), nowhere(t), rand.Reader, nameless, can(t, "123456")); err == nil {
		t.Error("protocol without a name")
	}
}

// TestChoose catches a weaker cipher taken although a stronger one is offered,
// integrated mapping taken without being asked for, and chip authentication
// mapping taken or left against the caller's preference.
func TestChoose(t *testing.T) {
	tripleDES, weak, strong := information(gm, sm.TripleDES, 13), information(gm, sm.AES128, 12), information(gm, sm.AES256, 13)
	integrated, chip := information(im, sm.AES256, 13), information(cam, sm.AES128, 13)
	sameStrength := information(gm, sm.AES256, 12)
	none := lds.PACEInfo{}
	for name, tc := range map[string]struct {
		offer []lds.PACEInfo
		p     Preference
		want  lds.PACEInfo
	}{
		"strongest":                  {[]lds.PACEInfo{weak, tripleDES, strong}, Preference{}, strong},
		"3DES last":                  {[]lds.PACEInfo{tripleDES, weak}, Preference{}, weak},
		"3DES alone":                 {[]lds.PACEInfo{tripleDES}, Preference{}, tripleDES},
		"first of equals":            {[]lds.PACEInfo{strong, sameStrength}, Preference{}, strong},
		"integrated not asked for":   {[]lds.PACEInfo{integrated, strong}, Preference{}, strong},
		"weaker before integrated":   {[]lds.PACEInfo{integrated, tripleDES}, Preference{}, tripleDES},
		"integrated alone":           {[]lds.PACEInfo{integrated}, Preference{}, none},
		"integrated asked for":       {[]lds.PACEInfo{strong, integrated}, Preference{Integrated: true}, integrated},
		"stronger than integrated":   {[]lds.PACEInfo{strong, information(im, sm.AES128, 13)}, Preference{Integrated: true}, strong},
		"integrated but not offered": {[]lds.PACEInfo{weak}, Preference{Integrated: true}, weak},
		"chip not asked for":         {[]lds.PACEInfo{chip, tripleDES}, Preference{}, tripleDES},
		"chip alone":                 {[]lds.PACEInfo{chip}, Preference{}, chip},
		"chip before integrated":     {[]lds.PACEInfo{integrated, chip}, Preference{}, chip},
		"chip asked for":             {[]lds.PACEInfo{strong, chip, integrated}, Preference{ChipAuthentication: true}, chip},
		"strongest chip":             {[]lds.PACEInfo{chip, information(cam, sm.AES192, 13), strong}, Preference{ChipAuthentication: true}, information(cam, sm.AES192, 13)},
		"both asked for":             {[]lds.PACEInfo{strong, integrated, chip}, Preference{Integrated: true, ChipAuthentication: true}, chip},
		"nothing":                    {nil, Preference{Integrated: true, ChipAuthentication: true}, none},
	} {
		got, err := Choose(lds.SecurityInfos{PACE: append(unsupported(), tc.offer...)}, tc.p)
		if tc.want.OID == nil {
			if !errors.Is(err, ErrUnsupported) {
				t.Errorf("%s: %v, %v", name, got.OID, err)
			}
			continue
		}
		if err != nil || !got.OID.Equal(tc.want.OID) || got.ParameterID != tc.want.ParameterID {
			t.Errorf("%s: chose %v on %d, %v", name, got.OID, got.ParameterID, err)
		}
	}
}

// TestPrepared catches prepared keys that are used twice, on another curve, for
// another mapping or cipher, or that change the outcome.
func TestPrepared(t *testing.T) {
	pw := can(t, "123456")
	generic := func(c *curve.Curve) func() (*Ephemeral, error) {
		return func() (*Ephemeral, error) { return Prepare(rand.Reader, c) }
	}
	integrated := func(c sm.Cipher) func() (*Ephemeral, error) {
		return func() (*Ephemeral, error) { return PrepareIntegrated(rand.Reader, curve.BrainpoolP256r1(), c) }
	}
	for _, tc := range []struct {
		prepare func() (*Ephemeral, error)
		info    lds.PACEInfo
		fits    bool
	}{
		{generic(curve.BrainpoolP256r1()), infoG1(), true},
		{generic(curve.BrainpoolP256r1()), infoI1(), true},
		{generic(curve.BrainpoolP256r1()), information(gm, sm.AES256, 13), true},
		{integrated(sm.AES128), infoH1(), true},
		{integrated(sm.TripleDES), infoH1(), true}, // keys of one size
		{integrated(sm.AES256), infoH1(), false},
		{integrated(sm.AES128), infoG1(), false},
		{generic(curve.BrainpoolP256r1()), infoH1(), false},
		{generic(curve.P256()), infoG1(), false},
		{generic(curve.BrainpoolP256r1()), unsupported()[0], false},
	} {
		e, err := tc.prepare()
		must(t, err)
		if e.Fits(tc.info) != tc.fits {
			t.Errorf("%v on %s fits %v: %v", tc.info.OID, e.Curve().Name(), tc.info.ParameterID, !tc.fits)
		}
		if !tc.fits {
			if _, err := e.Establish(t.Context(), nowhere(t), tc.info, pw); !errors.Is(err, ErrUnsupported) {
				t.Errorf("keys of another protocol: %v", err)
			}
			continue
		}
		_, err = e.Establish(t.Context(), newChip(t, tc.info, pw), tc.info, pw)
		must(t, err)
		if _, err := e.Establish(t.Context(), newChip(t, tc.info, pw), tc.info, pw); err == nil {
			t.Error("prepared keys served twice")
		}
	}
	if _, err := PrepareIntegrated(rand.Reader, curve.P256(), 0); !errors.Is(err, ErrUnsupported) {
		t.Errorf("no cipher: %v", err)
	}
}

// TestRandomnessEnds catches keys made of less than was asked for.
func TestRandomnessEnds(t *testing.T) {
	for _, info := range []lds.PACEInfo{infoG1(), infoH1(), infoI1()} {
		for _, n := range []int64{0, 8, 20, 40} {
			if _, err := Establish(t.Context(), nowhere(t), io.LimitReader(rand.Reader, n), info, can(t, "123456")); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%v with %d bytes: %v", info.Mapping, n, err)
			}
		}
	}
}

// TestFailures catches errors of the transport and of the chip that lose their
// cause.
func TestFailures(t *testing.T) {
	pw := can(t, "123456")
	for _, info := range []lds.PACEInfo{infoG1(), infoH1(), infoI1()} {
		for cut := range 5 {
			c := newChip(t, info, pw)
			removed := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
				if c.sent == cut {
					return nil, card.ErrRemoved
				}
				return c.Transmit(ctx, b)
			})
			if _, err := Establish(t.Context(), removed, rand.Reader, info, pw); !errors.Is(err, card.ErrRemoved) {
				t.Errorf("removed before command %d: %v", cut, err)
			}
			c = newChip(t, info, pw)
			refusing := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
				if c.sent == cut {
					return []byte{0x69, 0x83}, nil
				}
				return c.Transmit(ctx, b)
			})
			_, err := Establish(t.Context(), refusing, rand.Reader, info, pw)
			if !errors.Is(err, card.ErrBlocked) || !errors.Is(err, ErrBlocked) || errors.Is(err, ErrWrongPassword) {
				t.Errorf("refused at command %d: %v", cut, err)
			}
		}
	}
}

// TestOneProtocol catches a second protocol, or Basic Access Control, that
// follows a failure: nothing is sent after the command that failed.
func TestOneProtocol(t *testing.T) {
	for stop := range 5 {
		c := newChip(t, infoG1(), can(t, "123456"))
		sent := 0
		_, err := Establish(t.Context(), card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
			if sent++; sent > stop {
				return []byte{0x6F, 0x00}, nil
			}
			return c.Transmit(ctx, b)
		}), rand.Reader, infoG1(), can(t, "123456"))
		if err == nil || sent != stop+1 {
			t.Errorf("failure of command %d: %v after %d commands", stop+1, err, sent)
		}
	}
}

// FuzzChip catches a panic or a success on answers that no chip with the
// password made, in each mapping.
func FuzzChip(f *testing.F) {
	for i, e := range []example{exampleG1(f), exampleH1(f), exampleI1(f)} {
		s := e.script().steps
		f.Add(uint8(4*i+1), s[1][1], s[2][1], s[3][1], s[4][1])
		f.Add(uint8(4*i+3), s[1][1], s[2][1], s[3][1], s[4][1])
	}
	f.Fuzz(func(t *testing.T, protocol uint8, a, b, c, d []byte) {
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
		info := information([]lds.Mapping{gm, im, cam}[protocol/4%3], sm.Cipher(protocol%4)+sm.TripleDES, 13)
		if _, err := Establish(t.Context(), chip, rand.Reader, info, can(t, "123456")); err == nil {
			t.Fatal("a chip without the password was accepted")
		}
	})
}
