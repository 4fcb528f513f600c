package lds_test

import (
	"bytes"
	"crypto"
	"errors"
	"testing"

	"cnie.example/card/lds"
)

// A verifier names these two causes to people. Catches one that cannot be told
// from a malformed file, and a malformed file that is taken for one.
func TestSecurityObjectCauses(t *testing.T) {
	algorithm, one := seq(oid(t, hashes[crypto.SHA256]...)), seq(digest(1, 32))
	for name, test := range map[string]struct {
		der           []byte
		version, hash bool
	}{
		"version 2":        {seq(integer(2), algorithm, one), true, false},
		"version 2, other": {seq(integer(2), seq()), true, false},
		"version 256":      {seq(integer(1, 0), algorithm, one), false, false},
		"MD5":              {seq(integer(0), seq(oid(t, 1, 2, 840, 113549, 2, 5)), one), false, true},
		"SHA3-256":         {seq(integer(0), seq(oid(t, 2, 16, 840, 1, 101, 3, 4, 2, 8)), one), false, true},
		"no digests":       {seq(integer(0), algorithm, seq()), false, false},
	} {
		_, err := lds.ParseSecurityObject(test.der)
		if !errors.Is(err, lds.ErrFile) || errors.Is(err, lds.ErrObjectVersion) != test.version || errors.Is(err, lds.ErrObjectHash) != test.hash {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches digests that change with the input, or with one another.
func TestSecurityObjectOwnsItsDigests(t *testing.T) {
	der := seq(integer(0), seq(oid(t, hashes[crypto.SHA256]...)), seq(digest(1, 32), digest(2, 32)))
	o, err := lds.ParseSecurityObject(der)
	if err != nil {
		t.Fatal(err)
	}
	clear(der)
	_ = append(o.Digests[lds.DG1], 0xFF)
	for _, f := range []lds.File{lds.DG1, lds.DG2} {
		if !bytes.Equal(o.Digests[f], bytes.Repeat([]byte{byte(f)}, 32)) {
			t.Errorf("%v: %X", f, o.Digests[f])
		}
	}
}

func BenchmarkParseSecurityObject(b *testing.B) {
	var digests [][]byte
	for n := byte(1); n <= 14; n += 2 {
		digests = append(digests, digest(n, 32))
	}
	der := seq(integer(0), seq(oid(b, hashes[crypto.SHA256]...)), seq(digests...))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lds.ParseSecurityObject(der); err != nil {
			b.Fatal(err)
		}
	}
}
