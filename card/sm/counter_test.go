package sm

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"cnie.example/card"
)

// overflowing is a chip whose 8-byte counter begins so high that it passes zero
// within the session.
func overflowing(c Cipher, start uint64) (*Channel, *Keys) {
	k, p := pair(c)
	ssc := start
	return NewChannel(card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
		w, err := card.ParseCommand(b)
		if err != nil {
			return nil, err
		}
		ssc++
		plain, err := p.open(ssc, w)
		if err != nil {
			return []byte{0x69, 0x88}, nil
		}
		ssc++
		return p.seal(ssc, card.Response{Data: plain.Data, Status: card.StatusOK}).Bytes(), nil
	}), k, start), k
}

// After Basic Access Control the counter is half of what the chip drew: one that
// draws FFFFFFFF first must not be able to break the session by an overflow.
func TestChannelCounterPassesZero(t *testing.T) {
	for start := uint64(math.MaxUint64 - 6); start != 2; start++ {
		c, _ := overflowing(TripleDES, start)
		for i := range byte(8) {
			r, err := card.Send(context.Background(), c, card.Command{INS: 0x10, Data: []byte{i}, Le: 256})
			if err != nil || !bytes.Equal(r.Data, []byte{i}) {
				t.Fatalf("counter from %X, command %d: %v", start, i, err)
			}
		}
	}
	// AES counts in 16 bytes, which cannot pass zero: there the end is an error.
	c, k := overflowing(AES128, math.MaxUint64-3)
	command := []byte{0x00, 0xB0, 0x00, 0x00, 0x00}
	if _, err := c.Transmit(context.Background(), command); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Transmit(context.Background(), command); err == nil || k.auth != nil {
		t.Errorf("counter used up: %v", err)
	}
}

// New keys must take the place of the old ones over the same card, with their
// own counter, and leave nothing of the old ones.
func TestChannelRekey(t *testing.T) {
	old, _ := pair(AES256)
	enc := old.enc
	next, p := pair(AES128)
	sent := 0
	c := NewChannel(card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
		sent++
		w, err := card.ParseCommand(b)
		if err != nil {
			return nil, err
		}
		if _, err := p.open(1, w); err != nil {
			return []byte{0x69, 0x88}, nil
		}
		return p.seal(2, card.Response{Data: []byte{1}, Status: card.StatusOK}).Bytes(), nil
	}), old, 40)
	renewed := c.Rekey(next, 0)
	command := []byte{0x00, 0xB0, 0x00, 0x00, 0x00}
	if _, err := c.Transmit(context.Background(), command); !errors.Is(err, ErrClosed) || sent != 0 {
		t.Errorf("old channel: %v, %d sent", err, sent)
	}
	if !bytes.Equal(enc, make([]byte, len(enc))) {
		t.Error("old keys left")
	}
	if got, err := renewed.Transmit(context.Background(), command); err != nil || !bytes.Equal(got, []byte{1, 0x90, 0x00}) {
		t.Errorf("new channel: %X, %v", got, err)
	}
}

// A block cipher under a key of another length would be another cipher.
func TestNewBlock(t *testing.T) {
	for _, c := range []Cipher{0, TripleDES, AES128, AES192, AES256, AES256 + 1} {
		for n := range 40 {
			b, err := c.NewBlock(make([]byte, n))
			if want := n > 0 && n == c.KeySize(); (err == nil) != want {
				t.Errorf("%v with %d bytes: %v", c, n, err)
			}
			if err == nil && b.BlockSize() != c.BlockSize() {
				t.Errorf("%v: blocks of %d bytes", c, b.BlockSize())
			}
		}
	}
}
