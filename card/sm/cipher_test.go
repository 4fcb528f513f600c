package sm

import (
	"bytes"
	"testing"

	"cnie.example/card"
)

// Padding that ends elsewhere than in the last block, or in another way, is that
// of other plain text: taken, it would be cut in the wrong place.
func TestUnpad(t *testing.T) {
	for _, c := range ciphers() {
		size := c.BlockSize()
		for n := range 3 * size {
			plain := bytes.Repeat([]byte{0x80}, n)
			padded := append(bytes.Clone(plain), 0x80)
			padded = append(padded, make([]byte, (size-len(padded)%size)%size)...)
			if got, ok := c.Unpad(padded); !ok || !bytes.Equal(got, plain) {
				t.Errorf("%v: %X gives %X, %v", c, padded, got, ok)
			}
		}
		block := func(b ...byte) []byte { return append(b, make([]byte, size-len(b))...) }
		for name, b := range map[string][]byte{
			"nothing":              {},
			"zeros":                block(),
			"another byte":         block(0x80, 0x01),
			"in the block before":  append(block(0x80), block()...),
			"at the end of before": append(append(make([]byte, size-1), 0x80), block()...),
		} {
			if got, ok := c.Unpad(b); ok {
				t.Errorf("%v, %s: gives %X", c, name, got)
			}
		}
	}
}

// One byte more than said here is cut off by a reader with short lengths; one
// less makes more commands than are needed.
func TestMaxShort(t *testing.T) {
	for _, c := range ciphers() {
		longest := MaxShortAES
		if c == TripleDES {
			longest = MaxShortTripleDES
		}
		for n, fits := range map[int]bool{longest: true, longest + 1: false} {
			_, p := pair(c)
			r := p.seal(2, card.Response{Data: make([]byte, n), Status: card.StatusOK})
			if len(r.Data) <= card.MaxShortLe != fits {
				t.Errorf("%v: %d bytes make a response of %d", c, n, len(r.Data))
			}
		}
	}
}
