package pcsc_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
	"cnie.example/pcsc"
	"cnie.example/pcsc/pcscd"
	"cnie.example/pcsc/pinpad"
)

// other is another program's connection to the card.
func other(t *testing.T, mode scard.ShareMode) *scard.Card {
	t.Helper()
	rm, err := scard.EstablishContext()
	if err != nil {
		t.Fatal(err)
	}
	h, err := rm.Connect(pcscd.ReaderName, mode, scard.ProtocolAny)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = h.Disconnect(scard.LeaveCard), rm.Release() })
	return h
}

// Another program at the same card, against the real pcscd. Would catch: a
// reset or a loss of power by another program told late, as something else or
// not at all; a connection that cannot be made anew after it; a shared
// connection that keeps others out, or whose transactions do not; 64 KiB
// allocated for each response.
func TestPCSCOtherProgram(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	daemon, service := start(t), pcsc.NewService()
	defer insert(t, daemon, &echo{})()
	if _, err := service.Wait(ctx, pcscd.ReaderName); err != nil {
		t.Fatal(err)
	}
	for name, reset := range map[string]func(*scard.Card) error{
		"reset at the end of a transaction": func(h *scard.Card) error {
			return errors.Join(h.BeginTransaction(), h.EndTransaction(scard.ResetCard))
		},
		"reset at the end of a connection": func(h *scard.Card) error { return h.Disconnect(scard.ResetCard) },
		"power off and on":                 func(h *scard.Card) error { return h.Disconnect(scard.UnpowerCard) },
	} {
		t.Run(name, func(t *testing.T) {
			h := other(t, scard.ShareShared)
			c := share(ctx, t, service)
			if err := reset(h); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := c.Transmit(ctx, []byte{0, 0xB0, 0, 0}); !errors.Is(err, card.ErrReset) {
					t.Errorf("got %v", err)
				}
			}
			if err := c.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			if err := share(ctx, t, service).Close(); err != nil {
				t.Errorf("next attempt: %v", err)
			}
		})
	}
	t.Run("memory", func(t *testing.T) { memory(ctx, t, service) })
	t.Run("in use", func(t *testing.T) { inUse(ctx, t, service) })
	t.Run("transaction", func(t *testing.T) { transaction(ctx, t, service) })
	t.Run("no PIN pad", func(t *testing.T) {
		c := share(ctx, t, service)
		if _, err := pinpad.Open(ctx, c); !errors.Is(err, pinpad.ErrNoPad) {
			t.Errorf("got %v", err)
		}
		if _, err := c.Transmit(ctx, []byte{0, 0xB0, 0, 0}); err != nil {
			t.Errorf("after the question: %v", err)
		}
		_ = c.Close()
	})
	t.Run("service stops", func(t *testing.T) {
		c := share(ctx, t, service)
		daemon.Stop()
		if _, err := c.Transmit(ctx, []byte{0, 0xB0, 0, 0}); !errors.Is(err, card.ErrNoService) {
			t.Errorf("got %v", err)
		}
		if err := c.Close(); !errors.Is(err, card.ErrNoService) {
			t.Errorf("close: %v", err)
		}
		if _, err := service.Connect(ctx, pcscd.ReaderName); !errors.Is(err, card.ErrNoService) {
			t.Errorf("connect: %v", err)
		}
	})
}

// share connects beside others and uses the card.
func share(ctx context.Context, t *testing.T, s *pcsc.Service) *pcsc.Card {
	t.Helper()
	c, err := s.Connect(ctx, pcscd.ReaderName, pcsc.Shared())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Transmit(ctx, []byte{0, 0xB0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	return c
}

func inUse(ctx context.Context, t *testing.T, s *pcsc.Service) {
	for _, mode := range []scard.ShareMode{scard.ShareShared, scard.ShareExclusive} {
		h := other(t, mode)
		if r, err := s.Readers(ctx); err != nil || !r[0].InUse {
			t.Errorf("mode %v: %+v, %v", mode, r, err)
		}
		begun, stop := context.WithTimeout(ctx, 75*time.Millisecond) // between two tries
		if _, err := s.Connect(begun, pcscd.ReaderName); !errors.Is(err, card.ErrBusy) {
			t.Errorf("mode %v: exclusive connection beside it: %v", mode, err)
		}
		stop()
		_ = h.Disconnect(scard.LeaveCard)
		if r, err := s.Readers(ctx); err != nil || r[0].InUse {
			t.Errorf("mode %v, afterwards: %+v, %v", mode, r, err)
		}
	}
}

func transaction(ctx context.Context, t *testing.T, s *pcsc.Service) {
	c, h := share(ctx, t, s), other(t, scard.ShareShared)
	if err := c.BeginTransaction(ctx); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		_, err := h.Transmit([]byte{0, 0xB0, 0, 0})
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Errorf("another program came into the transaction: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	if _, err := c.Transmit(ctx, []byte{0, 0xB0, 0, 0}); err != nil {
		t.Errorf("in the transaction: %v", err)
	}
	if err := c.EndTransaction(false); err != nil {
		t.Error(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("after the transaction: %v", err)
	}
	if err := c.BeginTransaction(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.EndTransaction(true); err != nil {
		t.Error(err)
	}
	if _, err := h.Transmit([]byte{0, 0xB0, 0, 0}); !errors.Is(err, scard.ErrResetCard) {
		t.Errorf("the other program after our reset: %v", err)
	}
	_ = c.Close()
}

// memory fails when every response takes 64 KiB again.
func memory(ctx context.Context, t *testing.T, s *pcsc.Service) {
	c := share(ctx, t, s)
	defer c.Close()
	const n = 100
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		if _, err := c.Transmit(ctx, []byte{0, 0xB0, 0, 0}); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / n; each > 16<<10 {
		t.Errorf("%d bytes for each command", each)
	}
}
