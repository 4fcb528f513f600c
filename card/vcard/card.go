package vcard

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"slices"
	"sync"
	"time"

	"cnie.example/card"
)

// Card is a virtual chip in the field of a reader. Its methods may be called
// from several goroutines; commands are served one after the other.
type Card struct {
	mu    sync.Mutex
	p     Personalisation
	keys  []chipKey
	rand  io.Reader
	sleep func(ctx context.Context, d time.Duration) error
	volatile

	counters  Counters
	triesLeft int // of the PIN; a reset does not restore them
}

// Option changes how a card is simulated.
type Option func(*Card)

// Sleep makes the card wait by f instead of by a timer. f returns after d, or
// when ctx ends, with the context's error. It is called by one goroutine at a
// time.
func Sleep(f func(ctx context.Context, d time.Duration) error) Option {
	return func(c *Card) { c.sleep = f }
}

// New makes a card, just reset. It copies p. The random bytes of nonces and
// ephemeral keys are read from rand, by one command at a time. The error wraps
// ErrPersonalisation.
func New(p Personalisation, rand io.Reader, options ...Option) (*Card, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("new virtual card: %w", err)
	}
	p = p.Clone()
	keys, err := p.chipKeys()
	if err != nil {
		return nil, fmt.Errorf("new virtual card: chip key: %w", err)
	}
	c := &Card{p: p, keys: keys, rand: rand, sleep: sleep, triesLeft: p.tries()}
	c.counters.Multiplications = map[Curve]int64{}
	for _, option := range options {
		option(c)
	}
	return c, nil
}

// Transmit serves one command APDU and returns the response, of two bytes at
// least unless a fault cuts it short. It fails when ctx has ended, with an
// error that wraps ctx.Err(): the card has not seen the command when ctx had
// ended before, and has acted on it when ctx ended while the answer waited. It
// fails with card.ErrRemoved after the fault Cut. The response is the caller's.
func (c *Card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("virtual card: %w", err)
	}
	if c.removed {
		return nil, fmt.Errorf("virtual card: %w", card.ErrRemoved)
	}
	before := c.counters.clone()
	c.steps++
	answer := c.serve(command).bytes()
	c.counters.APDUs++
	c.counters.Received += int64(len(command))
	return c.deliver(ctx, answer, before)
}

// Reset is a cold reset: everything but the counters and the tries of the PIN
// is forgotten. It waits for the command under way.
func (c *Card) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.volatile = volatile{}
}

// ATR is the answer to reset of the interface in use. The bytes are the
// caller's.
func (c *Card) ATR() []byte { return slices.Clone(c.p.atr()) }

// Counters tells what the card has done since New. The map is the caller's.
func (c *Card) Counters() Counters {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counters.clone()
}

// times is k·p, counted.
func (c *Card) times(d *domain, k *big.Int, p point) point {
	c.counters.Multiplications[d.curve]++
	return d.multiply(k, p)
}

// timesGenerator is k·G, counted.
func (c *Card) timesGenerator(d *domain, k *big.Int) point {
	c.counters.Multiplications[d.curve]++
	return d.multiplyGenerator(k)
}
