package sm

import (
	"bytes"
	"errors"
	"testing"

	"cnie.example/card"
)

// Catches keys that move wrongly: they must protect as before where they go,
// and nothing must be left where they were.
func TestRelease(t *testing.T) {
	command := card.Command{INS: 0xB0, Le: 20}
	for _, c := range ciphers() {
		k, _ := pair(c)
		before, err := k.Wrap(1, command)
		if err != nil {
			t.Fatal(err)
		}
		enc, mac, err := k.Release()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Wrap(3, command); !errors.Is(err, ErrClosed) {
			t.Errorf("%v: wrap after release: %v", c, err)
		}
		if _, _, err := k.Release(); !errors.Is(err, ErrClosed) {
			t.Errorf("%v: second release: %v", c, err)
		}
		k.Wipe()
		if bytes.Equal(enc, make([]byte, len(enc))) || bytes.Equal(mac, make([]byte, len(mac))) {
			t.Errorf("%v: Wipe reached keys that belong to another", c)
		}
		moved, err := NewKeys(c, enc, mac)
		if err != nil {
			t.Fatal(err)
		}
		after, err := moved.Wrap(1, command)
		if err != nil || !bytes.Equal(before.Data, after.Data) {
			t.Errorf("%v: moved keys protect otherwise: %v", c, err)
		}
	}
}
