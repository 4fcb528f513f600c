package passiveauth_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
)

// Catches any byte of a SOD that can change without a refusal, one that makes
// a remembered signer vouch for it included.
func TestEveryByteCounts(t *testing.T) {
	for _, name := range []string{"rsa", "rsa-keyid", "pss", "p256", "brainpool"} {
		sod, store, policy := specimen(t, name, certificate.Options{})
		if _, err := passiveauth.Verify(sod, store, policy); err != nil {
			t.Fatal(err)
		}
		step := 1
		if testing.Short() {
			step = 11
		}
		for i := 0; i < len(sod); i += step {
			for _, change := range []byte{1 << (i % 8), 0xFF} {
				sod[i] ^= change
				d, err := passiveauth.Verify(sod, store, policy)
				if _, ok := refusal.Of(err); !ok || slices.Contains(d.Checks, passiveauth.CheckCountry) {
					t.Errorf("%s: byte %d changed by %02x does not count: %v", name, i, change, err)
				}
				sod[i] ^= change
			}
		}
	}
}

// Catches a parser that reads beyond the end, accepts data after it, or takes
// memory for announced lengths.
func TestMalformed(t *testing.T) {
	w := newWorld()
	sod, store := w.sod(), w.store(t)
	inputs := [][]byte{
		append(bytes.Clone(sod), 0),
		{0x77, 0x84, 0x40, 0, 0, 0},
		{0x77, 0x80},
		{0x77, 0x02, 0x30, 0x80},
		bytes.Repeat([]byte{0x30, 0x80}, 30000), make([]byte, passiveauth.MaxSOD+1),
	}
	for n := range sod {
		inputs = append(inputs, sod[:n:n])
	}
	for _, input := range inputs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, err := passiveauth.Verify(input, store, w.policy)
		runtime.ReadMemStats(&after)
		if !isReason(err, refusal.SODMalformed) || d == nil || len(d.Checks) != 0 {
			t.Fatalf("%d bytes: %v", len(input), err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(len(input)+1<<14) {
			t.Errorf("%d bytes allocated for %d", used, len(input))
		}
	}
}

// signedPart is what a document that passes says: all of it is signed. Around it
// CMS leaves room: unsigned attributes, further certificates, two ways to name
// the signer.
func signedPart(d *passiveauth.Document) string {
	return fmt.Sprintf("%+v %v %v %x", d.Object, d.SigningTime, d.Chain.Anchor().Subject, d.Signer.Fingerprint())
}

// FuzzVerify catches panics, errors that are no refusal, findings that
// contradict the error, and a SOD that passes with a signed part that nobody
// signed.
func FuzzVerify(f *testing.F) {
	var anchors []*certificate.Certificate
	var seeds [][]byte
	for _, name := range []string{"rsa", "rsa-keyid", "pss", "p256", "brainpool", "brainpool384", "secp256k1"} {
		sod, anchor := specimenFiles(f, name, certificate.Options{})
		anchors, seeds = append(anchors, anchor), append(seeds, sod)
	}
	w := newWorld()
	anchors, seeds = append(anchors, parse(f, w.csca.DER(), certificate.Options{})), append(seeds, w.sod())
	store := csca.New(anchors, certificate.Options{})
	policy := passiveauth.Policy{Now: anchors[0].NotBefore.AddDate(1, 0, 0)}
	signed := map[string]bool{}
	for _, sod := range seeds {
		f.Add(sod)
		if d, err := passiveauth.Verify(sod, store, policy); err == nil {
			signed[signedPart(d)] = true
		}
	}
	if len(signed) != len(seeds)-1 { // secp256k1 is refused
		f.Fatalf("%d of the seeds pass", len(signed))
	}
	f.Fuzz(func(t *testing.T, sod []byte) {
		d, err := passiveauth.Verify(sod, store, policy)
		if d == nil || len(d.Findings) == 0 {
			t.Fatal("no findings")
		}
		if err == nil {
			if !signed[signedPart(d)] {
				t.Fatalf("forged security object: %s", signedPart(d))
			}
			return
		}
		last := d.Findings[len(d.Findings)-1]
		refused, ok := err.(*refusal.Error)
		if !ok || last.Passed || last.Reason != refused.Reason || !slices.Contains(refusal.All(), refused.Reason) {
			t.Fatalf("error %v, finding %+v", err, last)
		}
	})
}
