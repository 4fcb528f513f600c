package csca

import (
	"encoding/binary"
	"testing"
)

// Catches a memory that grows without end, one that forgets what is in use, and
// one that forgets nothing at all.
func TestRememberedIsBounded(t *testing.T) {
	var r remembered
	key := func(i int) (f Fingerprint) {
		binary.BigEndian.PutUint64(f[:], uint64(i))
		return f
	}
	used := &issuance{}
	r.put(key(0), used)
	for i := 1; i < 10*maxRemembered; i++ {
		r.put(key(i), &issuance{})
		if n := len(r.young) + len(r.old); n > 2*maxRemembered {
			t.Fatalf("%d are remembered", n)
		}
		if r.get(key(0)) != used {
			t.Fatalf("what is in use is forgotten after %d others", i)
		}
	}
	if r.get(key(1)) != nil {
		t.Error("nothing is forgotten")
	}
	if r.get(key(10*maxRemembered-1)) == nil {
		t.Error("the last one is forgotten")
	}
}
