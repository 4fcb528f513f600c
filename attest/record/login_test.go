package record_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/record"
	"cnie.example/attest/wire"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// today lies within the validity of the laboratory's certificates.
func today() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }

// laboratory is that of the tests of package attest, with a store that trusts
// it.
func laboratory(t testing.TB) (*issuer.Lab, *csca.Store) {
	t.Helper()
	lab, err := issuer.LoadLab("../testdata/lab")
	if err != nil {
		t.Fatal(err)
	}
	o := certificate.Options{Lab: true}
	anchor, err := certificate.Parse(lab.CSCA(), o)
	if err != nil {
		t.Fatal(err)
	}
	return lab, csca.New([]*certificate.Certificate{anchor}, o)
}

func personalise(t testing.TB, lab *issuer.Lab, p issuer.Profile) vcard.Personalisation {
	t.Helper()
	document, err := lab.Personalise(rand.Reader, p)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// directory holds the files of a document under their names.
func directory(p vcard.Personalisation) fstest.MapFS {
	dir := fstest.MapFS{}
	for _, name := range []string{
		"DG1", "DG2", "DG11", "DG12", "DG13", "DG14", "DG15", "SOD", "COM", "CardAccess", "CardSecurity", "DIR", "ATRInfo",
	} {
		f, _ := lds.ParseFile(name)
		files := p.Files
		if f.InMasterFile() {
			files = p.MasterFiles
		}
		if content := files[f.FID()]; content != nil {
			dir[name+".bin"] = &fstest.MapFile{Data: content}
		}
	}
	return dir
}

// Documents of every kind that the other implementation makes. Catches a check
// that only knows the documents of this package's own tests.
func TestCheckVirtualCards(t *testing.T) {
	lab, store := laboratory(t)
	o := record.CheckOptions{Trust: store, Now: today()}
	for _, named := range issuer.Profiles() {
		report, err := record.Check(directory(personalise(t, lab, named.Profile)), o)
		if err != nil {
			t.Fatal(err)
		}
		if bad := badItems(report); report.Verdict != record.Good || len(bad) > 0 {
			t.Errorf("%s: %s, %v", named.Name, report.Verdict, bad)
		}
		if chain, ok := find(report, "card_security_chain"); ok != (named.Name == "cam") || ok && chain.Result != record.Good {
			t.Errorf("%s: chain of EF.CardSecurity: %+v", named.Name, chain)
		}
	}
}

// person is a specimen whose texts occur nowhere else: not in certificates, not
// in the names of checks.
func person() issuer.Profile {
	p := issuer.Specimen()
	p.FamilyName, p.GivenNames = "SPECIMENFAMILY", []string{"SPECIMENFIRST", "SPECIMENSECOND"}
	p.OtherNames = []string{"SPECIMENOTHER"}
	p.DocumentNumber, p.BirthDate, p.ExpiryDate = "SPX246813", "1977-03-09", "2035-08-23"
	p.BirthPlace = []string{"SPECIMENPLACE", "FRA"}
	p.Address = []string{"1 RUE SPECIMENSTREET", "00000 SPECIMENTOWN", "FRA"}
	return p
}

// login is a whole login with the virtual card of a person.
func login(t *testing.T, lab *issuer.Lab, store *csca.Store, document vcard.Personalisation) *attest.Login {
	t.Helper()
	ctx := context.Background()
	tx := attest.Transaction{
		Issuer: "https://idp.test", JTI: "transaction-1", AgentNonce: make([]byte, 32), Nonce: make([]byte, 32),
		Level: level.EIDAS1, Files: []lds.File{lds.DG1, lds.DG2, lds.DG11},
	}
	verifier, err := attest.NewVerifier(attest.Config{Trust: store, Lab: true, Clock: today, Rand: rand.Reader, Software: "cnie SPECIMEN"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := verifier.Begin(tx)
	if err != nil {
		t.Fatal(err)
	}
	chip, err := vcard.New(document, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	can, err := pace.CAN([]byte(person().CAN))
	if err != nil {
		t.Fatal(err)
	}
	c, err := cnie.Open(ctx, chip, cnie.Access{Password: can, ATR: chip.ATR(), Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	sod, dg14, err := c.Evidence(ctx)
	if err != nil {
		t.Fatal(err)
	}
	h, err := l.Open(ctx, wire.Opening{SOD: sod, DG14: dg14, MaxCommand: c.MaxCommand(), MaxResponse: c.MaxResponse()})
	if err != nil {
		t.Fatal(err)
	}
	infos, err := lds.ParseDG14(dg14)
	if err != nil {
		t.Fatal(err)
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		t.Fatal(err)
	}
	relay, err := c.Hand(ctx, key, h.PublicKey, tx.Files)
	if err != nil {
		t.Fatal(err)
	}
	for batch := h.Commands; ; {
		responses, err := relay.Forward(ctx, batch.APDUs())
		if err != nil {
			t.Fatal(err)
		}
		more, err := l.Answer(ctx, wire.Answers{Responses: wire.NewBatch(responses)})
		if err != nil {
			t.Fatal(err)
		}
		if more == nil {
			return l
		}
		batch = more.Commands
	}
}

// personal collects the texts of DG1 and DG11, and every hash of a file that
// names the person, in the forms in which they might be written down.
func personal(t *testing.T, dg1, dg2, dg11 []byte, claims []attest.Claim) map[string]string {
	t.Helper()
	found := map[string]string{}
	add := func(what string, values ...string) {
		for _, v := range values {
			if len(v) > 5 { // not "F" and "FRA"
				found[v] = what
			}
		}
	}
	for _, c := range claims {
		add("claim "+c.Name, strings.Fields(c.Value)...)
		add("claim "+c.Name, c.Value, strings.ReplaceAll(c.Value, "-", ""), strings.ReplaceAll(strings.TrimPrefix(c.Value, "19"), "-", ""))
	}
	zone, err := lds.ParseDG1(dg1)
	if err != nil {
		t.Fatal(err)
	}
	add("DG1", zone.DocumentNumber, zone.PrimaryIdentifier, zone.SecondaryIdentifier, zone.BirthDate, zone.ExpiryDate)
	add("DG1", strings.Fields(zone.SecondaryIdentifier)...)
	details, err := lds.ParseDG11(dg11)
	if err != nil {
		t.Fatal(err)
	}
	add("DG11", details.FullName.Primary, details.FullName.Secondary, details.PersonalNumber, details.BirthDate, details.Telephone)
	add("DG11", append(details.BirthPlace, details.Address...)...)
	for _, n := range details.OtherNames {
		add("DG11", n.Primary, n.Secondary)
	}
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		for _, file := range [][]byte{dg1, dg2, dg11} {
			h := hash.New()
			h.Write(file)
			sum := h.Sum(nil)
			add("hash "+hash.String(), string(sum), hex.EncodeToString(sum), strings.ToUpper(hex.EncodeToString(sum)),
				base64.RawStdEncoding.EncodeToString(sum), base64.RawURLEncoding.EncodeToString(sum))
		}
	}
	return found
}

// A record of a real login, signed, read again and checked beside the files.
// Catches personal data in the record, in the report or its details, and a
// record that is not about the login.
func TestRecordOfLogin(t *testing.T) {
	lab, store := laboratory(t)
	document := personalise(t, lab, person())
	l := login(t, lab, store, document)
	identity, err := l.Identity()
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Record()
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t)
	jws, err := r.Sign(key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	dir := directory(document)
	dir[record.FileName] = &fstest.MapFile{Data: []byte(jws)}
	report, err := record.Check(dir, record.CheckOptions{Trust: store, Keys: keySet(key.Public(), "key-1"), Now: today().AddDate(0, 1, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if bad := badItems(report); report.Verdict != record.Good || len(bad) > 0 {
		t.Fatalf("%s, %v", report.Verdict, bad)
	}
	got := report.Record
	if got.Reached != "eidas1" || !got.Lab || got.Chip.Attestation != record.AttestedByProvider || got.Software != "cnie SPECIMEN" ||
		got.Document.SOD != sha256.Sum256(dir["SOD.bin"].Data) || got.Trust.SHA256 != store.Digest() {
		t.Errorf("%+v", got)
	}
	text := payload(t, jws)
	t.Logf("record of %d bytes: %s", len(text), text)
	secrets := personal(t, dir["DG1.bin"].Data, dir["DG2.bin"].Data, dir["DG11.bin"].Data, identity.Claims())
	if len(secrets) < 60 {
		t.Fatalf("only %d texts to look for", len(secrets))
	}
	for _, item := range report.Items {
		text += "\n" + item.Name + " " + string(item.Reason) + " " + item.Detail
	}
	for secret, what := range secrets {
		if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
			t.Errorf("%s occurs: %q", what, secret)
		}
	}
}
