package curve

import (
	"bytes"
	"errors"
	"io"
	"math/big"
	"slices"
	"testing"
	"testing/iotest"
)

// Catches: a scalar outside 1 to n-1 or of another length that is taken.
func TestScalarRange(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		size := c.ScalarSize()
		one := big.NewInt(1)
		for name, v := range map[string]struct {
			b  []byte
			ok bool
		}{
			"nothing":        {nil, false},
			"0":              {make([]byte, size), false},
			"1":              {one.FillBytes(make([]byte, size)), true},
			"n-1":            {new(big.Int).Sub(r.n, one).FillBytes(make([]byte, size)), true},
			"n":              {r.n.FillBytes(make([]byte, size)), false},
			"n+1":            {new(big.Int).Add(r.n, one).FillBytes(make([]byte, size)), false},
			"all ones":       {bytes.Repeat([]byte{0xFF}, size), false},
			"1, a byte less": {one.FillBytes(make([]byte, size-1)), false},
			"1, a byte more": {one.FillBytes(make([]byte, size+1)), false},
		} {
			k, err := c.Scalar(v.b)
			if (err == nil) != v.ok || err != nil && !errors.Is(err, ErrScalar) {
				t.Errorf("%s: %v", name, err)
			}
			if v.ok && !bytes.Equal(k.b, v.b) {
				t.Errorf("%s came back as %x", name, k.b)
			}
		}
	})
}

// Catches: a reduction modulo n that is wrong for some length, and zero modulo n
// that is taken.
func TestReduceScalar(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		size := c.ScalarSize()
		random := stream("reduce")
		for length := 1; length <= 2*size; length++ {
			ones, b := bytes.Repeat([]byte{0xFF}, length), make([]byte, length)
			random.Read(b)
			b[length-1] |= 1
			for _, b := range [][]byte{ones, b} {
				want := new(big.Int).SetBytes(b)
				want.Mod(want, r.n)
				k, err := c.ReduceScalar(b)
				if err != nil || !bytes.Equal(k.b, want.FillBytes(make([]byte, size))) {
					t.Fatalf("%x mod n: %v", b, err)
				}
			}
		}
		square := new(big.Int).Mul(r.n, r.n)
		for name, b := range map[string][]byte{
			"nothing": {}, "zero": {0}, "n": r.n.Bytes(), "n²": square.Bytes(),
			"zeros": make([]byte, 2*size), "a byte too long": make([]byte, 2*size+1),
		} {
			if _, err := c.ReduceScalar(b); !errors.Is(err, ErrScalar) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if k, err := c.ReduceScalar(square.Add(square, big.NewInt(5)).Bytes()); err != nil || k.b[size-1] != 5 {
			t.Errorf("n² + 5: %v", err)
		}
	})
}

// Catches: a draw that reduces instead of rejecting, does not take the bytes of
// the source as they come, ignores its failure, or never ends.
func TestRandomScalar(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		size := c.ScalarSize()
		zero, wanted := make([]byte, size), bytes.Repeat([]byte{0x01}, size)
		n := r.n.FillBytes(make([]byte, size))
		k, err := c.RandomScalar(bytes.NewReader(slices.Concat(zero, n, wanted, wanted)))
		if err != nil || !bytes.Equal(k.b, wanted) {
			t.Errorf("after 0 and n: %v", err)
		}
		if _, err := c.RandomScalar(bytes.NewReader(wanted[:size-1])); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("source too short: %v", err)
		}
		if _, err := c.RandomScalar(iotest.ErrReader(iotest.ErrTimeout)); !errors.Is(err, iotest.ErrTimeout) {
			t.Errorf("failing source: %v", err)
		}
		if _, err := c.RandomScalar(constantReader(0)); !errors.Is(err, ErrScalar) {
			t.Errorf("source of zeros: %v", err)
		}
		random := stream("random scalar")
		for range 200 {
			if _, err := c.RandomScalar(random); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// constantReader is a source of equal bytes.
type constantReader byte

func (r constantReader) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r)
	}
	return len(b), nil
}

// Catches: a scalar that aliases the caller's bytes or outlives Wipe.
func TestScalarOwnership(t *testing.T) {
	b := bytes.Repeat([]byte{1}, 32)
	k := mustScalar(t, BrainpoolP256r1(), b)
	clear(b)
	held := k.b
	if !bytes.Equal(held, bytes.Repeat([]byte{1}, 32)) {
		t.Error("scalar changed with the caller's bytes")
	}
	k.Wipe()
	if !bytes.Equal(held, make([]byte, 32)) || k.b != nil {
		t.Error("scalar left after Wipe")
	}
	k.Wipe()
}
