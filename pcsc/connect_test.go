package pcsc

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// Would catch: a card kept by a passing program refused at once, and one kept
// for good waited for without end or told as something else.
func TestConnectIsPatient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, tries := newScripted("A"), 0
		s.connect = func(scard.ShareMode, scard.Protocol) (handle, error) {
			if tries++; tries < 3 {
				return nil, scard.ErrSharingViolation
			}
			return newHandle(nil), nil
		}
		c, err := s.service.Connect(t.Context(), "A")
		if err != nil {
			t.Fatalf("passing program: %v", err)
		}
		_ = c.Close()
		s.connect = func(scard.ShareMode, scard.Protocol) (handle, error) { return nil, scard.ErrSharingViolation }
		begun := time.Now()
		if _, err := s.service.Connect(t.Context(), "A"); !errors.Is(err, card.ErrBusy) || time.Since(begun) != sharingPatience {
			t.Errorf("kept for good: %v after %v", err, time.Since(begun))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := s.service.Connect(ctx, "A"); !errors.Is(err, card.ErrBusy) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("kept for longer than the caller waits: %v", err)
		}
		s.left(t)
	})
}

// Would catch: a caller who had given up before told that another program has
// the card, or a card that is connected for nobody.
func TestConnectAfterTheCallerGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScripted("A")
		s.connect = func(scard.ShareMode, scard.Protocol) (handle, error) { return nil, scard.ErrSharingViolation }
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errScripted)
		if _, err := s.service.Connect(ctx, "A"); !errors.Is(err, errScripted) || errors.Is(err, card.ErrBusy) {
			t.Errorf("got %v", err)
		}
		h, release := newHandle(nil), make(chan struct{})
		s.connect = func(scard.ShareMode, scard.Protocol) (handle, error) { <-release; return h, nil }
		ctx, stop := context.WithTimeoutCause(t.Context(), time.Second, errScripted)
		defer stop()
		if _, err := s.service.Connect(ctx, "A"); !errors.Is(err, errScripted) || errors.Is(err, card.ErrBusy) {
			t.Errorf("driver that hangs: %v", err)
		}
		close(release)
		if d := <-h.disconnected; d != scard.ResetCard {
			t.Errorf("connection for nobody: disposition %v", d)
		}
		s.left(t)
	})
}

// Would catch: a connection that others can come into when nobody asked for it
// to be shared, and T=0 tried where the card speaks T=1.
func TestConnectMode(t *testing.T) {
	for name, test := range map[string]struct {
		options []ConnectOption
		mode    scard.ShareMode
		refuse  bool // T=1
		want    scard.Protocol
	}{
		"default":     {nil, scard.ShareExclusive, false, scard.ProtocolT1},
		"only T=0":    {nil, scard.ShareExclusive, true, scard.ProtocolAny},
		"shared":      {[]ConnectOption{Shared()}, scard.ShareShared, false, scard.ProtocolT1},
		"shared, T=0": {[]ConnectOption{Shared()}, scard.ShareShared, true, scard.ProtocolAny},
	} {
		s := newScripted("A")
		var last scard.Protocol
		s.connect = func(mode scard.ShareMode, protocol scard.Protocol) (handle, error) {
			if last = protocol; mode != test.mode {
				t.Errorf("%s: mode %v", name, mode)
			}
			if test.refuse && protocol == scard.ProtocolT1 {
				return nil, scard.ErrProtoMismatch
			}
			return newHandle(nil), nil
		}
		c, err := s.service.Connect(t.Context(), "A", test.options...)
		if err != nil || last != test.want {
			t.Errorf("%s: protocol %v, %v", name, last, err)
			continue
		}
		_ = c.Close()
	}
}

// Would catch: the panic of the driver on a protocol it does not know, and a
// card taken for one that answers although it gave no answer to reset.
func TestConnectRefusesWhatIsNoCard(t *testing.T) {
	for name, spoil := range map[string]func(*scriptedHandle){
		"no protocol":         func(h *scriptedHandle) { h.protocol = scard.ProtocolUndefined },
		"raw protocol":        func(h *scriptedHandle) { h.protocol = 4 },
		"two protocols":       func(h *scriptedHandle) { h.protocol = scard.ProtocolAny },
		"no answer to reset":  func(h *scriptedHandle) { h.atr = nil },
		"one byte of it only": func(h *scriptedHandle) { h.atr = []byte{0x3B} },
		"status fails":        func(h *scriptedHandle) { h.status = scard.ErrUnpoweredCard },
	} {
		synctest.Test(t, func(t *testing.T) {
			s, h := newScripted("A"), newHandle(nil)
			spoil(h)
			s.inserted(h)
			if _, err := s.service.Connect(t.Context(), "A"); !errors.Is(err, card.ErrUnresponsive) {
				t.Errorf("%s: %v", name, err)
			}
			if len(h.disconnected) != 1 {
				t.Errorf("%s: handle left open", name)
			}
			s.left(t)
		})
	}
}

// Would catch: the card of another program reset by one who only looked, and a
// card that was used left with what it was told.
func TestCloseOfASharedConnection(t *testing.T) {
	for name, test := range map[string]struct {
		use  func(*Card) error
		want scard.Disposition
	}{
		"looked only": {func(*Card) error { return nil }, scard.LeaveCard},
		"sent":        {func(c *Card) error { _, err := c.Transmit(context.Background(), command); return err }, scard.ResetCard},
		"controlled":  {func(c *Card) error { _, err := c.Control(context.Background(), 1, nil); return err }, scard.ResetCard},
	} {
		h := newHandle(func([]byte) ([]byte, error) { return []byte{0x90, 0}, nil })
		h.control = func(uint32, []byte) ([]byte, error) { return nil, nil }
		c := connected(t, h, Shared())
		if err := errors.Join(test.use(c), c.Close()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := <-h.disconnected; d != test.want {
			t.Errorf("%s: disposition %v", name, d)
		}
	}
}

// Would catch: a transaction that fails without a name, or holds up its caller
// for as long as another program has one.
func TestTransaction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandle(nil)
		c := connected(t, h, Shared())
		h.begin, h.end = scard.ErrResetCard, scard.ErrRemovedCard
		if err := c.BeginTransaction(t.Context()); !errors.Is(err, card.ErrReset) {
			t.Errorf("begin: %v", err)
		}
		if err := c.EndTransaction(true); !errors.Is(err, card.ErrRemoved) {
			t.Errorf("end: %v", err)
		}
		release := make(chan struct{})
		blocked := connected(t, blockedHandle{h, release}, Shared())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := blocked.BeginTransaction(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("begin while another has one: %v", err)
		}
		if err := blocked.EndTransaction(false); !errors.Is(err, card.ErrUnresponsive) {
			t.Errorf("end of an abandoned one: %v", err)
		}
		close(release)
		_, _ = c.Close(), blocked.Close()
	})
}

// blockedHandle waits for another program's transaction to end.
type blockedHandle struct {
	*scriptedHandle
	release chan struct{}
}

func (h blockedHandle) BeginTransaction() error { <-h.release; return nil }
