package record_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"testing/fstest"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/record"
	"cnie.example/card/lds"

	"github.com/go-jose/go-jose/v4"
)

// Object identifiers of BSI TR-03110-3 in DER.
const (
	idPACE         = "\x04\x00\x7f\x00\x07\x02\x02\x04\x02\x04" // id-PACE-ECDH-GM-AES-CBC-CMAC-256
	idOtherPACE    = "\x04\x00\x7f\x00\x07\x02\x02\x04\x04\x04" // id-PACE-ECDH-IM-AES-CBC-CMAC-256
	idCardSecurity = "\x04\x00\x7f\x00\x07\x03\x02\x01"
)

// paceInfo is a PACEInfo on brainpoolP256r1.
func paceInfo(id attesttest.OID) []byte {
	return attesttest.Sequence(id.DER(), attesttest.Integer(2), attesttest.Integer(13))
}

// world is a document in a directory, what it is checked with, and the record
// of a login with it. Tests change it before check.
type world struct {
	state        *attesttest.State
	csca, ds     *attesttest.Certificate
	files        map[lds.File][]byte // of the document; the security object is made of them
	document     *attesttest.Document
	cardSecurity *attesttest.SignedData

	key      *ecdsa.PrivateKey // of the provider
	record   *record.Record
	options  record.CheckOptions
	contents certificate.Options

	dir fstest.MapFS

	rebuild, again bool // what a test wants done after it changed the world
}

func newWorld(t testing.TB) *world {
	t.Helper()
	s := attesttest.New("UT", nil)
	w := &world{state: s, csca: s.CSCA("CSCA SPECIMEN"), files: s.Files(), key: newKey(t), dir: fstest.MapFS{}}
	w.ds = s.DS(w.csca)
	w.files[lds.DG14] = dg14(s.Key(), paceInfo(idPACE))
	w.options = record.CheckOptions{Now: s.Now(), Keys: keySet(w.key.Public(), "key-1")}
	w.resign()
	return w
}

// dg14 is a DG14 that repeats a PACEInfo.
func dg14(chip *attesttest.Key, pace []byte) []byte {
	infos := attesttest.Content(attesttest.Content(attesttest.DG14(chip)))
	return attesttest.File(0x6E, attesttest.Set(infos, pace))
}

// resign makes security object and EF.CardSecurity of what there is now.
func (w *world) resign() {
	w.document = w.state.Document(w.ds, w.files)
	w.cardSecurity = &attesttest.SignedData{
		Version: 3, ContentType: idCardSecurity, Content: attesttest.SetOf(paceInfo(idPACE)),
		Certificates: [][]byte{w.ds.DER()}, Signers: []*attesttest.SignerInfo{w.ds.SignerInfo()},
	}
}

// build writes the directory, the trust store and the record of the document as
// it is now.
func (w *world) build(t testing.TB) {
	t.Helper()
	put := func(f lds.File, content []byte) {
		w.dir[f.String()+".bin"] = &fstest.MapFile{Data: content, Mode: 0o600}
	}
	for f, content := range w.files {
		put(f, content)
	}
	sod := w.document.SOD()
	put(lds.SOD, sod)
	put(lds.COM, common(w.files))
	put(lds.CardAccess, attesttest.SetOf(paceInfo(idPACE)))
	put(lds.CardSecurity, w.cardSecurity.DER())
	w.options.Trust = w.store(t)
	w.record = w.describe(t, sod)
}

// common is EF.COM with the files of a document.
func common(files map[lds.File][]byte) []byte {
	var tags []byte
	for f := lds.DG1; f <= lds.DG16; f++ {
		if files[f] != nil {
			tags = append(tags, byte(f.Tag()))
		}
	}
	content := []byte("\x5F\x01\x040107\x5F\x36\x06040000\x5C")
	return attesttest.File(0x60, append(append(content, byte(len(tags))), tags...))
}

func (w *world) store(t testing.TB, lists ...*attesttest.RevocationList) *csca.Store {
	t.Helper()
	contents := csca.Contents{Options: w.contents, Anchors: []*certificate.Certificate{parse(t, w.csca, w.contents)}}
	for _, l := range append(lists, w.state.RevocationList(w.csca)) {
		parsed, err := certificate.ParseRevocationList(l.DER(), w.contents)
		if err != nil {
			t.Fatal(err)
		}
		contents.RevocationLists = append(contents.RevocationLists, parsed)
	}
	store, err := csca.Build(contents)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func parse(t testing.TB, c *attesttest.Certificate, o certificate.Options) *certificate.Certificate {
	t.Helper()
	parsed, err := certificate.Parse(c.DER(), o)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// describe is the record of a login with the document, a day before now.
func (w *world) describe(t testing.TB, sod []byte) *record.Record {
	t.Helper()
	ended := w.options.Now.AddDate(0, 0, -1)
	return &record.Record{
		Version: record.Version, Issuer: "https://idp.test", Transaction: "transaction-1",
		Begun: ended.Add(-5 * time.Second), Ended: ended, Software: "cnie SPECIMEN",
		Asked: "eidas1", Reached: "eidas1", Limits: []level.Limit{level.NoSecondFactor},
		Checks: []record.Passed{{Name: "sod_signature", With: "ECDSA with SHA-256"}},
		Document: &record.Document{
			SOD: sha256.Sum256(sod), DG14: sha256.Sum256(w.files[lds.DG14]), DG15: sha256.Sum256(w.files[lds.DG15]),
			Digest: "SHA-256", Country: "UT", Files: []string{"DG1", "DG14"},
			Signer: named(t, w.ds), Authorities: []record.Certificate{*named(t, w.csca)},
		},
		Revocation: &record.Revocation{State: "not_revoked", Lists: []record.RevocationList{
			{Issuer: "C=UT", ThisUpdate: ended.AddDate(0, 0, -1), SHA256: record.SHA256{1}},
		}},
		Trust:  record.Trust{SHA256: w.options.Trust.Digest()},
		Status: record.StatusUnknown,
		Chip: &record.Chip{
			Proof: record.ChipAuthentication, Attestation: record.AttestedByProvider,
			Protocol: "0.4.0.127.0.7.2.2.3.2.4", Curve: "NIST P-256",
		},
		SameChip: record.NotProven,
	}
}

func named(t testing.TB, c *attesttest.Certificate) *record.Certificate {
	t.Helper()
	parsed := parse(t, c, certificate.Options{Lab: true})
	return &record.Certificate{
		Subject: parsed.Subject.String(), Issuer: parsed.Issuer.String(), Serial: "07",
		SHA256: parsed.Fingerprint(), NotBefore: parsed.NotBefore, NotAfter: parsed.NotAfter,
	}
}

// keep signs the record into the directory.
func (w *world) keep(t testing.TB) {
	t.Helper()
	jws, err := w.record.Sign(w.key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	w.dir[record.FileName] = &fstest.MapFile{Data: []byte(jws), Mode: 0o600}
}

// check checks the directory as it is.
func (w *world) check(t testing.TB) *record.Report {
	t.Helper()
	report, err := record.Check(w.dir, w.options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// find gives the first item of a name.
func find(r *record.Report, name string) (record.Item, bool) {
	for _, item := range r.Items {
		if item.Name == name {
			return item, true
		}
	}
	return record.Item{}, false
}

// badItems gives the names of items that are bad, with their reasons.
func badItems(r *record.Report) map[string]record.Reason {
	bad := map[string]record.Reason{}
	for _, item := range r.Items {
		if item.Result == record.Bad {
			bad[item.Name] = item.Reason
		}
	}
	return bad
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func keySet(key crypto.PublicKey, kid string) jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key, KeyID: kid, Use: "sig"}}}
}

// exampleFiles are EF.SOD and DG1 of a document that has DG14 as well.
func exampleFiles() (sod, dg1 []byte) {
	s := attesttest.New("UT", nil)
	files := map[lds.File][]byte{lds.DG1: attesttest.DG1(s.Person()), lds.DG14: attesttest.DG14(s.Key())}
	return s.Document(s.DS(s.CSCA("CSCA SPECIMEN")), files).SOD(), files[lds.DG1]
}
