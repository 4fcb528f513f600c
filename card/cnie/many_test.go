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
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
	"cnie.example/card/vcard"
)

// TestManyRuns catches a shared secret whose leading zeros are lost on either
// side, which fails one login in 170 on this curve. It runs PACE with generic
// mapping and chip authentication, and PACE with integrated mapping, 4000 times
// each, counts the secrets that begin with a zero byte, and requires that each
// of the three kinds occurs. The keys of the terminal and of the provider have
// their full size, those of the chip 64 bits (quickChip).
func TestManyRuns(t *testing.T) {
	runs := 4000
	if testing.Short() || raceEnabled {
		runs = 40
	}
	p := specimen(t)
	p.PACE = append(p.PACE, vcard.PACEProtocol{Mapping: vcard.IntegratedMapping, Cipher: vcard.AES256, Curve: vcard.BrainpoolP256r1})
	p.NonceSize = 32
	shortenChipKey(t, &p)
	var next, generic, integrated, chip atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(runs) && !t.Failed(); i = next.Add(1) {
				zeros, err := manyRun(t.Context(), p, int(i))
				if err != nil {
					t.Errorf("run %d: %v", i, err)
				}
				generic.Add(zeros.generic)
				integrated.Add(zeros.integrated)
				chip.Add(zeros.chip)
			}
		})
	}
	workers.Wait()
	t.Logf("%d runs, leading zeros in %d secrets of generic mapping, %d of integrated mapping, %d of chip authentication",
		runs, generic.Load(), integrated.Load(), chip.Load())
	if runs == 4000 && (generic.Load() == 0 || integrated.Load() == 0 || chip.Load() == 0) {
		t.Error("no secret with leading zeros occurred")
	}
}

// shortenChipKey gives the chip a key of 64 bits for chip authentication.
func shortenChipKey(t testing.TB, p *vcard.Personalisation) {
	t.Helper()
	private := p.ChipKeys[0].Scalar
	clear(private[:len(private)-quickKey])
	public, err := vcard.BrainpoolP256r1.PublicKey(private)
	must(t, err)
	p.Files[lds.DG14.FID()] = dg14(t, public, nil)
}

// zeros counts secrets that begin with a zero byte.
type zeros struct{ generic, integrated, chip int64 }

// manyRun is one run of each kind, with the randomness of its number on both
// sides.
func manyRun(ctx context.Context, p vcard.Personalisation, n int) (z zeros, err error) {
	chip, err := vcard.New(p, &quickChip{source: seeded("integrated chip", n)})
	if err != nil {
		return z, err
	}
	can, err := pace.CAN([]byte(specimenCAN))
	if err != nil {
		return z, err
	}
	last := &lastRead{source: seeded("integrated", n)}
	a := cnie.Access{Password: can, Preference: pace.Preference{Integrated: true}, Rand: errReader{}}
	if a.Prepared, err = pace.PrepareIntegrated(last, curve.BrainpoolP256r1(), sm.AES256); err != nil {
		return z, err
	}
	c, paced, err := openCounted(ctx, chip, a, last)
	if err != nil {
		return z, fmt.Errorf("integrated mapping: %w", err)
	}
	z.integrated = paced
	c.Close()

	if chip, err = vcard.New(p, &quickChip{source: seeded("chip", n)}); err != nil {
		return z, err
	}
	last = &lastRead{source: seeded("terminal", n)}
	a = cnie.Access{Password: can, Rand: errReader{}}
	if a.Prepared, err = cnie.Prepare(last); err != nil {
		return z, err
	}
	if c, z.generic, err = openCounted(ctx, chip, a, last); err != nil {
		return z, fmt.Errorf("generic mapping: %w", err)
	}
	defer c.Close()
	z.chip, err = handCounted(ctx, c, p, n)
	return z, err
}

// openCounted opens the card; zero is 1 when the secret of PACE begins with a
// zero byte.
func openCounted(ctx context.Context, chip card.Transmitter, a cnie.Access, last *lastRead) (c *cnie.Card, zero int64, err error) {
	tap := &tap{card: chip}
	if c, err = cnie.Open(ctx, tap, a); err != nil {
		return nil, 0, err
	}
	zero, err = leadingZero(last.bytes, tap.chipKey)
	return c, zero, err
}

// handCounted hands the card to a provider who reads DG1; zero is 1 when the
// secret of chip authentication begins with a zero byte.
func handCounted(ctx context.Context, c *cnie.Card, p vcard.Personalisation, n int) (zero int64, err error) {
	prov := &provider{rand: seeded("provider", n), le: card.MaxExtendedLe}
	dg14, err := c.Read(ctx, lds.DG14)
	if err != nil {
		return 0, err
	}
	h, proof, err := prov.hand(p.Files[lds.SOD.FID()], dg14)
	if err != nil {
		return 0, err
	}
	if err := chipauth.VerifyProof(prov.key, h, proof); err != nil {
		return 0, err
	}
	relay, err := c.Hand(ctx, prov.key, h.PublicKey, identityFiles()[:1])
	if err != nil {
		return 0, err
	}
	batch, err := prov.commands(identityFiles()[:1])
	if err != nil {
		return 0, err
	}
	answers, err := relay.Forward(ctx, batch)
	if err != nil {
		return 0, err
	}
	if _, err := prov.files(answers, 1); err != nil {
		return 0, err
	}
	return leadingZero(p.ChipKeys[0].Scalar, h.PublicKey)
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
// the last that the terminal draws for PACE.
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
