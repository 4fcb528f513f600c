package chipproof_test

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"cnie.example/attest/chipproof"
	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// chip is the other end after chip authentication: it checks the MAC and the
// counter of every command and answers reads of its files.
type chip struct {
	cipher sm.Cipher
	keys   *sm.Keys
	enc    []byte
	ssc    uint64
	files  map[lds.File][]byte
	file   lds.File

	most   int         // answers fewer bytes than asked for, when not zero
	status card.Status // answers this under its MAC instead of data, when not zero
	blank  bool        // answers 9000 without data, under its MAC
}

// newKey makes a chip's key pair. One for 3DES has no ChipAuthenticationInfo, as
// French passports have it.
func newKey(tb testing.TB, r *rand.ChaCha8, cipher sm.Cipher) (chipauth.Key, *curve.Scalar) {
	tb.Helper()
	c := curve.BrainpoolP256r1()
	k, err := c.RandomScalar(r)
	if err != nil {
		tb.Fatal(err)
	}
	p, err := c.Generator().Mul(k)
	if err != nil {
		tb.Fatal(err)
	}
	key := chipauth.Key{Cipher: cipher, Point: p}
	if cipher == sm.AES256 {
		key.OID = []int{0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 4}
	}
	return key, k
}

// receive gives the chip the verifier's point, as GENERAL AUTHENTICATE does.
func receive(tb testing.TB, k *curve.Scalar, cipher sm.Cipher, publicKey []byte, files map[lds.File][]byte) *chip {
	tb.Helper()
	p, err := k.Curve().Point(publicKey)
	if err != nil {
		tb.Fatal(err)
	}
	shared, err := p.Mul(k)
	if err != nil {
		tb.Fatal(err)
	}
	keys, err := sm.DeriveKeys(cipher, shared.X())
	if err != nil {
		tb.Fatal(err)
	}
	return &chip{cipher: cipher, keys: keys, enc: sm.DeriveKey(cipher, shared.X(), sm.CounterEnc), files: files}
}

func (c *chip) pad(b []byte) []byte {
	b = append(append([]byte(nil), b...), 0x80)
	for len(b)%c.cipher.BlockSize() != 0 {
		b = append(b, 0)
	}
	return b
}

// counter is as long as a block.
func (c *chip) counter(ssc uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, c.cipher.BlockSize()-8), ssc)
}

func (c *chip) mac(tb testing.TB, data ...[]byte) []byte {
	tb.Helper()
	c.ssc++
	input := c.counter(c.ssc)
	for i, d := range data {
		if c.cipher == sm.TripleDES && i == len(data)-1 {
			input = append(input, d...) // Token pads what the retail MAC ends with
			continue
		}
		input = append(input, c.pad(d)...)
	}
	mac, err := c.keys.Token(input)
	if err != nil {
		tb.Fatal(err)
	}
	return mac
}

// protect is a response under the chip's next counter (ICAO Doc 9303-11,
// 9.8.4).
func (c *chip) protect(tb testing.TB, data []byte, status card.Status) []byte {
	tb.Helper()
	var body []byte
	if len(data) > 0 {
		block, err := c.cipher.NewBlock(c.enc)
		if err != nil {
			tb.Fatal(err)
		}
		iv := make([]byte, block.BlockSize())
		if c.cipher != sm.TripleDES {
			block.Encrypt(iv, c.counter(c.ssc+1))
		}
		padded := c.pad(data)
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
		body = tlv.Append(body, 0x87, []byte{1}, padded)
	}
	body = tlv.Append(body, 0x99, []byte{status.SW1(), status.SW2()})
	return card.Response{Data: tlv.Append(body, 0x8E, c.mac(tb, body)), Status: status}.Bytes()
}

// answer is the chip's response to one wrapped command.
func (c *chip) answer(tb testing.TB, command []byte) []byte {
	tb.Helper()
	cmd, err := card.ParseCommand(command)
	if err != nil {
		tb.Fatalf("command: %v", err)
	}
	le, rest, err := tlv.Expect(cmd.Data, 0x97)
	if err != nil {
		tb.Fatalf("DO'97': %v", err)
	}
	mac, err := tlv.Only(rest, 0x8E)
	if err != nil {
		tb.Fatalf("DO'8E': %v", err)
	}
	want := c.mac(tb, []byte{cmd.CLA, cmd.INS, cmd.P1, cmd.P2}, cmd.Data[:len(cmd.Data)-len(rest)])
	if string(mac) != string(want) {
		return card.Response{Status: card.StatusSMIncorrect}.Bytes()
	}
	if c.status != 0 {
		return c.protect(tb, nil, c.status)
	}
	if c.blank {
		return c.protect(tb, nil, card.StatusOK)
	}
	return c.protectRead(tb, cmd, le)
}

func (c *chip) protectRead(tb testing.TB, cmd card.Command, le []byte) []byte {
	tb.Helper()
	n := 0
	for _, b := range le {
		n = n<<8 | int(b)
	}
	if n == 0 {
		n = 1 << (8 * len(le))
	}
	offset := int(cmd.P1)<<8 | int(cmd.P2)
	if cmd.P1&0x80 != 0 {
		c.file, offset = lds.File(cmd.P1&0x1F), int(cmd.P2)
	}
	content, ok := c.files[c.file]
	if !ok {
		return c.protect(tb, nil, card.StatusFileNotFound)
	}
	if offset >= len(content) {
		return c.protect(tb, nil, card.StatusOffset)
	}
	if c.most > 0 {
		n = min(n, c.most)
	}
	if offset+n > len(content) {
		return c.protect(tb, content[offset:], card.StatusEndOfFile)
	}
	return c.protect(tb, content[offset:offset+n], card.StatusOK)
}

// answers is what an honest agent brings: it stops after the first answer that
// is no success.
func (c *chip) answers(tb testing.TB, commands [][]byte) [][]byte {
	tb.Helper()
	var out [][]byte
	for _, command := range commands {
		b := c.answer(tb, command)
		out = append(out, b)
		if r, err := card.ParseResponse(b); err != nil || r.Status != card.StatusOK && r.Status != card.StatusEndOfFile {
			break
		}
	}
	return out
}

// fileOf makes a file of n bytes in all.
func fileOf(tb testing.TB, f lds.File, n int, r *rand.ChaCha8) []byte {
	tb.Helper()
	for value := n; value >= 0; value-- {
		content := make([]byte, value)
		_, _ = r.Read(content)
		if b := tlv.Append(nil, f.Tag(), content); len(b) == n {
			return b
		}
	}
	tb.Fatalf("no element of %d bytes", n)
	return nil
}

var errHash = errors.New("content is not the signed one")

// bench is an exchange with its chip.
type bench struct {
	*chipproof.Exchange
	offer *chipproof.Offer
	chip  *chip
	read  map[lds.File][]byte // contents that the check saw
	now   time.Time
}

type setup struct {
	files       []lds.File
	signed      map[lds.File][]byte // what the check accepts
	stored      map[lds.File][]byte // what the chip has
	maxResponse int
	wrongKey    bool      // the chip is a clone with another key
	cipher      sm.Cipher // AES256 when zero
}

func start(tb testing.TB, s setup) *bench {
	tb.Helper()
	b, err := tryStart(tb, s)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func tryStart(tb testing.TB, s setup) (*bench, error) {
	tb.Helper()
	r := rand.NewChaCha8([32]byte{1})
	if s.cipher == 0 {
		s.cipher = sm.AES256
	}
	key, private := newKey(tb, r, s.cipher)
	if s.wrongKey {
		_, private = newKey(tb, r, s.cipher)
	}
	b := &bench{read: map[lds.File][]byte{}, now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	var err error
	b.Exchange, b.offer, err = chipproof.Start(chipproof.Config{
		Key: key,
		Handover: chipauth.Handover{
			Issuer: "https://idp.test", JTI: "t-1",
			AgentNonce: make([]byte, 32), SODHash: make([]byte, 32), DG14Hash: make([]byte, 32),
		},
		Files: s.files, MaxCommand: 261, MaxResponse: s.maxResponse, Rand: r,
		Clock: func() time.Time { return b.now },
		Check: func(f lds.File, content []byte) error {
			if string(content) != string(s.signed[f]) {
				return errHash
			}
			b.read[f] = content
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	b.chip = receive(tb, private, s.cipher, b.offer.PublicKey, s.stored)
	return b, nil
}

// specimen is DG1 and DG11 of the usual lengths, on a chip with short APDUs.
func specimen(tb testing.TB) setup {
	tb.Helper()
	r := rand.NewChaCha8([32]byte{2})
	files := map[lds.File][]byte{lds.DG1: fileOf(tb, lds.DG1, 95, r), lds.DG11: fileOf(tb, lds.DG11, 101, r)}
	return setup{files: []lds.File{lds.DG1, lds.DG11}, signed: files, stored: files, maxResponse: 258}
}
