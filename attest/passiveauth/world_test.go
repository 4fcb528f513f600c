package passiveauth_test

import (
	"testing"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// world is a document, its issuing state and its verifier, before they are
// made: tests change it.
type world struct {
	state    *attesttest.State
	csca, ds *attesttest.Certificate
	document func(*attesttest.Document)

	anchors []*attesttest.Certificate // csca when nil
	pool    []*attesttest.Certificate
	lists   []*attesttest.RevocationList
	trust   func(*csca.Contents)
	opts    certificate.Options // of the verifier
	policy  passiveauth.Policy
}

func newWorld() *world {
	s := attesttest.New("UT", nil)
	authority := s.CSCA("CSCA SPECIMEN")
	return &world{state: s, csca: authority, ds: s.DS(authority), policy: passiveauth.Policy{Now: s.Now()}}
}

// fileContent is what a file of the document holds.
func fileContent(f lds.File) []byte { return []byte("SPECIMEN " + f.String()) }

func contents() map[lds.File][]byte {
	files := map[lds.File][]byte{}
	for _, f := range []lds.File{lds.DG1, lds.DG2, lds.DG11, lds.DG12, lds.DG14, lds.DG15} {
		files[f] = fileContent(f)
	}
	return files
}

// sod makes EF.SOD.
func (w *world) sod() []byte {
	d := w.state.Document(w.ds, contents())
	if w.document != nil {
		w.document(d)
	}
	return d.SOD()
}

// store makes the trust store.
func (w *world) store(t testing.TB) *csca.Store {
	t.Helper()
	// A verifier may be handed certificates that were read under other options.
	all := certificate.Options{Lab: true, SHA1: w.opts.SHA1, MaxRSA: w.opts.MaxRSA}
	parsed := func(list []*attesttest.Certificate) (out []*certificate.Certificate) {
		for _, c := range list {
			out = append(out, parse(t, c.DER(), all))
		}
		return out
	}
	anchors := w.anchors
	if anchors == nil {
		anchors = []*attesttest.Certificate{w.csca}
	}
	c := csca.Contents{Options: w.opts, Anchors: parsed(anchors), Pool: parsed(w.pool)}
	for _, list := range w.lists {
		read, err := certificate.ParseRevocationList(list.DER(), w.opts)
		if err != nil {
			t.Fatal(err)
		}
		c.RevocationLists = append(c.RevocationLists, read)
	}
	if w.trust != nil {
		w.trust(&c)
	}
	store, err := csca.Build(c)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// verify makes everything and verifies it.
func (w *world) verify(t testing.TB) (*passiveauth.Document, error) {
	t.Helper()
	return passiveauth.Verify(w.sod(), w.store(t), w.policy)
}

func parse(t testing.TB, der []byte, opts certificate.Options) *certificate.Certificate {
	t.Helper()
	c, err := certificate.Parse(der, opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fingerprint is the one of the certificate that will be made of a template.
func fingerprint(t testing.TB, c *attesttest.Certificate) csca.Fingerprint {
	t.Helper()
	return csca.Fingerprint(parse(t, c.DER(), certificate.Options{}).Fingerprint())
}

func isReason(err error, want refusal.Reason) bool {
	reason, ok := refusal.Of(err)
	return ok && reason == want
}
