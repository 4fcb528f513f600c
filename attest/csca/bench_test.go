package csca_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// BenchmarkLoad parses both real lists, verifies their signatures and builds a
// store of them. live-MB is what the store keeps on the heap; raw-ratio compares
// with the signatures alone: of each list, and of its signer's certificate.
func BenchmarkLoad(b *testing.B) {
	german, dutch := readReal(b, germanList), readReal(b, dutchList)
	germanRoots, dutchRoots := realRoot(b, germanRoot), realRoot(b, dutchRoot)
	load := func() (*csca.Store, []*csca.VerifiedList) {
		var lists []*csca.VerifiedList
		for _, of := range []struct {
			der   []byte
			roots []*certificate.Certificate
		}{{german, germanRoots}, {dutch, dutchRoots}} {
			l, err := csca.ParseMasterList(of.der, certificate.Options{})
			if err != nil {
				b.Fatal(err)
			}
			v, err := l.Verify(of.roots, inSummer)
			if err != nil {
				b.Fatal(err)
			}
			lists = append(lists, v)
		}
		return build(b, csca.Contents{Lists: lists}), lists
	}
	before := liveHeap()
	store, lists := load()
	raw := bare(func() {
		for _, l := range lists {
			_ = l.CheckListSignature(l.Signer)
			_ = l.Signer.CheckSignatureFrom(l.Root)
		}
	})
	lists = nil
	live := liveHeap() - before
	runtime.KeepAlive(store)
	for b.Loop() {
		load()
	}
	b.ReportMetric(live/1e6, "live-MB")
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(raw), "raw-ratio")
}

func liveHeap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// bare is the time of what is compared with.
func bare(f func()) time.Duration {
	const runs = 20
	begin := time.Now()
	for range runs {
		f()
	}
	return time.Since(begin) / runs
}

// largeStore is a store of n authorities, and a signer under one of them with
// the keys of many documents: RSA-2048 under RSA-4096.
func largeStore(b *testing.B, n int) (*csca.Store, []byte, *certificate.Certificate) {
	b.Helper()
	s := newState()
	authority := s.CSCA("CSCA SPECIMEN").SetPublicKey(attesttest.RSA4096(1))
	authority.Algorithm = attesttest.RSA4096(1).Algorithm()
	anchors := parsed(b, authority)
	for i := range n - 1 {
		anchors = append(anchors, parse(b, s.CSCA(fmt.Sprintf("CSCA %d SPECIMEN", i)).DER()))
	}
	ds := s.DS(authority).SetPublicKey(attesttest.RSA2048(1))
	return csca.New(anchors, certificate.Options{}), ds.DER(), anchors[0]
}

// BenchmarkChain parses a document signer and finds its chain in a store of 999
// authorities: one never seen, and one seen before. raw-ratio compares with the
// one signature of RSA-4096.
func BenchmarkChain(b *testing.B) {
	store, der, issuer := largeStore(b, 999)
	ds := parse(b, der)
	raw := bare(func() { _ = ds.CheckSignatureFrom(issuer) })
	for name, before := range map[string]func(){"first": store.Forget, "remembered": func() {}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before()
				c, err := store.Signer(der)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := store.Chain(c, today); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(raw), "raw-ratio")
		})
	}
}

// BenchmarkLookUp finds an issuer by its key identifier among few and many: the
// time does not grow with the store.
func BenchmarkLookUp(b *testing.B) {
	for _, n := range []int{10, 999} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			store, _, issuer := largeStore(b, n)
			for b.Loop() {
				store.ByKeyID(issuer.SubjectKeyID)
			}
		})
	}
}
