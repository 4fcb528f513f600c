package attest_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest"
	"cnie.example/attest/record"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
)

func recordOf(tb testing.TB, l *attest.Login) *record.Record {
	tb.Helper()
	r, err := l.Record()
	must(tb, err)
	if err := r.Validate(); err != nil {
		tb.Errorf("record is not valid: %v", err)
	}
	return r
}

// signedRecord signs, verifies and gives the payload as text.
func signedRecord(tb testing.TB, r *record.Record) string {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(tb, err)
	jws, err := r.Sign(key, "SPECIMEN")
	must(tb, err)
	_, err = record.Parse(jws, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "SPECIMEN"}}})
	must(tb, err)
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(jws, ".")[1])
	must(tb, err)
	return string(payload)
}

// Catches a member of the record that is wrong, and one that nobody fills.
func TestRecordOfALogin(t *testing.T) {
	w := newWorld(t)
	w.config.Software = "SPECIMEN\n1.0" // as it may come from a build
	begunAt := w.now
	w.onAnswers = func(*wire.Answers) { w.now = w.now.Add(1500 * time.Millisecond) }
	s, l := w.session(w.card()), w.begin()
	must(t, s.run(l))
	r := recordOf(t, l)
	if r.Issuer != w.tx.Issuer || r.Transaction != w.tx.JTI || r.Software != "SPECIMEN\uFFFD1.0" || !r.Lab ||
		r.Asked != "eidas1" || r.Reached != "eidas1" || r.Candidate || r.Refused != "" || r.Status != record.StatusUnknown {
		t.Errorf("%+v", r)
	}
	if !r.Begun.Equal(begunAt) || !r.Ended.Equal(begunAt.Add(time.Second)) {
		t.Errorf("from %v to %v", r.Begun, r.Ended)
	}
	var names []attest.Check
	for _, c := range r.Checks {
		names = append(names, attest.Check(c.Name))
		if c.With == "" && c.Name != string(attest.CheckExpiry) {
			t.Errorf("%s with nothing", c.Name)
		}
	}
	if !slices.Equal(names, l.Verified()) {
		t.Errorf("checks %v, verified %v", names, l.Verified())
	}
	d := r.Document
	if d.SOD != sha256.Sum256(s.opening.SOD) || d.DG14 != sha256.Sum256(s.opening.DG14) || d.DG15 != (record.SHA256{}) ||
		d.Country != "FR" || d.Digest != "SHA-256" || !slices.Equal(d.Files, []string{"DG1", "DG11", "DG14"}) {
		t.Errorf("document %+v", d)
	}
	csca := anchor(t, w.lab)
	if len(d.Authorities) != 1 || d.Authorities[0].SHA256 != csca.Fingerprint() || d.Signer == nil || d.Signer.Issuer != csca.Subject.String() {
		t.Errorf("signer %+v, authorities %+v", d.Signer, d.Authorities)
	}
	if r.Revocation.State != "no_list" || len(r.Revocation.Lists) != 0 {
		t.Errorf("revocation %+v", r.Revocation)
	}
	if r.Trust.SHA256 != w.config.Trust.Store().Digest() {
		t.Errorf("trust %v", r.Trust)
	}
	want := record.Chip{
		Proof: record.ChipAuthentication, Attestation: record.AttestedByProvider,
		Protocol: "0.4.0.127.0.7.2.2.3.2.4", Curve: "brainpoolP256r1",
	}
	if *r.Chip != want {
		t.Errorf("chip %+v", *r.Chip)
	}
	signedRecord(t, r)
}

// Catches lists that were asked and are not named.
func TestRecordNamesRevocationLists(t *testing.T) {
	e := newEvidence(t, plain(), nil)
	l, err := e.login(e.verifier())
	must(t, err)
	r := recordOf(t, l)
	if r.Revocation.State != "not_revoked" || len(r.Revocation.Lists) != 1 || r.Revocation.Lists[0].SHA256 != sha256.Sum256(e.lists[0].DER()) {
		t.Errorf("%+v", r.Revocation)
	}
}

// Catches a record of active authentication that claims chip authentication.
func TestRecordOfActiveAuthentication(t *testing.T) {
	for profile, want := range map[string]record.Chip{
		"active-rsa":   {Protocol: "RSA-2048"},
		"active-ecdsa": {Protocol: "ECDSA", Curve: "P-256"},
	} {
		w := newActiveWorld(t, profile)
		l, err := w.sign(nil)
		must(t, err)
		want.Proof, want.Attestation = record.ActiveAuthentication, record.SignedByChip
		r := recordOf(t, l)
		if r.Chip.Protocol != want.Protocol || r.Chip.Proof != want.Proof || r.Chip.Attestation != want.Attestation || (r.Chip.Curve == "") != (want.Curve == "") {
			t.Errorf("%s: %+v", profile, *r.Chip)
		}
		if r.Document.DG15 == (record.SHA256{}) {
			t.Errorf("%s: no hash of DG15", profile)
		}
		signedRecord(t, r)
	}
}

// Catches a refused login without a record, one whose record names no reason or
// a chip that was not proved, and names of certificates that anybody could have
// written.
func TestRecordOfARefusal(t *testing.T) {
	for name, d := range defeats() {
		w := newWorld(t)
		d.change(w)
		l, err := w.login()
		if err == nil {
			t.Fatalf("%s: login succeeded", name)
		}
		r := recordOf(t, l)
		if r.Refused != d.reason || r.Reached != "none" {
			t.Errorf("%s: refused %q, reached %s", name, r.Refused, r.Reached)
		}
		if proved := slices.Contains(l.Verified(), attest.CheckChipAuthentication); (r.Chip != nil) != proved {
			t.Errorf("%s: chip %+v", name, r.Chip)
		}
		if trusted := slices.Contains(l.Verified(), attest.CheckChain); r.Document != nil && (r.Document.Signer != nil) != trusted {
			t.Errorf("%s: signer %+v", name, r.Document.Signer)
		}
		if signed := slices.Contains(l.Verified(), attest.CheckSignature); r.Document != nil && r.Document.SigningTime.IsZero() == signed {
			t.Errorf("%s: signed at %v", name, r.Document.SigningTime)
		}
		signedRecord(t, r)
	}
}

// Catches personal data in a record: what the document says about its holder,
// its number, and the hash of the file that says so.
func TestRecordHoldsNoPersonalData(t *testing.T) {
	w := newWorld(t)
	w.config.Status = reported(attest.StatusGood)
	p := w.issue()
	dg1 := sha256.Sum256(p.Files[lds.DG1.FID()])
	l, err := w.login()
	must(t, err)
	text := strings.ToUpper(signedRecord(t, recordOf(t, l)))
	for _, personal := range []string{
		w.profile.DocumentNumber, "SPÉCIMEN<", "MARIE", "ANNE", "19900713", "1990-07-13", "900713",
		strings.ToUpper(hex.EncodeToString(dg1[:])), base64.RawURLEncoding.EncodeToString(dg1[:]),
	} {
		if strings.Contains(text, personal) {
			t.Errorf("record holds %q", personal)
		}
	}
}

// Catches a record of a login that goes on, and one that a reader can change.
func TestRecordAfterTheEnd(t *testing.T) {
	w := newWorld(t)
	l := w.begin()
	if _, err := l.Record(); !errors.Is(err, attest.ErrNoRecord) {
		t.Errorf("begun: %v", err)
	}
	s := w.session(w.card())
	h, err := l.Open(context.Background(), s.opening)
	must(t, err)
	if _, err := l.Record(); !errors.Is(err, attest.ErrNoRecord) {
		t.Errorf("opened: %v", err)
	}
	r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
	must(t, err)
	_, err = l.Answer(context.Background(), s.answers(r, h.Commands))
	must(t, err)
	first := recordOf(t, l)
	first.Checks[0].Name, first.Document.Files[0], first.Document.Signer.Subject, first.Chip.Curve = "x", "x", "x", "x"
	first.Document.Authorities[0].Subject, first.Revocation.State = "x", "x"
	again := recordOf(t, l)
	if again.Reached != "eidas1" || again.Checks[0].Name == "x" || again.Document.Files[0] == "x" || again.Document.Signer.Subject == "x" ||
		again.Chip.Curve == "x" || again.Document.Authorities[0].Subject == "x" || again.Revocation.State == "x" {
		t.Errorf("changed by its reader: %+v", again)
	}
	// A message too many takes the success back, and the first reason stays.
	_, _ = l.Answer(context.Background(), wire.Answers{Responses: wire.Batch{}})
	_ = l.Signed(context.Background(), wire.Signed{})
	if after := recordOf(t, l); after.Reached != "none" || after.Refused != refusal.MessageOutOfOrder {
		t.Errorf("after a message too many: %+v", after)
	}
}

// Catches a record that goes with the identity, or that a message to a closed
// login changes.
func TestRecordStaysAfterClose(t *testing.T) {
	w := newWorld(t)
	l, err := w.login()
	must(t, err)
	l.Close()
	_, _ = l.Answer(context.Background(), wire.Answers{Responses: wire.Batch{}})
	if r := recordOf(t, l); r.Reached != "eidas1" || r.Refused != "" {
		t.Errorf("%+v", r)
	}
}

// Catches a login given up that has no end.
func TestRecordOfAClosedLogin(t *testing.T) {
	w := newWorld(t)
	l := w.begin()
	w.now = w.now.Add(-time.Hour) // the clock was set back
	l.Close()
	if r := recordOf(t, l); r.Reached != "none" || r.Refused != "" || !r.Ended.Equal(r.Begun) || r.Document != nil {
		t.Errorf("%+v", r)
	}
}
