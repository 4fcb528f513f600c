package passiveauth_test

import (
	"cmp"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	at "cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/card/lds"
)

// signature is one RSASSA-PKCS1-v1_5 with SHA-256, for crypto/rsa.
type signature struct {
	key            *rsa.PublicKey
	message, value []byte
}

func (s signature) verify(b *testing.B) {
	digest := sha256.Sum256(s.message)
	if err := rsa.VerifyPKCS1v15(s.key, crypto.SHA256, digest[:], s.value); err != nil {
		b.Fatal(err)
	}
}

func publicKey(b *testing.B, k *at.Key) *rsa.PublicKey {
	key, err := x509.ParsePKCS1PublicKey(k.Public())
	if err != nil {
		b.Fatal(err)
	}
	return key
}

// measured is a document of usual size, with its two signatures.
type measured struct {
	sod            []byte
	signer, object signature
}

// issueMeasured makes n documents of about 2.3 kB by different document
// signers, with RSA-2048 under RSA-4096.
func issueMeasured(b *testing.B, w *world, n int) []measured {
	w.csca.SetPublicKey(at.RSA4096(1))
	files := map[lds.File][]byte{}
	for _, f := range []lds.File{lds.DG1, lds.DG2, lds.DG3, lds.DG11, lds.DG12, lds.DG13, lds.DG14} {
		files[f] = fileContent(f)
	}
	list := make([]measured, n)
	for i := range list {
		m := &list[i]
		ds := w.state.DS(w.csca).SetPublicKey(at.RSA2048(1)).Set(at.Types("P", "ID"))
		ds.Set(at.KeyPeriod(w.state.Begin, w.state.Begin.AddDate(0, 3, 0)))
		// As long as the addresses and alternative names of real certificates.
		ds.Set(at.Extension{ID: at.Unknown, Value: at.Octets(make([]byte, 400))})
		d := w.state.Document(ds, files)
		der := d.Signed.Certificates[0]
		m.signer = signature{publicKey(b, w.csca.Key), ds.TBS(), parse(b, der, certificate.Options{}).Signature}
		m.object.key = publicKey(b, ds.Key)
		d.Signer().SigningTime = w.state.Begin.AddDate(0, 1, 0)
		d.Signer().Mutate = func(attributes [][]byte) [][]byte {
			m.object.message = at.Set(slices.Concat(attributes...))
			return attributes
		}
		d.Signer().AlterSignature = func(value []byte) []byte {
			m.object.value = value
			return value
		}
		m.sod = d.SOD()
		m.signer.verify(b)
		m.object.verify(b)
	}
	return list
}

// fullStore gives the contents of a store with both real master lists and the
// measured authority; without the lists, with 1000 made authorities.
func fullStore(b *testing.B, w *world) csca.Contents {
	c := csca.Contents{Anchors: []*certificate.Certificate{parse(b, w.csca.DER(), certificate.Options{})}}
	for list, root := range map[string]string{"DE_ML_2026-05-28.ml": "DE_CSCA07.cer", "NL_ML_2026-07-22.ml": "NL_ROOT.cer"} {
		der := trustFile(b, list)
		if der == nil {
			break
		}
		parsed, err := csca.ParseMasterList(der, certificate.Options{})
		if err != nil {
			b.Fatal(err)
		}
		roots := []*certificate.Certificate{parse(b, trustFile(b, root), certificate.Options{})}
		verified, err := parsed.Verify(roots, time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			b.Fatal(err)
		}
		c.Lists = append(c.Lists, verified)
	}
	if len(c.Lists) == 2 {
		return c
	}
	c.Lists = nil
	for i := range 1000 {
		c.Anchors = append(c.Anchors, parse(b, w.state.CSCA(fmt.Sprintf("CSCA SPECIMEN %d", i/4)).DER(), certificate.Options{}))
	}
	return c
}

// trustFile reads a file of the folder that CNIE_TRUST_DIR names; nil when it
// is not there. The real lists are not part of the repository.
func trustFile(b *testing.B, name string) []byte {
	content, err := os.ReadFile(filepath.Join(cmp.Or(os.Getenv("CNIE_TRUST_DIR"), "../../../shared/trust"), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		b.Fatal(err)
	}
	return content
}

func build(b *testing.B, c csca.Contents) *csca.Store {
	store, err := csca.Build(c)
	if err != nil {
		b.Fatal(err)
	}
	return store
}

// BenchmarkVerify measures passive authentication and, in turns with it, the
// bare signatures by crypto/rsa: first is a document signer that the store has
// not seen, against both signatures; seen is one that it has, against that of
// the SOD alone. ns/op is without the bare signatures; ratio is against them.
func BenchmarkVerify(b *testing.B) {
	w := newWorld()
	documents := issueMeasured(b, w, 64)
	c := fullStore(b, w)
	b.Logf("SOD of %d bytes, %d authorities", len(documents[0].sod), len(build(b, c).Authorities()))
	b.Run("first", func(b *testing.B) {
		var store *csca.Store
		i := 0
		compare(b, func() {
			i = (i + 1) % len(documents)
			documents[i].signer.verify(b)
			documents[i].object.verify(b)
		}, func() {
			if i == 0 || store == nil { // the store forgets nobody so soon
				store = build(b, c)
			}
		}, func() { verifyMeasured(b, documents[i].sod, store, w.policy) })
	})
	withList := c
	list, err := certificate.ParseRevocationList(w.state.RevocationList(w.csca).DER(), certificate.Options{})
	if err != nil {
		b.Fatal(err)
	}
	withList.RevocationLists = []*certificate.RevocationList{list}
	for name, c := range map[string]csca.Contents{"seen": c, "seen-revocation-list": withList} {
		b.Run(name, func(b *testing.B) {
			store := build(b, c)
			verifyMeasured(b, documents[0].sod, store, w.policy)
			compare(b, func() { documents[0].object.verify(b) }, nil, func() {
				verifyMeasured(b, documents[0].sod, store, w.policy)
			})
		})
	}
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			documents[0].signer.verify(b)
			documents[0].object.verify(b)
		}
	})
}

func verifyMeasured(b *testing.B, sod []byte, store *csca.Store, p passiveauth.Policy) {
	if _, err := passiveauth.Verify(sod, store, p); err != nil {
		b.Fatal(err)
	}
}

// compare runs the bare signatures and what is measured in turns, so that both
// have the same machine, and reports them apart; allocations are those of both.
// prepare, where there is one, is not measured.
func compare(b *testing.B, bare, prepare, run func()) {
	var ofBare, ofRun time.Duration
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		begin := time.Now()
		bare()
		ofBare += time.Since(begin)
		if prepare != nil {
			b.StopTimer()
			prepare()
			b.StartTimer()
		}
		begin = time.Now()
		run()
		ofRun += time.Since(begin)
		n++
	}
	b.ReportMetric(float64(ofRun.Nanoseconds())/float64(n), "ns/op")
	b.ReportMetric(float64(ofBare.Nanoseconds())/float64(n), "bare-ns/op")
	b.ReportMetric(float64(ofRun)/float64(ofBare), "ratio")
}

// BenchmarkVerifySchemes measures the other signature schemes with a document
// signer that the store has seen.
func BenchmarkVerifySchemes(b *testing.B) {
	for _, name := range []string{"rsa", "pss", "p256", "brainpool"} {
		b.Run(name, func(b *testing.B) {
			sod, store, policy := specimen(b, name, certificate.Options{})
			b.ReportAllocs()
			for b.Loop() {
				verifyMeasured(b, sod, store, policy)
			}
		})
	}
}
