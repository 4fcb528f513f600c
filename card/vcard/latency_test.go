package vcard

import (
	"context"
	"errors"
	"testing"
	"time"
)

// Would catch: a model that forgets one of its parts, or scales with the wrong
// power of the size of a curve.
func TestLatency(t *testing.T) {
	counted := Counters{APDUs: 10, Received: 300, Sent: 700, Multiplications: map[Curve]int64{BrainpoolP256r1: 6, BrainpoolP512r1: 1}}
	if got := DefaultLatency().Of(counted); got != 240*time.Millisecond {
		t.Errorf("by default %v", got)
	}
	if got := (Latency{PerMultiplication: time.Millisecond}).Of(counted); got != 14*time.Millisecond {
		t.Errorf("multiplications: %v", got)
	}
	if got := (Latency{}).Of(counted); got != 0 {
		t.Errorf("no latency: %v", got)
	}
}

// Would catch: waits that do not sum up to the model, multiplications that are
// not counted, and counters that the caller can change.
func TestWaits(t *testing.T) {
	var waited time.Duration
	p := blank()
	p.Latency = Latency{PerAPDU: 17 * time.Millisecond, PerByte: 70 * time.Microsecond, PerMultiplication: 20 * time.Millisecond}
	c, err := New(p, seeded(1), Sleep(func(_ context.Context, d time.Duration) error { waited += d; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	terminal := connect(t, p)
	terminal.card = c
	if sw := terminal.establish(string(p.CAN)); sw != statusOK {
		t.Fatalf("PACE answered %04X", sw)
	}
	if n := c.Counters().Multiplications[BrainpoolP256r1]; n != 5 {
		t.Errorf("generic mapping took %d multiplications, want 5", n)
	}
	terminal.selectApplication()
	d := c.keys[0].domain
	if sw := terminal.authenticateChip(d.encode(d.generator)); sw != statusOK {
		t.Fatalf("chip authentication answered %04X", sw)
	}
	done := c.Counters()
	if done.Multiplications[BrainpoolP256r1] != 6 || done.APDUs != 8 {
		t.Errorf("counted %+v", done)
	}
	if want := p.Latency.Of(done); waited != want || want < 256*time.Millisecond {
		t.Errorf("waited %v, the model says %v", waited, want)
	}
	done.Multiplications[BrainpoolP256r1] = 100
	if c.Counters().Multiplications[BrainpoolP256r1] != 6 {
		t.Error("the counters are the caller's to change")
	}
	p.Latency.PerByte = -1
	if _, err := New(p, seeded(1)); !errors.Is(err, ErrPersonalisation) {
		t.Errorf("negative latency: %v", err)
	}
}

// Would catch: a card without latency that waits.
func TestNoLatencyNoWait(t *testing.T) {
	c, err := New(blank(), seeded(1), Sleep(func(context.Context, time.Duration) error {
		t.Error("waited")
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Transmit(t.Context(), unhex(t, readAccess)); err != nil {
		t.Error(err)
	}
}
