package vcard

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"time"

	"cnie.example/card"
)

// SetFaults replaces the faults of the card, from the next command on. The
// error wraps ErrPersonalisation; the faults are then as they were.
func (c *Card) SetFaults(faults ...Fault) error {
	for _, f := range faults {
		if !f.valid() {
			return fmt.Errorf("fault %v: %w", f, ErrPersonalisation)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.p.Faults = slices.Clone(faults)
	return nil
}

// has says whether the card has a fault that acts always.
func (c *Card) has(kind FaultKind) bool {
	return slices.ContainsFunc(c.p.Faults, func(f Fault) bool { return f.Kind == kind })
}

// strikes gives the faults of a kind that act on the APDU under way.
func (c *Card) strikes(kind FaultKind) (f Fault, ok bool) {
	i := slices.IndexFunc(c.p.Faults, func(f Fault) bool { return f.Kind == kind && f.APDU == c.steps })
	if i < 0 {
		return f, false
	}
	return c.p.Faults[i], true
}

// spoilMAC alters the MAC that ends an answer, with the fault WrongMAC.
func (c *Card) spoilMAC(answer []byte) {
	if _, ok := c.strikes(WrongMAC); ok {
		answer[len(answer)-1] ^= 1
	}
}

// deliver brings an answer to the terminal, with the faults of the way and
// after the time that the model gives to the command.
func (c *Card) deliver(ctx context.Context, answer []byte, before Counters) ([]byte, error) {
	if _, ok := c.strikes(Cut); ok {
		c.removed = true
		return nil, fmt.Errorf("virtual card: %w", card.ErrRemoved)
	}
	if f, ok := c.strikes(WrongStatus); ok {
		answer = response{sw: status(f.Status)}.bytes()
	}
	if _, ok := c.strikes(WrongLength); ok {
		answer = cutShort(answer)
	}
	c.counters.Sent += int64(len(answer))
	wait := time.Duration(0)
	if c.p.Latency != (Latency{}) {
		wait = c.p.Latency.Of(c.counters.since(before))
	}
	if f, ok := c.strikes(Late); ok {
		wait += f.Delay
	}
	if wait > 0 {
		if err := c.sleep(ctx, wait); err != nil {
			return nil, fmt.Errorf("virtual card: %w", err)
		}
	}
	return answer, nil
}

// cutShort is a response without its last byte of data, or, when it has none,
// of its status word.
func cutShort(answer []byte) []byte {
	if n := len(answer) - 3; n >= 0 {
		return slices.Delete(answer, n, n+1)
	}
	return answer[:len(answer)-1]
}

// presented is the ephemeral public key as the terminal sees it: with the
// fault OtherCurve a generator of another curve.
func (c *Card) presented(run *paceRun, public []byte) []byte {
	if !c.has(OtherCurve) {
		return public
	}
	other := P256
	if run.protocol.Curve == P256 {
		other = BrainpoolP256r1
	}
	for _, curve := range Curves() { // of the same size, if there is one
		if curve != run.protocol.Curve && curve.bits() == run.protocol.Curve.bits() {
			other = curve
		}
	}
	d, err := other.domain()
	if err != nil {
		return public
	}
	return d.encode(d.generator)
}

// maxSearch bounds the search for a shared secret with a leading zero byte:
// one in 256 has it, or more.
const maxSearch = 1 << 14

// searchLeadingZero counts k up until the first byte of the shared secret k·p
// is zero.
func (c *Card) searchLeadingZero(d *domain, k *big.Int, p, shared point) (*big.Int, point) {
	one := big.NewInt(1)
	for range maxSearch {
		if !shared.infinite() && d.secret(shared)[0] == 0 {
			break
		}
		k, shared = new(big.Int).Add(k, one), d.add(shared, p)
	}
	return k.Mod(k, d.n), shared
}
