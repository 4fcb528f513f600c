package activeauth

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// exchanges answers in order and keeps what was sent.
type exchanges struct {
	answers [][]byte
	sent    []string
}

func (e *exchanges) Transmit(_ context.Context, command []byte) ([]byte, error) {
	e.sent = append(e.sent, strings.ToUpper(hex.EncodeToString(command)))
	if len(e.sent) > len(e.answers) {
		return nil, card.ErrRemoved
	}
	return e.answers[len(e.sent)-1], nil
}

// keyOfSize gives a key of some size whose signatures are never verified.
func keyOfSize(t testing.TB, bits int) lds.ActiveAuthenticationKey {
	t.Helper()
	good, _ := signers(t)
	for _, s := range good {
		if s.public.N.BitLen() == bits {
			return s.key()
		}
	}
	t.Fatalf("no key of %d bits", bits)
	return lds.ActiveAuthenticationKey{}
}

// TestKnownAnswerCommand catches a command other than that of ICAO Doc 9303-11,
// Appendix F, and an answer not handed on as it is.
func TestKnownAnswerCommand(t *testing.T) {
	v := readExample(t)
	e := &exchanges{answers: [][]byte{join(v.s, []byte{0x90, 0x00})}}
	got, err := Authenticate(t.Context(), e, keyOfSize(t, 1024), v.challenge)
	must(t, err)
	if len(e.sent) != 1 || e.sent[0] != "0088000008F173589974BF40C600" || !bytes.Equal(got, v.s) {
		t.Errorf("sent %v, got %X", e.sent, got)
	}
}

// TestLengthFields catches a signature asked for with fields that cannot carry
// it under secure messaging, or extended fields where short ones do.
func TestLengthFields(t *testing.T) {
	challenge := [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	const short, extended = "0088000008" + "0102030405060708" + "00", "008800000000080102030405060708"
	p256, _ := newECKey(t, curve.P256())
	p521, _ := newECKey(t, curve.P521())
	for _, test := range []struct {
		key  lds.ActiveAuthenticationKey
		want string
	}{
		{p256, short},
		{p521, short},
		{keyOfSize(t, 1024), short},
		{keyOfSize(t, 1536), short},
		{keyOfSize(t, 1792), extended + "0100"}, // 224 bytes: with AES the first that do not fit
		{keyOfSize(t, 2048), extended + "0100"},
		{keyOfSize(t, 3072), extended + "0000"},
		{keyOfSize(t, 4096), extended + "0000"},
	} {
		size := signatureSize(test.key)
		e := &exchanges{answers: [][]byte{append(make([]byte, size), 0x90, 0x00)}}
		if _, err := Authenticate(t.Context(), e, test.key, challenge); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		if len(e.sent) != 1 || e.sent[0] != test.want {
			t.Errorf("%d bytes: sent %v, want %s", size, e.sent, test.want)
		}
		e = &exchanges{answers: e.answers}
		if _, err := Authenticate(t.Context(), e, test.key, challenge, ShortLength()); err != nil || e.sent[0] != short {
			t.Errorf("%d bytes, short: sent %v, %v", size, e.sent, err)
		}
	}
}

// TestUnderSecureMessaging catches a chip that is not understood: one that
// takes extended length, one that refuses it, and one behind a reader that
// collects long answers by GET RESPONSE.
func TestUnderSecureMessaging(t *testing.T) {
	challenge := [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	good, _ := signers(t)
	for _, s := range good {
		size := s.public.Size()
		long := size > sm.MaxShortAES
		made := s.raw(t, trailers()[3].partial(size, challenge)) // once: it is slow
		sign := func([8]byte) []byte { return made }
		for name, test := range map[string]struct {
			change   func(*chip)
			options  []Option
			commands []int // plain Le of each INTERNAL AUTHENTICATE
		}{
			"extended":    {func(*chip) {}, nil, nil},
			"no extended": {func(p *chip) { p.noExtended, p.chunk = true, 200 }, nil, []int{256, 256}},
			"short":       {func(p *chip) { p.chunk = 256 }, []Option{ShortLength()}, []int{256}},
		} {
			p, channel := newChip(t, sign)
			test.change(p)
			got, err := Authenticate(t.Context(), channel, s.key(), challenge, test.options...)
			if err != nil {
				t.Errorf("%v, %s: %v", s, name, err)
				continue
			}
			must(t, Verify(s.key(), lds.SecurityInfos{}, challenge, got))
			if p.sent[0].Extended != (long && len(test.options) == 0) {
				t.Errorf("%v, %s: extended length fields: %v", s, name, p.sent[0].Extended)
			}
			switch {
			case !long:
				test.commands = []int{256}
			case test.commands == nil && size > 256:
				test.commands = []int{65536}
			case test.commands == nil:
				test.commands = []int{256}
			case size > 256 && len(test.options) == 0:
				test.commands[0] = 65536
			}
			var les []int
			for _, c := range p.plain {
				les = append(les, c.Le)
				if c.INS != 0x88 || c.P1 != 0 || c.P2 != 0 || !bytes.Equal(c.Data, challenge[:]) {
					t.Errorf("%v, %s: command %v with %X", s, name, c, c.Data)
				}
			}
			if !equalInts(les, test.commands) {
				t.Errorf("%v, %s: asked for %v, want %v", s, name, les, test.commands)
			}
		}
	}
}

func equalInts(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// TestDishonestChips catches a chip believed that does not have the key, signs
// something else, or is not the one at the other end of the channel.
func TestDishonestChips(t *testing.T) {
	challenge := [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	good, _ := signers(t)
	own, other := good[0], good[len(good)-1] // both of 1024 bits
	ec, k := newECKey(t, curve.BrainpoolP256r1())
	_, clone := newECKey(t, curve.BrainpoolP256r1())
	rsaBy := func(s signer) func([8]byte) []byte {
		return func(c [8]byte) []byte { return s.raw(t, trailers()[0].partial(128, c)) }
	}
	ecBy := func(k *curve.Scalar) func([8]byte) []byte {
		return func(c [8]byte) []byte {
			s, err := curve.Sign(rand.Reader, k, digest(crypto.SHA256, c[:]))
			must(t, err)
			return s
		}
	}
	recorded := func(by func([8]byte) []byte) func([8]byte) []byte {
		return func([8]byte) []byte { return by([8]byte{8, 7, 6, 5, 4, 3, 2, 1}) }
	}
	for name, test := range map[string]struct {
		key   lds.ActiveAuthenticationKey
		sign  func([8]byte) []byte
		fault string
		want  error
	}{
		"RSA, honest":         {own.key(), rsaBy(own), "", nil},
		"RSA, clone":          {own.key(), rsaBy(other), "", ErrSignature},
		"RSA, replay":         {own.key(), recorded(rsaBy(own)), "", ErrSignature},
		"RSA, echo":           {own.key(), func(c [8]byte) []byte { return c[:] }, "", ErrSignature},
		"RSA, nothing":        {own.key(), func([8]byte) []byte { return nil }, "", ErrSignature},
		"RSA, representative": {own.key(), func(c [8]byte) []byte { return trailers()[0].partial(128, c) }, "", ErrSignature},
		"RSA, one":            {own.key(), func([8]byte) []byte { return append(make([]byte, 127), 1) }, "", ErrSignature},
		"RSA, longer":         {own.key(), func(c [8]byte) []byte { return append(rsaBy(own)(c), 0) }, "", ErrSignature},
		"RSA, wrong MAC":      {own.key(), rsaBy(own), "MAC", sm.ErrMAC},
		"RSA, no channel":     {own.key(), rsaBy(own), "plain", sm.ErrSecureMessaging},
		"ECDSA, honest":       {ec, ecBy(k), "", nil},
		"ECDSA, clone":        {ec, ecBy(clone), "", ErrSignature},
		"ECDSA, replay":       {ec, recorded(ecBy(k)), "", ErrSignature},
		"ECDSA, zeros":        {ec, func([8]byte) []byte { return make([]byte, 64) }, "", ErrSignature},
		"ECDSA, short":        {ec, func(c [8]byte) []byte { return ecBy(k)(c)[:63] }, "", ErrSignature},
		"ECDSA, wrong MAC":    {ec, ecBy(k), "MAC", sm.ErrMAC},
	} {
		p, channel := newChip(t, test.sign)
		p.fault = test.fault
		s, err := Authenticate(t.Context(), channel, test.key, challenge)
		if err == nil {
			err = Verify(test.key, infosWith(crypto.SHA256), challenge, s)
		}
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRefusals catches a refusal of the chip taken for an answer, a second try
// where there is none to be, and a lost card without its cause.
func TestRefusals(t *testing.T) {
	var status *card.StatusError
	long, short := keyOfSize(t, 2048), keyOfSize(t, 1024)
	for name, test := range map[string]struct {
		key     lds.ActiveAuthenticationKey
		answers [][]byte
		options []Option
		sent    int
		status  card.Status
	}{
		"6982":               {short, [][]byte{{0x69, 0x82}}, nil, 1, 0x6982},
		"6D00":               {long, [][]byte{{0x6D, 0x00}}, nil, 1, 0x6D00},
		"6700, short":        {short, [][]byte{{0x67, 0x00}}, nil, 1, 0x6700},
		"6700 twice":         {long, [][]byte{{0x67, 0x00}, {0x67, 0x00}}, nil, 2, 0x6700},
		"6700, asked short":  {long, [][]byte{{0x67, 0x00}}, []Option{ShortLength()}, 1, 0x6700},
		"6282 with all data": {short, [][]byte{append(make([]byte, 128), 0x62, 0x82)}, nil, 1, 0x6282},
	} {
		e := &exchanges{answers: test.answers}
		_, err := Authenticate(t.Context(), e, test.key, [8]byte{}, test.options...)
		if !errors.As(err, &status) || status.Status != test.status || len(e.sent) != test.sent {
			t.Errorf("%s: %v after %d commands", name, err, len(e.sent))
		}
	}
	for n, answers := range [][][]byte{nil, {{0x67, 0x00}}, {{0x61, 0x80}}} {
		if _, err := Authenticate(t.Context(), &exchanges{answers: answers}, long, [8]byte{}); !errors.Is(err, card.ErrRemoved) {
			t.Errorf("removed, %d: %v", n, err)
		}
	}
	for _, n := range []int{0, 1, 8, 127, 129, 256} {
		e := &exchanges{answers: [][]byte{append(make([]byte, n), 0x90, 0x00)}}
		if got, err := Authenticate(t.Context(), e, short, [8]byte{}); !errors.Is(err, ErrSignature) || got != nil {
			t.Errorf("%d bytes for a signature of 128: %d bytes, %v", n, len(got), err)
		}
	}
	_, outliers := signers(t)
	e := &exchanges{}
	if _, err := Authenticate(t.Context(), e, outliers[0].key(), [8]byte{}); !errors.Is(err, ErrUnsupported) || len(e.sent) != 0 {
		t.Errorf("key that is too small: %v, %d commands sent", err, len(e.sent))
	}
}

// FuzzAuthenticate catches a panic, an error without a type, and an answer of
// another length than that of a signature handed on.
func FuzzAuthenticate(f *testing.F) {
	key := keyOfSize(f, 2048)
	f.Add(append(make([]byte, 256), 0x90, 0x00), []byte{})
	f.Add([]byte{0x67, 0x00}, append(make([]byte, 256), 0x90, 0x00))
	f.Add([]byte{0x61, 0x00}, append(make([]byte, 256), 0x90, 0x00))
	f.Add([]byte{0x6C, 0x00}, []byte{0x90})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		got, err := Authenticate(t.Context(), &exchanges{answers: [][]byte{first, second}}, key, [8]byte{})
		var status *card.StatusError
		switch {
		case err == nil && len(got) != 256:
			t.Fatalf("%d bytes", len(got))
		case err != nil && !errors.Is(err, ErrSignature) && !errors.As(err, &status) &&
			!errors.Is(err, card.ErrResponse) && !errors.Is(err, card.ErrRemoved):
			t.Fatalf("untyped error: %v", err)
		}
	})
}
