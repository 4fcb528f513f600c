package sm

import (
	"context"
	"errors"
	"fmt"
	"math"

	"cnie.example/card"
)

// Channel is a secure channel over a Transmitter: it takes plain commands and
// gives plain responses. It is a card.Transmitter, not for concurrent use.
type Channel struct {
	inner card.Transmitter
	keys  *Keys // nil once closed
	ssc   uint64
}

// NewChannel puts k over inner. It takes ownership of k. ssc is the send
// sequence counter before the first command: each command counts one up, and
// so does its response (ICAO Doc 9303-11, 9.8.2). After PACE and chip
// authentication it starts at 0, after Basic Access Control at a random number
// of 8 bytes, from which 3DES counts through zero (ICAO Doc 9303-11, 9.8.6.3).
func NewChannel(inner card.Transmitter, k *Keys, ssc uint64) *Channel {
	return &Channel{inner: inner, keys: k, ssc: ssc}
}

// Rekey closes c and puts new keys over what c was put over, as when PACE or
// chip authentication ran through c and the chip changed its keys. k and ssc
// are as in NewChannel.
func (c *Channel) Rekey(k *Keys, ssc uint64) *Channel {
	c.Close()
	return NewChannel(c.inner, k, ssc)
}

// Transmit protects one plain command APDU, sends it and verifies the answer.
// The result is the plain response with the status word that the chip
// protected, whatever it is.
//
// 61xx of the transmission layer is collected underneath, within the bound of
// card.Send; a protected command is never sent twice. 61xx under protection is
// refused: the status word outside would be 61xx too and so belong to the layer
// underneath. One command therefore never draws more GET RESPONSE than one
// response of the longest kind needs. Any error closes the channel and wipes its
// keys, since the counter of the chip is then unknown; from then on the error is
// ErrClosed.
func (c *Channel) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	response, err := c.exchange(ctx, command)
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("secure channel: %w", err)
	}
	return response, nil
}

func (c *Channel) exchange(ctx context.Context, command []byte) ([]byte, error) {
	if c.keys == nil {
		return nil, ErrClosed
	}
	// With AES the counter has 16 bytes: it would go on where this one ends.
	if c.keys.cipher != TripleDES && c.ssc > math.MaxUint64-2 {
		return nil, errors.New("send sequence counter is used up")
	}
	plain, err := card.ParseCommand(command)
	if err != nil {
		return nil, err
	}
	wrapped, err := c.keys.Wrap(c.ssc+1, plain)
	if err != nil {
		return nil, err
	}
	c.ssc += 2
	answer, err := card.Send(ctx, c.inner, wrapped)
	if err != nil {
		return nil, err
	}
	r, err := c.keys.Unwrap(c.ssc, answer)
	if err != nil {
		return nil, err
	}
	return append(r.Data, r.Status.SW1(), r.Status.SW2()), nil
}

// Close wipes the keys. It can be called more than once.
func (c *Channel) Close() {
	if c.keys != nil {
		c.keys.Wipe()
		c.keys = nil
	}
}
