package pace

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/rand"
	"math/big"
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
	nonce     []byte
	generator *curve.Point
	static    *curve.Scalar // of chip authentication mapping
	ca        []byte        // CA_IC
	own       *curve.Point
	other     *curve.Point
	secret    *curve.Point
	keys      *sm.Keys
	sent      int

	leadingZero bool        // choose a key whose secret begins with a zero byte
	reflect     tlv.Tag     // answer this step with the terminal's own key
	selected    card.Status // of MSE:Set AT
	status      card.Status // for a wrong token
	bend        func(step byte, answer []byte) []byte
	extra       []byte // data in the answer to MSE:Set AT
}

func newChip(t *testing.T, info lds.PACEInfo, pw *Password) *chip {
	c := &chip{t: t, info: info, pw: pw, nonceLen: 16, selected: card.StatusOK, status: card.StatusAuthenticationFailed}
	if info.Mapping == lds.ChipAuthenticationMapping {
		var err error
		c.static, err = c.curve().RandomScalar(rand.Reader)
		must(t, err)
	}
	return c
}

func (c *chip) curve() *curve.Curve {
	cv, err := curve.ByParameterID(c.info.ParameterID)
	must(c.t, err)
	return cv
}

// infos has the chip's static key.
func (c *chip) infos() lds.SecurityInfos {
	p, err := c.curve().Generator().Mul(c.static)
	must(c.t, err)
	return lds.SecurityInfos{ChipAuthenticationKeys: []lds.ChipAuthenticationPublicKeyInfo{{Curve: c.curve(), Point: p.Bytes()}}}
}

func (c *chip) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c.sent++
	command, err := card.ParseCommand(b)
	if err != nil {
		c.t.Fatal(err)
	}
	if command.INS == 0x22 {
		return card.Response{Data: c.extra, Status: c.selected}.Bytes(), nil
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
	switch tag {
	case 0:
		return tlv.Append(nil, tagNonce, c.encrypted()), card.StatusOK
	case tagMapTerminal:
		return tlv.Append(nil, tagMapChip, c.mapNonce(value)), card.StatusOK
	case tagEphTerminal:
		c.agree(value)
		return tlv.Append(nil, tagEphChip, c.own.Bytes()), card.StatusOK
	}
	oid, err := tlv.OID(c.info.OID)
	must(c.t, err)
	want, err := c.keys.Token(publicKeyData(oid, c.own.Bytes()))
	must(c.t, err)
	if !bytes.Equal(want, value) {
		return nil, c.status
	}
	token, err := c.keys.Token(publicKeyData(oid, c.other.Bytes()))
	must(c.t, err)
	answer := tlv.Append(nil, tagTokenChip, token)
	if c.static != nil {
		answer = tlv.Append(answer, tagChipData, c.chipData())
	}
	return answer, card.StatusOK
}

func (c *chip) block(key []byte) cipher.Block {
	b, err := c.info.Cipher.NewBlock(key)
	must(c.t, err)
	return b
}

func (c *chip) encrypted() []byte {
	c.nonce = make([]byte, c.nonceLen)
	_, _ = rand.Read(c.nonce)
	block := c.block(sm.DeriveKey(c.info.Cipher, c.pw.value, 3))
	z := make([]byte, c.nonceLen)
	if len(z)%block.BlockSize() != 0 {
		return z
	}
	cipher.NewCBCEncrypter(block, make([]byte, block.BlockSize())).CryptBlocks(z, c.nonce)
	return z
}

// mapNonce gives the mapping data.
func (c *chip) mapNonce(value []byte) []byte {
	if c.info.Mapping == lds.IntegratedMapping {
		if len(value) != c.info.Cipher.KeySize() {
			c.t.Fatalf("nonce of the terminal has %d bytes", len(value))
		}
		r, err := pseudoRandom(c.info.Cipher, c.nonce, value, 8*c.curve().Size())
		must(c.t, err)
		c.generator, err = c.curve().IntegratedMap(r)
		must(c.t, err)
		return nil
	}
	terminal, err := c.curve().Point(value)
	must(c.t, err)
	public, h := c.mapKey(c.curve().Generator()), c.mapKey(terminal)
	s, err := c.curve().ReduceScalar(c.nonce)
	must(c.t, err)
	sg, err := c.curve().Generator().Mul(s)
	must(c.t, err)
	c.generator, err = sg.Add(h)
	must(c.t, err)
	return public.Bytes()
}

// mapKey multiplies p by the chip's mapping key, which is CA_IC, and CA_IC
// times the static key where there is one.
func (c *chip) mapKey(p *curve.Point) *curve.Point {
	for c.ca == nil {
		b := make([]byte, c.curve().ScalarSize())
		_, _ = rand.Read(b)
		if c.curve() == curve.P521() {
			b[0] &= 1
		}
		if _, err := c.curve().Scalar(b); err == nil {
			c.ca = b
		}
	}
	k, err := c.curve().Scalar(c.ca)
	must(c.t, err)
	p, err = p.Mul(k)
	must(c.t, err)
	if c.static != nil {
		p, err = p.Mul(c.static)
		must(c.t, err)
	}
	return p
}

func (c *chip) agree(value []byte) {
	var err error
	c.other, err = c.curve().Point(value)
	must(c.t, err)
	k, err := c.curve().RandomScalar(rand.Reader)
	must(c.t, err)
	if c.leadingZero {
		k = c.leadingZeroScalar()
	}
	c.own, err = c.generator.Mul(k)
	must(c.t, err)
	c.secret, err = c.other.Mul(k)
	must(c.t, err)
	c.keys, err = sm.DeriveKeys(c.info.Cipher, c.secret.X())
	must(c.t, err)
}

// leadingZeroScalar is the least number from 2 on for which the secret begins
// with a zero byte, and for P-521, whose first byte has one bit, with two.
func (c *chip) leadingZeroScalar() *curve.Scalar {
	zeros := 1
	if c.curve() == curve.P521() {
		zeros = 2
	}
	p := c.other
	for n := int64(2); ; n++ {
		var err error
		p, err = p.Add(c.other)
		must(c.t, err)
		if !bytes.HasPrefix(p.X(), make([]byte, zeros)) {
			continue
		}
		k, err := c.curve().ReduceScalar(big.NewInt(n).Bytes())
		must(c.t, err)
		return k
	}
}

// chipData is A_IC, CA_IC encrypted.
func (c *chip) chipData() []byte {
	plain := append(bytes.Clone(c.ca), 0x80)
	for len(plain)%16 != 0 {
		plain = append(plain, 0)
	}
	block := c.block(sm.DeriveKey(c.info.Cipher, c.secret.X(), 1))
	iv := bytes.Repeat([]byte{0xFF}, 16)
	block.Encrypt(iv, iv)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(plain, plain)
	return plain
}

func must(t testing.TB, err error) {
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
