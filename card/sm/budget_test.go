package sm

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"cnie.example/card"
)

// longestExchange is one command, and GET RESPONSE for the longest response in
// pieces of 256 bytes, with one more that shows the response to have no end.
const longestExchange = 2 + card.MaxExtendedLe/card.MaxShortLe

// A card that announces more forever, underneath secure messaging, under it or
// both, must not draw more commands than the longest response needs: neither
// bound may multiply the other.
func TestChannelBudget(t *testing.T) {
	for name, tc := range map[string]struct {
		protected card.Status // of the response
		more      int         // how many times 61xx comes before it
		outside   card.Status // its status word outside protection
		want      error
	}{
		"forever underneath":       {0x9000, 1000, 0x9000, card.ErrResponse},
		"under protection":         {0x6100, 0, 0x9000, ErrFormat},
		"under and outside":        {0x6100, 0, 0x6100, card.ErrResponse},
		"under, and much beneath":  {0x6100, 200, 0x9000, ErrFormat},
		"under, outside, beneath":  {0x6100, 200, 0x6100, card.ErrResponse},
		"much beneath, then whole": {0x9000, 200, 0x9000, nil},
	} {
		k, p := pair(AES256)
		sent, more, ssc := 0, 0, uint64(0)
		var whole []byte
		c := NewChannel(card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
			sent++
			if b[0]&0x0C != 0 {
				ssc += 2
				r := p.seal(ssc, card.Response{Data: bytes.Repeat([]byte{7}, 10), Status: tc.protected})
				r.Status = tc.outside
				more, whole = tc.more, r.Bytes()
			}
			if more--; more >= 0 {
				return []byte{0x61, 0x00}, nil
			}
			return whole, nil
		}), k, 0)
		r, err := card.Send(context.Background(), c, card.Command{INS: 0xB0, Le: 256})
		if !errors.Is(err, tc.want) || sent > longestExchange {
			t.Errorf("%s: %v after %d commands", name, err, sent)
		}
		if err == nil && len(r.Data) != 10 {
			t.Errorf("%s: %d bytes", name, len(r.Data))
		}
		if _, again := c.Transmit(context.Background(), []byte{0, 0xB0, 0, 0}); err != nil && !errors.Is(again, ErrClosed) {
			t.Errorf("%s: not closed: %v", name, again)
		}
	}
}

// The longest response there is, in the smallest pieces that GET RESPONSE has,
// must come through the budget whole.
func TestChannelLongestResponse(t *testing.T) {
	k, p := pair(AES256)
	whole := p.seal(2, card.Response{Data: make([]byte, card.MaxExtendedLe-64), Status: card.StatusOK})
	if len(whole.Data) > card.MaxExtendedLe || len(whole.Data) < card.MaxExtendedLe-256 {
		t.Fatalf("response of %d bytes", len(whole.Data))
	}
	pending := whole.Data
	c := NewChannel(card.TransmitterFunc(func(_ context.Context, b []byte) ([]byte, error) {
		if b[1] != 0xC0 {
			return []byte{0x61, 0x00}, nil
		}
		n := min(len(pending), 256)
		part := pending[:n:n]
		if pending = pending[n:]; len(pending) > 0 {
			return append(part, 0x61, 0x00), nil
		}
		return append(part, 0x90, 0x00), nil
	}), k, 0)
	got, err := c.Transmit(context.Background(), []byte{0x00, 0xB0, 0x81, 0x00, 0x00, 0x00, 0x00})
	if err != nil || len(got) != card.MaxExtendedLe-64+2 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
