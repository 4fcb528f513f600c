package pace

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// chip is the least of a chip that PACE needs, for cases the virtual card does
// not play. The virtual card is the independent check of the protocol.
type chip struct {
	t         *testing.T
	info      lds.PACEInfo
	pw        *Password
	nonceLen  int
	nonce     *curve.Scalar
	generator *curve.Point
	own       *curve.Point
	other     *curve.Point
	keys      *sm.Keys
	sent      int

	reflect tlv.Tag     // answer this step with the terminal's own key
	status  card.Status // for a wrong token; 6300 when zero
	bend    func(step byte, answer []byte) []byte
	extra   []byte // data in the answer to MSE:Set AT
}

func newChip(t *testing.T, info lds.PACEInfo, pw *Password) *chip {
	return &chip{t: t, info: info, pw: pw, nonceLen: 16, status: card.StatusAuthenticationFailed}
}

func (c *chip) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c.sent++
	command, err := card.ParseCommand(b)
	if err != nil {
		c.t.Fatal(err)
	}
	if command.INS == 0x22 {
		return card.Response{Data: c.extra, Status: card.StatusOK}.Bytes(), nil
	}
	data, err := tlv.Only(command.Data, tagDynamic)
	if err != nil {
		c.t.Fatal(err)
	}
	var tag tlv.Tag
	var value []byte
	if len(data) > 0 {
		if tag, value, _, err = tlv.Read(data); err != nil {
			c.t.Fatal(err)
		}
	}
	answer, status := c.answer(tag, value)
	if status != card.StatusOK {
		return card.Response{Status: status}.Bytes(), nil
	}
	if c.bend != nil {
		answer = c.bend(byte(tag), answer)
	}
	return card.Response{Data: tlv.Append(nil, tagDynamic, answer), Status: status}.Bytes(), nil
}

func (c *chip) answer(tag tlv.Tag, value []byte) ([]byte, card.Status) {
	if tag == c.reflect && tag != 0 {
		return tlv.Append(nil, tag+1, value), card.StatusOK
	}
	cv, err := curve.ByParameterID(c.info.ParameterID)
	must(c.t, err)
	switch tag {
	case 0:
		return tlv.Append(nil, tagNonce, c.encrypted(cv)), card.StatusOK
	case tagMapTerminal:
		public, h := c.exchange(cv.Generator(), value)
		sg, err := cv.Generator().Mul(c.nonce)
		must(c.t, err)
		c.generator, err = sg.Add(h)
		must(c.t, err)
		return tlv.Append(nil, tagMapChip, public.Bytes()), card.StatusOK
	case tagEphTerminal:
		public, shared := c.exchange(c.generator, value)
		c.own = public
		c.other, err = cv.Point(value)
		must(c.t, err)
		c.keys, err = sm.DeriveKeys(c.info.Cipher, shared.X())
		must(c.t, err)
		return tlv.Append(nil, tagEphChip, public.Bytes()), card.StatusOK
	}
	oid, err := oidValue(c.info.OID)
	must(c.t, err)
	want, err := c.keys.Token(publicKeyData(oid, c.own.Bytes()))
	must(c.t, err)
	if !bytes.Equal(want, value) {
		return nil, c.status
	}
	token, err := c.keys.Token(publicKeyData(oid, c.other.Bytes()))
	must(c.t, err)
	return tlv.Append(nil, tagTokenChip, token), card.StatusOK
}

func (c *chip) encrypted(cv *curve.Curve) []byte {
	s := make([]byte, c.nonceLen)
	_, _ = rand.Read(s)
	var err error
	c.nonce, err = cv.ReduceScalar(s)
	must(c.t, err)
	block, err := aes.NewCipher(sm.DeriveKey(c.info.Cipher, c.pw.value, 3))
	must(c.t, err)
	cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(s, s)
	return s
}

func (c *chip) exchange(g *curve.Point, other []byte) (public, shared *curve.Point) {
	k, err := g.Curve().RandomScalar(rand.Reader)
	must(c.t, err)
	public, err = g.Mul(k)
	must(c.t, err)
	p, err := g.Curve().Point(other)
	must(c.t, err)
	shared, err = p.Mul(k)
	must(c.t, err)
	return public, shared
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func can(t testing.TB, digits string) *Password {
	t.Helper()
	pw, err := CAN([]byte(digits))
	if err != nil {
		t.Fatal(err)
	}
	return pw
}

// TestSuites catches a cipher or a curve that works only for the published
// example, and a nonce length tied to the key length.
func TestSuites(t *testing.T) {
	for arc, cipher := range map[int]sm.Cipher{2: sm.AES128, 3: sm.AES192, 4: sm.AES256} {
		for _, id := range []int{12, 13, 15, 18} {
			for _, n := range []int{16, 32} {
				info := lds.PACEInfo{OID: oidGM(arc), Cipher: cipher, Version: 2, ParameterID: id}
				pw := can(t, "123456")
				c := newChip(t, info, pw)
				c.nonceLen = n
				channel, err := Establish(t.Context(), c, rand.Reader, info, pw)
				if err != nil {
					t.Fatalf("%v, parameters %d, nonce of %d bytes: %v", cipher, id, n, err)
				}
				channel.Close()
			}
		}
	}
}

// TestWrongPassword catches a wrong CAN reported as something else, tries left
// that get lost, and a connection that cannot be used again.
func TestWrongPassword(t *testing.T) {
	info := infoG1()
	c := newChip(t, info, can(t, "123456"))
	for _, status := range []card.Status{0x6300, 0x63C2} {
		c.status = status
		_, err := Establish(t.Context(), c, rand.Reader, info, can(t, "123457"))
		if !errors.Is(err, ErrWrongPassword) || errors.Is(err, ErrChip) {
			t.Fatalf("error %v", err)
		}
		var refused *card.StatusError
		if !errors.As(err, &refused) || refused.Status != status {
			t.Fatalf("status of %v is lost", err)
		}
		if strings.Contains(err.Error(), "12345") {
			t.Fatalf("password in the error: %v", err)
		}
	}
	if _, err := Establish(t.Context(), c, rand.Reader, info, can(t, "123456")); err != nil {
		t.Fatalf("right password after wrong ones: %v", err)
	}
}

// TestDishonestChip catches answers accepted unchecked: the terminal's own key
// sent back, points off the curve, nonces of other lengths, tokens that are
// wrong or short, elements with others after them.
func TestDishonestChip(t *testing.T) {
	bendAt := func(step tlv.Tag, answer func(b []byte) []byte) func(c *chip) {
		return func(c *chip) {
			c.bend = func(s byte, b []byte) []byte {
				if tlv.Tag(s) != step {
					return b
				}
				return answer(b)
			}
		}
	}
	fixed := func(tag tlv.Tag, n int) func([]byte) []byte {
		return func([]byte) []byte { return tlv.Append(nil, tag, make([]byte, n)) }
	}
	flip := func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	for name, change := range map[string]func(c *chip){
		"data after MSE:Set AT":   func(c *chip) { c.extra = []byte{0} },
		"mapping key reflected":   func(c *chip) { c.reflect = tagMapTerminal },
		"ephemeral key reflected": func(c *chip) { c.reflect = tagEphTerminal },
		"nonce of 15 bytes":       bendAt(0, fixed(tagNonce, 15)),
		"nonce of 48 bytes":       bendAt(0, fixed(tagNonce, 48)),
		"no nonce":                bendAt(0, fixed(tagNonce, 0)),
		"nonce under another tag": bendAt(0, fixed(0x81, 16)),
		"mapping point off curve": bendAt(tagMapTerminal, flip),
		"key point off curve":     bendAt(tagEphTerminal, flip),
		"infinity":                bendAt(tagEphTerminal, fixed(tagEphChip, 1)),
		"token altered":           bendAt(tagTokenTerminal, flip),
		"token of 7 bytes":        bendAt(tagTokenTerminal, func(b []byte) []byte { return append([]byte{0x86, 7}, b[2:9]...) }),
		"token of no bytes":       bendAt(tagTokenTerminal, fixed(tagTokenChip, 0)),
		"element after the token": bendAt(tagTokenTerminal, func(b []byte) []byte { return append(b, 0x87, 0) }),
		"length cut":              bendAt(tagTokenTerminal, func(b []byte) []byte { return b[:5] }),
	} {
		t.Run(name, func(t *testing.T) {
			pw := can(t, "123456")
			c := newChip(t, infoG1(), pw)
			change(c)
			_, err := Establish(t.Context(), c, rand.Reader, infoG1(), pw)
			if !errors.Is(err, ErrChip) || errors.Is(err, ErrWrongPassword) {
				t.Fatalf("error %v, want ErrChip", err)
			}
		})
	}
}
