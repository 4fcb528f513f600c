package pcsc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"cnie.example/card"
	"cnie.example/card/vcard/vpcd"
	"cnie.example/pcsc"
	"cnie.example/pcsc/pcscd"
)

// TestMain points the client library to a socket that no daemon serves yet; the
// library reads the variable once.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "pcscd")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		os.Setenv(pcscd.SocketVariable, pcscd.Socket(dir))
		socketDir = dir
		return m.Run()
	}())
}

var socketDir string // set once by TestMain

// echo is the smallest card: it answers the data of a command.
type echo struct{ resets int }

func (*echo) ATR() []byte { return []byte{0x3B, 0x80, 0x80, 0x01, 0x01} }
func (e *echo) Reset()    { e.resets++ }

func (*echo) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c, err := card.ParseCommand(b)
	if err != nil {
		return []byte{0x67, 0x00}, nil
	}
	return append(bytes.Clone(c.Data), 0x90, 0x00), nil
}

// insert puts a card into the virtual reader; what it returns pulls it out.
func insert(t testing.TB, d *pcscd.Daemon, c vpcd.Card) (remove func()) {
	t.Helper()
	return insertAt(t, d, 0, c)
}

func insertAt(t testing.TB, d *pcscd.Daemon, slot int, c vpcd.Card) (remove func()) {
	t.Helper()
	conn, err := d.DialSlot(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = vpcd.Serve(ctx, conn, c) // it ends when the card is pulled out
	}()
	return func() { cancel(); <-served }
}

func start(t testing.TB) *pcscd.Daemon {
	t.Helper()
	return startWith(t, pcscd.Options{})
}

func startWith(t testing.TB, o pcscd.Options) *pcscd.Daemon {
	t.Helper()
	d, err := pcscd.Start(t.Context(), socketDir, o)
	if errors.Is(err, pcscd.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Stop)
	return d
}

// The life of a reader against the real pcscd, in one test since the client
// library knows one daemon for the process. Would catch: wrong names for no
// service, no reader and no card; extended length cut; a removal taken for
// something else; a service that is not found again after a restart.
func TestPCSC(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	service := pcsc.NewService()

	if os.Geteuid() == 0 {
		if _, err := service.Readers(ctx); !errors.Is(err, card.ErrNoService) {
			t.Fatalf("without a daemon: %v", err)
		}
	}
	daemon := start(t)

	readers, err := service.Readers(ctx)
	if err != nil || len(readers) == 0 || readers[0].Name != pcscd.ReaderName || readers[0].Present {
		t.Fatalf("empty reader: %+v, %v", readers, err)
	}
	if _, err := service.Connect(ctx, pcscd.ReaderName); !errors.Is(err, card.ErrNoCard) {
		t.Errorf("connect to an empty reader: %v", err)
	}
	brief, stop := context.WithTimeout(ctx, 100*time.Millisecond)
	if _, err := service.Wait(brief, ""); !errors.Is(err, card.ErrNoCard) {
		t.Errorf("wait that ends: %v", err)
	}
	stop()

	waited := make(chan error, 1)
	go func() {
		r, err := service.Wait(ctx, "")
		if err == nil && (r.Name != pcscd.ReaderName || !bytes.Equal(r.ATR, (*echo)(nil).ATR())) {
			err = fmt.Errorf("got %+v", r)
		}
		waited <- err
	}()
	remove := insert(t, daemon, &echo{})
	if err := <-waited; err != nil {
		t.Fatalf("card that arrives: %v", err)
	}

	c, err := service.Connect(ctx, pcscd.ReaderName)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 1, 255, 256, 4096, 32000} {
		data := bytes.Repeat([]byte{0xA5}, size)
		r, err := card.Send(ctx, c, card.Command{INS: 0xB0, Data: data, Le: card.MaxExtendedLe, Extended: true})
		if err != nil || r.Status != card.StatusOK || !bytes.Equal(r.Data, data) {
			t.Errorf("echo of %d bytes: %d bytes, %v, %v", size, len(r.Data), r.Status, err)
		}
	}
	brief, stop = context.WithTimeout(ctx, 75*time.Millisecond)
	if _, err := service.Connect(brief, pcscd.ReaderName); !errors.Is(err, card.ErrBusy) {
		t.Errorf("second connection: %v", err)
	}
	stop()
	remove()
	if err := untilError(ctx, c); !errors.Is(err, card.ErrRemoved) {
		t.Errorf("card pulled out: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("close after removal: %v", err)
	}

	daemon.Stop()
	if _, err := service.Readers(ctx); !errors.Is(err, card.ErrNoService) {
		t.Errorf("after the daemon ended: %v", err)
	}
	defer insert(t, start(t), &echo{})()
	if _, err := service.Wait(ctx, ""); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

// untilError sends until the card no longer answers; pcscd takes a moment to
// see that it is gone.
func untilError(ctx context.Context, c *pcsc.Card) error {
	for {
		if _, err := c.Transmit(ctx, []byte{0, 0xB0, 0, 0}); err != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}
