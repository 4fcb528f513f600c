package pace

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// cardWithPIN is a card that has a CAN and a PIN with one try left: it takes the
// PIN only under the channel of a session with the CAN. Its secure messaging is
// that of AES-128, written here.
type cardWithPIN struct {
	t        *testing.T
	can, pin *chip
	running  *chip
	keys     *sm.Keys // for MACs; nil before the first session
	enc      []byte
	ssc      uint64
}

func newCardWithPIN(t *testing.T) *cardWithPIN {
	c := &cardWithPIN{t: t, can: newChip(t, infoG1(), can(t, "123456")), pin: newChip(t, infoG1(), password(t, referencePIN, "654321"))}
	c.pin.selected, c.pin.status = 0x63C1, 0x63C0
	return c
}

func (c *cardWithPIN) Transmit(ctx context.Context, b []byte) ([]byte, error) {
	command, err := card.ParseCommand(b)
	must(c.t, err)
	if c.keys == nil {
		answer, err := c.plain(ctx, command)
		if err == nil {
			c.change(command, answer)
		}
		return answer, err
	}
	c.ssc++
	plain := c.open(command)
	answer, err := c.plain(ctx, plain)
	if err != nil {
		return nil, err
	}
	c.ssc++
	sealed := c.seal(answer)
	c.change(plain, answer)
	return sealed, nil
}

// plain plays the command: MSE:Set AT chooses the password by its reference.
func (c *cardWithPIN) plain(ctx context.Context, command card.Command) ([]byte, error) {
	switch command.INS {
	case 0xB0:
		return []byte{1, 2, 3, 0x90, 0x00}, nil
	case 0x22:
		c.running = c.can
		if bytes.Contains(command.Data, []byte{0x83, 1, byte(referencePIN)}) {
			c.running = c.pin
		}
	}
	if c.running == c.pin && command.INS == 0x86 && c.keys == nil {
		return []byte{0x69, 0x85}, nil
	}
	b, err := command.Bytes()
	must(c.t, err)
	return c.running.Transmit(ctx, b)
}

// change takes the keys of a session after its last answer.
func (c *cardWithPIN) change(command card.Command, answer []byte) {
	if command.INS != 0x86 || command.CLA&card.ChainingBit != 0 || !bytes.HasSuffix(answer, []byte{0x90, 0x00}) {
		return
	}
	x := c.running.secret.X()
	c.enc = sm.DeriveKey(sm.AES128, x, sm.CounterEnc)
	keys, err := sm.NewKeys(sm.AES128, bytes.Clone(c.enc), sm.DeriveKey(sm.AES128, x, sm.CounterMAC))
	must(c.t, err)
	c.keys, c.ssc = keys, 0
}

func (c *cardWithPIN) counter() []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 8), c.ssc)
}

func (c *cardWithPIN) crypt(data []byte, mode func(cipher.Block, []byte) cipher.BlockMode) []byte {
	block, err := aes.NewCipher(c.enc)
	must(c.t, err)
	iv := c.counter()
	block.Encrypt(iv, iv)
	out := make([]byte, len(data))
	mode(block, iv).CryptBlocks(out, data)
	return out
}

func pad(b []byte) []byte {
	b = append(bytes.Clone(b), 0x80)
	for len(b)%16 != 0 {
		b = append(b, 0)
	}
	return b
}

func (c *cardWithPIN) mac(parts ...[]byte) []byte {
	m, err := c.keys.Token(bytes.Join(append([][]byte{c.counter()}, parts...), nil))
	must(c.t, err)
	return m
}

func (c *cardWithPIN) open(command card.Command) card.Command {
	body := command.Data[:len(command.Data)-10]
	header := pad([]byte{command.CLA, command.INS, command.P1, command.P2})
	if !bytes.Equal(command.Data[len(body)+2:], c.mac(header, pad(body))) {
		c.t.Fatalf("MAC of command %02X", command.INS)
	}
	plain := card.Command{CLA: command.CLA &^ 0x0C, INS: command.INS, P1: command.P1, P2: command.P2}
	for len(body) > 0 {
		tag, value, rest, err := tlv.Read(body)
		must(c.t, err)
		switch tag {
		case 0x87:
			data := c.crypt(value[1:], cipher.NewCBCDecrypter)
			plain.Data = data[:bytes.LastIndexByte(data, 0x80)]
		case 0x97:
			plain.Le = 256
		}
		body = rest
	}
	return plain
}

func (c *cardWithPIN) seal(answer []byte) []byte {
	data, status := answer[:len(answer)-2], answer[len(answer)-2:]
	var body []byte
	if len(data) > 0 {
		body = tlv.Append(body, 0x87, []byte{1}, c.crypt(pad(data), cipher.NewCBCEncrypter))
	}
	body = tlv.Append(body, 0x99, status)
	return append(tlv.Append(body, 0x8E, c.mac(pad(body))), status...)
}

// TestSuspendedPIN catches a PIN that cannot be resumed: the CAN opens a
// session, PACE with the PIN runs through its channel, and from then on the keys
// of the second session are alone in use.
func TestSuspendedPIN(t *testing.T) {
	c := newCardWithPIN(t)
	if _, err := Establish(t.Context(), c, rand.Reader, infoG1(), c.pin.pw, LastTry()); !errors.Is(err, ErrSuspended) {
		t.Fatalf("PIN without the CAN: %v", err)
	}
	first, err := Establish(t.Context(), c, rand.Reader, infoG1(), c.can.pw)
	must(t, err)
	if _, err := Establish(t.Context(), first.Channel, rand.Reader, infoG1(), c.pin.pw); !errors.Is(err, ErrLastTry) {
		t.Fatalf("last try without a word: %v", err)
	}
	_, err = Establish(t.Context(), first.Channel, rand.Reader, infoG1(), password(t, referencePIN, "111111"), LastTry())
	if !errors.Is(err, ErrWrongPassword) || !errors.Is(err, ErrBlocked) {
		t.Fatalf("wrong PIN: %v", err)
	}
	read, _ := card.Command{INS: 0xB0, Le: 256}.Bytes()
	if _, err := first.Channel.Transmit(t.Context(), read); err != nil {
		t.Fatalf("channel of the CAN after a wrong PIN: %v", err)
	}
	second, err := Establish(t.Context(), first.Channel, rand.Reader, infoG1(), c.pin.pw, LastTry())
	must(t, err)
	if got, err := second.Channel.Transmit(t.Context(), read); err != nil || !bytes.Equal(got, []byte{1, 2, 3, 0x90, 0x00}) {
		t.Errorf("channel of the PIN: %X, %v", got, err)
	}
	if _, err := first.Channel.Transmit(t.Context(), read); !errors.Is(err, sm.ErrClosed) {
		t.Errorf("channel of the CAN after the PIN: %v", err)
	}
}
