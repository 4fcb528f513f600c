package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"cnie.example/card/vcard/vpcd"
	"cnie.example/pcsc/pcscd"
)

// Reader is a virtual reader of a pcscd: as root of a private daemon, otherwise
// of the system's, whose vpcd has to be installed and running.
type Reader struct {
	Name   string // of the reader, as PC/SC lists it
	Socket string // of the private daemon; empty for the system's

	dial  func(context.Context) (net.Conn, error)
	close func()
}

// OpenReader gives an empty reader. The caller closes it.
func OpenReader(ctx context.Context) (*Reader, error) {
	return openReader(ctx, pcscd.Options{})
}

func openReader(ctx context.Context, o pcscd.Options) (*Reader, error) {
	dir, err := os.MkdirTemp("", "cnie-lab-pcscd")
	if err != nil {
		return nil, err
	}
	remove := func() { os.RemoveAll(dir) }
	daemon, err := pcscd.Start(ctx, dir, o)
	if errors.Is(err, pcscd.ErrUnsupported) {
		remove()
		return systemReader(o)
	}
	if err != nil {
		remove()
		return nil, err
	}
	return &Reader{
		Name: pcscd.ReaderName, Socket: pcscd.Socket(dir), dial: daemon.Dial,
		close: func() { daemon.Stop(); remove() },
	}, nil
}

func systemReader(o pcscd.Options) (*Reader, error) {
	if o.NoReader {
		return nil, errors.New("a pcscd without readers is a private one, which needs root")
	}
	dial := func(ctx context.Context) (net.Conn, error) {
		conn, err := vpcd.Dial(ctx, pcscd.SystemAddress)
		if err != nil {
			return nil, fmt.Errorf("the system's pcscd has no virtual reader (install vsmartcard-vpcd and start pcscd, or run as root): %w", err)
		}
		return conn, nil
	}
	return &Reader{Name: pcscd.SystemReaderName, dial: dial, close: func() {}}, nil
}

// Insert puts a card into the reader and serves it until ctx ends, the card
// fails or the daemon goes. removed then delivers what vpcd.Serve returned.
func (r *Reader) Insert(ctx context.Context, c vpcd.Card) (removed <-chan error, err error) {
	conn, err := r.dial(ctx)
	if err != nil {
		return nil, err
	}
	served := make(chan error, 1)
	go func() { served <- vpcd.Serve(ctx, conn, c) }()
	return served, nil
}

// Close ends the private daemon. The caller has removed the card before.
func (r *Reader) Close() { r.close() }
