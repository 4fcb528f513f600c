package cnie_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/tlv"
	"cnie.example/card/vcard"
)

// TestManyRuns catches a shared secret whose leading zeros are lost on either
// side, which fails one login in 170 on this curve. It runs PACE and chip
// authentication 4000 times, counts the secrets that begin with a zero byte, and
// requires that both kinds occur.
func TestManyRuns(t *testing.T) {
	runs := 4000
	if testing.Short() || raceEnabled {
		runs = 40
	}
	p := specimen(t)
	var next, inPACE, inChip atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(runs) && !t.Failed(); i = next.Add(1) {
				zeros, err := manyRun(t.Context(), p, int(i))
				if err != nil {
					t.Errorf("run %d: %v", i, err)
				}
				inPACE.Add(zeros[0])
				inChip.Add(zeros[1])
			}
		})
	}
	workers.Wait()
	t.Logf("%d runs, leading zeros in %d secrets of PACE, %d of chip authentication", runs, inPACE.Load(), inChip.Load())
	if runs == 4000 && (inPACE.Load() == 0 || inChip.Load() == 0) {
		t.Error("no secret with leading zeros occurred")
	}
}

// manyRun is one run, with the randomness of its number on both sides; it tells
// whether the secrets of PACE and of chip authentication begin with a zero byte.
func manyRun(ctx context.Context, p vcard.Personalisation, n int) (zeros [2]int64, err error) {
	chip, err := vcard.New(p, seeded("chip", n))
	if err != nil {
		return zeros, err
	}
	last := &lastRead{source: seeded("terminal", n)}
	prepared, err := cnie.Prepare(last)
	if err != nil {
		return zeros, err
	}
	tap := &tap{card: chip}
	pw, err := pace.CAN([]byte(specimenCAN))
	if err != nil {
		return zeros, err
	}
	c, err := cnie.OpenPrepared(ctx, tap, nil, nil, pw, prepared)
	if err != nil {
		return zeros, err
	}
	defer c.Close()
	prov := &provider{rand: seeded("provider", n), le: card.MaxExtendedLe}
	dg14, err := c.Read(ctx, lds.DG14)
	if err != nil {
		return zeros, err
	}
	h, proof, err := prov.hand(p.Files[lds.SOD.FID()], dg14)
	if err != nil {
		return zeros, err
	}
	if err := chipauth.VerifyProof(prov.key, h, proof); err != nil {
		return zeros, err
	}
	relay, err := c.Hand(ctx, prov.key, h.PublicKey, identityFiles()[:1])
	if err != nil {
		return zeros, err
	}
	batch, err := prov.commands(identityFiles()[:1])
	if err != nil {
		return zeros, err
	}
	answers, err := relay.Forward(ctx, batch)
	if err != nil {
		return zeros, err
	}
	if _, err := prov.files(answers, 1); err != nil {
		return zeros, err
	}
	if zeros[0], err = leadingZero(last.bytes, tap.chipKey); err != nil {
		return zeros, err
	}
	zeros[1], err = leadingZero(p.ChipKey, h.PublicKey)
	return zeros, err
}

// leadingZero is 1 when the secret of a private and a public key begins with a
// zero byte.
func leadingZero(private, public []byte) (int64, error) {
	c := curve.BrainpoolP256r1()
	k, err := c.Scalar(private)
	if err != nil {
		return 0, err
	}
	q, err := c.Point(public)
	if err != nil {
		return 0, fmt.Errorf("public key: %w", err)
	}
	s, err := q.Mul(k)
	if err != nil {
		return 0, err
	}
	if s.X()[0] == 0 {
		return 1, nil
	}
	return 0, nil
}

// lastRead keeps the bytes of the last read: the scalar of the key agreement is
// the last that Prepare draws.
type lastRead struct {
	source io.Reader
	bytes  []byte
}

func (l *lastRead) Read(b []byte) (int, error) {
	n, err := l.source.Read(b)
	l.bytes = append(l.bytes[:0], b[:n]...)
	return n, err
}

// tap keeps the chip's ephemeral public key of PACE.
type tap struct {
	card    card.Transmitter
	chipKey []byte
}

func (t *tap) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	a, err := t.card.Transmit(ctx, command)
	if err == nil && len(a) > 2 {
		if dynamic, err := tlv.Only(a[:len(a)-2], 0x7C); err == nil {
			if key, err := tlv.Only(dynamic, 0x84); err == nil {
				t.chipKey = append(t.chipKey[:0], key...)
			}
		}
	}
	return a, err
}
