package attest_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/chipproof"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
)

func reasonOf(err error) refusal.Reason {
	reason, _ := refusal.Of(err)
	return reason
}

// Catches anything that breaks the main job: a claim that is wrong or has the
// wrong source, a check that is not made, more APDUs than needed.
func TestLogin(t *testing.T) {
	w := newWorld(t)
	chip := w.card()
	l := w.begin()
	if err := w.session(chip).run(l); err != nil {
		t.Fatal(err)
	}
	got, err := l.Identity()
	if err != nil {
		t.Fatal(err)
	}
	want := &attest.Identity{
		FamilyName: "SPÉCIMEN", GivenNames: "MARIE ANNE", BirthDate: "1990-07-13", Sex: "F", Nationality: "FRA",
		DocumentNumber: "SPEC00001", ExpiryDate: "2036-01-14", IssuingState: "FRA", Lab: true,
		Sources: map[string]attest.Source{
			attest.ClaimFamilyName: attest.SourceDG11, attest.ClaimGivenNames: attest.SourceDG11, attest.ClaimBirthDate: attest.SourceDG11,
			attest.ClaimSex: attest.SourceDG1, attest.ClaimNationality: attest.SourceDG1, attest.ClaimDocumentNumber: attest.SourceDG1,
			attest.ClaimExpiryDate: attest.SourceDG1, attest.ClaimIssuingState: attest.SourceDG1,
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("identity %+v\nwant     %+v", got, want)
	}
	other := []attest.Check{
		attest.CheckDG2, attest.CheckDG15, attest.CheckActive, // not asked for, not made
		attest.CheckRevocation, attest.CheckDocumentStatus, // nobody to ask
	}
	expected := slices.DeleteFunc(attest.Checks(), func(c attest.Check) bool { return slices.Contains(other, c) })
	if !slices.Equal(l.Verified(), expected) {
		t.Errorf("verified %v\nwant     %v", l.Verified(), expected)
	}
	if l.Level() != level.EIDAS1 || !l.Lab() {
		t.Errorf("level %v, lab %v", l.Level(), l.Lab())
	}
	if apdus := chip.Counters().APDUs; apdus > 14 {
		t.Errorf("%d APDUs", apdus)
	}
}

// Catches a login that works with one kind of card or reader only.
func TestLoginVariants(t *testing.T) {
	for name, change := range map[string]func(*world){
		"contactless":        func(w *world) { w.profile.Contactless = true },
		"short length":       func(w *world) { w.profile.ExtendedLength = false },
		"AES-128 on P-256":   func(w *world) { w.profile.Cipher, w.profile.Curve = "AES-128", "P-256" },
		"AES-192":            func(w *world) { w.profile.Cipher = "AES-192" },
		"key with id":        func(w *world) { id := 5; w.profile.ChipKeyID = &id },
		"photo":              func(w *world) { w.tx.Files = []lds.File{lds.DG2, lds.DG11, lds.DG1} },
		"DG1 alone":          func(w *world) { w.tx.Files = []lds.File{lds.DG1} },
		"no DG11 issued":     func(w *world) { w.profile.Files = []string{"DG1", "DG14"} },
		"last day":           func(w *world) { w.now = time.Date(2036, 1, 14, 23, 59, 59, 0, time.UTC) },
		"last second of 30":  func(w *world) { w.onAnswers = func(*wire.Answers) { w.now = w.now.Add(chipproof.Deadline - 1) } },
		"one type by letter": func(w *world) { w.config.DocumentTypes = []string{"I"} },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			change(w)
			l, err := w.login()
			if err != nil {
				t.Fatal(err)
			}
			identity, err := l.Identity()
			if err != nil || l.Level() != level.EIDAS1 || identity.BirthDate != "1990-07-13" {
				t.Errorf("%+v, %v, %v", identity, l.Level(), err)
			}
			photo := slices.Contains(w.tx.Files, lds.DG2)
			if (len(identity.Photo) > 0) != photo || slices.Contains(l.Verified(), attest.CheckDG2) != photo {
				t.Errorf("photo of %d bytes, checks %v", len(identity.Photo), l.Verified())
			}
			if slices.Contains(l.Verified(), attest.CheckDG11) != (identity.Sources[attest.ClaimFamilyName] == attest.SourceDG11) {
				t.Errorf("source %v with checks %v", identity.Sources, l.Verified())
			}
		})
	}
}

// defeat is one way to make one check fail.
type defeat struct {
	check  attest.Check
	change func(*world)
	reason refusal.Reason
}

func withAnchor(change func(der []byte) []byte) func(*world) {
	return func(w *world) { w.trustAltered(w.lab.CSCA(), change) }
}

// trustAltered trusts a certificate whose bytes were changed: nobody verifies
// the signature of an anchor.
func (w *world) trustAltered(der []byte, change func(der []byte) []byte) {
	w.tb.Helper()
	altered := change(der)
	if bytes.Equal(altered, der) {
		w.tb.Fatal("the certificate was not altered")
	}
	c, err := certificate.Parse(altered, certificate.Options{Lab: true})
	if err != nil {
		w.tb.Fatal(err)
	}
	w.config.Trust = labStore(c)
}

// replace changes bytes of a certificate for others of the same length.
func replace(old, with string) func(der []byte) []byte {
	return func(der []byte) []byte { return bytes.Replace(der, []byte(old), []byte(with), 1) }
}

// Parts of the laboratory's CSCA: both ends of its validity, and the country of
// its subject with what stands before it.
const (
	cscaBegin   = "260101000000Z"
	cscaEnd     = "420101000000Z"
	cscaSubject = "Z\x30\x43\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02"
)

func defeats() map[string]defeat {
	return map[string]defeat{
		"unknown CSCA": {attest.CheckChain, func(w *world) {
			w.config.Trust = labStore(anchor(w.tb, loadLab(w.tb, "other")))
		}, refusal.CSCAUnknown},
		"forged DS": {attest.CheckChain, func(w *world) { other := loadLab(w.tb, "other"); forgeIssuer(w, other.CSCA()) }, refusal.DSSignatureInvalid},
		"DS not yet": {attest.CheckDSValidity, func(w *world) {
			w.now = w.now.AddDate(-1, 0, 0)
			withAnchor(replace(cscaBegin, "250101000000Z"))(w)
		}, refusal.DSNotYetValid},
		"DS ended":        {attest.CheckDSValidity, func(w *world) { w.now = w.now.AddDate(10, 0, 0) }, refusal.DSExpired},
		"CSCA ended":      {attest.CheckCSCAValidity, withAnchor(replace(cscaEnd, "260630000000Z")), refusal.CSCAExpired},
		"CSCA not yet":    {attest.CheckCSCAValidity, withAnchor(replace(cscaBegin, "260702000000Z")), refusal.CSCANotYetValid},
		"SOD signature":   {attest.CheckSignature, func(w *world) { w.onOpening = func(m *wire.Opening) { m.SOD[len(m.SOD)-1] ^= 1 } }, refusal.SODSignatureInvalid},
		"CSCA abroad":     {attest.CheckCountry, withAnchor(replace(cscaSubject+"FR", cscaSubject+"BE")), refusal.CountryMismatch},
		"country":         {attest.CheckCountryAccepted, func(w *world) { w.config.Countries = []string{"D"} }, refusal.CountryNotAccepted},
		"DG14 altered":    {attest.CheckDG14, func(w *world) { w.onOpening = func(m *wire.Opening) { m.DG14[len(m.DG14)-1] ^= 1 } }, refusal.DG14HashMismatch},
		"DG1 altered":     {attest.CheckDG1, func(w *world) { w.personalise = flip(lds.DG1, -1) }, refusal.DG1HashMismatch},
		"DG2 altered":     {attest.CheckDG2, func(w *world) { w.tx.Files = append(w.tx.Files, lds.DG2); w.personalise = flip(lds.DG2, -1) }, refusal.DG2HashMismatch},
		"DG11 altered":    {attest.CheckDG11, func(w *world) { w.personalise = flip(lds.DG11, -1) }, refusal.DG11HashMismatch},
		"cloned chip":     {attest.CheckChipAuthentication, clone, refusal.ChipNotGenuine},
		"issued abroad":   {attest.CheckIssuingState, func(w *world) { w.profile.IssuingState = "BEL" }, refusal.CountryMismatch},
		"kind of card":    {attest.CheckDocumentType, func(w *world) { w.config.DocumentTypes = []string{"P"} }, refusal.DocumentTypeNotAllowed},
		"kind not signed": {attest.CheckDocumentType, func(w *world) { w.config.DocumentTypes, w.profile.DocumentCode = []string{"AC"}, "AC" }, refusal.DocumentTypeNotAllowed},
		"expired":         {attest.CheckExpiry, func(w *world) { w.profile.ExpiryDate = "2026-06-30" }, refusal.DocumentExpired},
		"expired by hour": {attest.CheckExpiry, func(w *world) { w.now = time.Date(2036, 1, 15, 0, 0, 0, 0, time.UTC) }, refusal.DocumentExpired},
	}
}

// forgeIssuer trusts a CSCA of another key under the key identifier of the real
// one, so that the document signer's certificate is a forgery for it.
func forgeIssuer(w *world, der []byte) {
	w.tb.Helper()
	c, err := certificate.Parse(der, certificate.Options{Lab: true})
	if err != nil {
		w.tb.Fatal(err)
	}
	w.trustAltered(der, func(der []byte) []byte {
		return bytes.ReplaceAll(der, c.SubjectKeyID, anchor(w.tb, w.lab).SubjectKeyID)
	})
}

// clone gives the chip another private key than DG14 says.
func clone(w *world) {
	w.personalise = func(p *vcard.Personalisation) {
		key, err := p.ChipKeys[0].Curve.GenerateKey(w.rng)
		if err != nil {
			w.tb.Fatal(err)
		}
		p.ChipKeys[0].Scalar = key
	}
}

// Each check is defeated. Catches an entry of Verified that does not come from
// its own check, a login that goes on all the same, and personal data in the
// text of the error.
func TestEachCheckVanishesWhenDefeated(t *testing.T) {
	covered := map[attest.Check]bool{}
	for name, d := range defeats() {
		covered[d.check] = true
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			d.change(w)
			l, err := w.login()
			if reasonOf(err) != d.reason {
				t.Fatalf("%v, want %v", err, d.reason)
			}
			verified := l.Verified()
			if slices.Contains(verified, d.check) {
				t.Errorf("%s is among %v", d.check, verified)
			}
			if identity, err := l.Identity(); l.Level() != level.None || identity != nil || !errors.Is(err, attest.ErrNoIdentity) {
				t.Errorf("level %v, identity %v, %v", l.Level(), identity, err)
			}
			for _, personal := range []string{"SPEC0", "SPÉCIMEN", "MARIE", "900713", "1990"} {
				if strings.Contains(err.Error(), personal) {
					t.Errorf("error text holds %q: %v", personal, err)
				}
			}
		})
	}
	for _, d := range activeDefeats() {
		covered[d.check] = true
	}
	for _, d := range evidenceDefeats() {
		covered[d.check] = true
		defeatEvidence(t, d.check, d.reason)
	}
	for _, c := range attest.Checks() {
		if !covered[c] {
			t.Errorf("no test defeats %s", c)
		}
	}
}

// evidenceDefeats are the checks that take evidence made for it to defeat.
func evidenceDefeats() []defeat {
	return []defeat{
		{check: attest.CheckSyntax, reason: refusal.SODMalformed},
		{check: attest.CheckSigner, reason: refusal.SODSignerMissing},
		{check: attest.CheckDigest, reason: refusal.SODDigestMismatch},
		{check: attest.CheckUsage, reason: refusal.DSKeyUsage},
		{check: attest.CheckRevocation, reason: refusal.DSRevoked},
		{check: attest.CheckSigningTime, reason: refusal.SODSigningTime},
		{check: attest.CheckObject, reason: refusal.LDSVersionUnsupported},
		{check: attest.CheckDocumentStatus, reason: refusal.DocumentReported},
	}
}

// defeatEvidence has evidence refused for the reason, by the first defect that
// has it.
func defeatEvidence(t *testing.T, check attest.Check, reason refusal.Reason) {
	t.Helper()
	all := allDefects()
	i := slices.IndexFunc(all, func(d defect) bool { return d.reason == reason })
	if i < 0 {
		t.Fatalf("no defect is refused with %v", reason)
	}
	e := newEvidence(t, all[i].baseOrPlain(), &all[i])
	l, err := e.login(e.verifier())
	if reasonOf(err) != reason || slices.Contains(l.Verified(), check) {
		t.Errorf("%s: %v, verified %v", all[i].name, err, l.Verified())
	}
}

// Catches checks that are forgotten after a later one fails: an operator has to
// see how far a login came.
func TestVerifiedKeepsWhatPassed(t *testing.T) {
	w := newWorld(t)
	w.profile.ExpiryDate = "2026-06-30"
	l, _ := w.login()
	for _, c := range []attest.Check{attest.CheckChain, attest.CheckSignature, attest.CheckDG14, attest.CheckDG1, attest.CheckChipAuthentication, attest.CheckDG11, attest.CheckDocumentType} {
		if !slices.Contains(l.Verified(), c) {
			t.Errorf("%s is not among %v", c, l.Verified())
		}
	}
}

// Catches a level that follows what was asked, and a lower level in place of a
// refusal.
func TestMoreThanProvedIsRefused(t *testing.T) {
	for _, asked := range []level.Level{level.EIDAS2, level.EIDAS3} {
		w := newWorld(t)
		w.tx.Level = asked
		l, err := w.login()
		if reasonOf(err) != refusal.LevelInsufficient || l.Level() != level.None {
			t.Errorf("%v: %v, level %v", asked, err, l.Level())
		}
		if _, err := l.Identity(); err == nil {
			t.Errorf("%v: identity given", asked)
		}
	}
}

// Catches a message that is taken twice, early or after the end.
func TestOrder(t *testing.T) {
	ctx := context.Background()
	none := wire.Answers{Responses: wire.Batch{}}
	w := newWorld(t)
	s := w.session(w.card())
	outOfOrder := func(name string, err error) {
		t.Helper()
		if reasonOf(err) != refusal.MessageOutOfOrder {
			t.Errorf("%s: %v", name, err)
		}
	}

	l := w.begin()
	_, err := l.Answer(ctx, none)
	outOfOrder("answers first", err)
	_, err = l.Open(ctx, s.opening)
	outOfOrder("opening after an error", err)

	l = w.begin()
	if _, err := l.Open(ctx, s.opening); err != nil {
		t.Fatal(err)
	}
	_, err = l.Open(ctx, s.opening)
	outOfOrder("second opening", err)
	_, err = l.Answer(ctx, none)
	outOfOrder("answers after a second opening", err)

	l = w.begin()
	if err := s.run(l); err != nil {
		t.Fatal(err)
	}
	_, err = l.Answer(ctx, none)
	outOfOrder("answers after success", err)
	if _, err := l.Identity(); !errors.Is(err, attest.ErrNoIdentity) {
		t.Errorf("identity after a message too many: %v", err)
	}

	l = w.begin()
	l.Close()
	_, err = l.Open(ctx, s.opening)
	outOfOrder("opening after Close", err)
}

// Catches a login that outlives its request.
func TestContextEndsLogin(t *testing.T) {
	w := newWorld(t)
	s := w.session(w.card())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := w.begin()
	if _, err := l.Open(ctx, s.opening); !errors.Is(err, context.Canceled) {
		t.Errorf("open: %v", err)
	}
	if _, err := l.Open(context.Background(), s.opening); reasonOf(err) != refusal.MessageOutOfOrder {
		t.Errorf("after it: %v", err)
	}
}

// Catches messages that only the wire format would have refused.
func TestOpenValidates(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*wire.Opening)
		reason refusal.Reason
	}{
		"no SOD":        {func(m *wire.Opening) { m.SOD = nil }, refusal.MessageMalformed},
		"long SOD":      {func(m *wire.Opening) { m.SOD = make([]byte, wire.MaxSOD+1) }, refusal.MessageTooLarge},
		"tiny response": {func(m *wire.Opening) { m.MaxResponse = 10 }, refusal.MessageMalformed},
		"noise as SOD":  {func(m *wire.Opening) { m.SOD = []byte{0x30, 0x80} }, refusal.SODMalformed},
		"cut SOD":       {func(m *wire.Opening) { m.SOD = m.SOD[:len(m.SOD)-1] }, refusal.SODMalformed},
		"DG1 as DG14":   {func(m *wire.Opening) { m.DG14 = []byte{0x61, 0} }, refusal.DG14HashMismatch},
	} {
		w := newWorld(t)
		w.onOpening = c.change
		l := w.begin()
		if _, err := l.Open(context.Background(), w.session(w.card()).opening); reasonOf(err) != c.reason {
			t.Errorf("%s: %v, want %v", name, err, c.reason)
		}
	}
}

// Catches a lie of the agent about the answers that does not end the login.
func TestAgentLiesAboutAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world) func(*wire.Answers)
		reason refusal.Reason
	}{
		"none":  {func(*world) func(*wire.Answers) { return func(m *wire.Answers) { m.Responses = wire.Batch{} } }, refusal.ChipAnswerMissing},
		"empty": {func(*world) func(*wire.Answers) { return func(m *wire.Answers) { m.Responses = wire.Batch{{}, {}} } }, refusal.ChipAnswerMissing},
		"bare": {func(*world) func(*wire.Answers) {
			return func(m *wire.Answers) { m.Responses = wire.Batch{{0x90, 0}, {0x90, 0}} }
		}, refusal.ChipAnswerUnprotected},
		"swapped": {func(*world) func(*wire.Answers) { return func(m *wire.Answers) { slices.Reverse(m.Responses) } }, refusal.ChipNotGenuine},
		"altered": {func(*world) func(*wire.Answers) { return func(m *wire.Answers) { m.Responses[0][10] ^= 1 } }, refusal.ChipNotGenuine},
		"added": {func(*world) func(*wire.Answers) {
			return func(m *wire.Answers) { m.Responses = append(m.Responses, m.Responses[0]) }
		}, refusal.ChipAnswerExcess},
		"too late": {func(w *world) func(*wire.Answers) {
			return func(*wire.Answers) { w.now = w.now.Add(chipproof.Deadline) }
		}, refusal.ChipTimeout},
	} {
		w := newWorld(t)
		w.onAnswers = c.change(w)
		l, err := w.login()
		if reasonOf(err) != c.reason || slices.Contains(l.Verified(), attest.CheckChipAuthentication) {
			t.Errorf("%s: %v, verified %v", name, err, l.Verified())
		}
	}
}

// Catches a verifier that lets a laboratory's document pass as real, or that
// is set up with a laboratory by mistake.
func TestLaboratoryIsKeptApart(t *testing.T) {
	w := newWorld(t)
	w.config.Lab = false
	if _, err := attest.NewVerifier(w.config); !errors.Is(err, attest.ErrConfig) {
		t.Errorf("production verifier with the anchor of a laboratory: %v", err)
	}
	w.config.Trust = csca.New([]*certificate.Certificate{realAnchor(t)}, certificate.Options{})
	l, err := w.login()
	if reasonOf(err) != refusal.LabDocument || slices.Contains(l.Verified(), attest.CheckChain) || l.Lab() {
		t.Errorf("%v, verified %v", err, l.Verified())
	}
}

// source gives any store, also none.
type source struct{ store *csca.Store }

func (s source) Store() *csca.Store { return s.store }

// Catches a laboratory that gets into the trust store of a verifier for real
// documents while it runs, or a store that is taken away. It is a fault on this
// side: no reason for the citizen, no level, and over when the store is right.
func TestLaboratorySwappedIn(t *testing.T) {
	w := newWorld(t)
	lab := w.config.Trust.Store()
	good := csca.New([]*certificate.Certificate{realAnchor(t)}, certificate.Options{})
	live := csca.NewLive(good)
	w.config.Lab, w.config.Trust = false, live
	v, opening := w.verifier(), w.session(w.card()).opening
	open := func() error {
		l, err := v.Begin(w.tx)
		must(t, err)
		_, err = l.Open(context.Background(), opening)
		if !noLevel(l) || !keysGone(t, l) {
			t.Errorf("level %v, or keys are left", l.Level())
		}
		return err
	}
	for name, bad := range map[string]*csca.Store{
		"laboratory":              lab,
		"laboratory among others": csca.New([]*certificate.Certificate{realAnchor(t), anchor(t, w.lab)}, certificate.Options{}),
		"laboratories allowed":    csca.New([]*certificate.Certificate{realAnchor(t)}, certificate.Options{Lab: true}),
		"empty":                   csca.New(nil, certificate.Options{}),
		"none":                    nil,
	} {
		live.Swap(bad)
		if err := open(); !errors.Is(err, attest.ErrConfig) || reasonOf(err) != "" {
			t.Errorf("%s: %v", name, err)
		}
		live.Swap(good)
		if err := open(); reasonOf(err) != refusal.LabDocument {
			t.Errorf("after %s: %v", name, err)
		}
	}
}

// Catches a configuration or a transaction that must not work.
func TestCallersErrors(t *testing.T) {
	for name, change := range map[string]func(*attest.Config){
		"no trust":      func(c *attest.Config) { c.Trust = nil },
		"no store":      func(c *attest.Config) { c.Trust = source{} },
		"negative wait": func(c *attest.Config) { c.StatusWait = -1 },
		"empty anchors": func(c *attest.Config) { c.Trust = csca.New(nil, certificate.Options{}) },
		"no clock":      func(c *attest.Config) { c.Clock = nil },
		"no randomness": func(c *attest.Config) { c.Rand = nil },
		"two letters":   func(c *attest.Config) { c.Countries = []string{"FRA", "FR"} },
		"small letters": func(c *attest.Config) { c.Countries = []string{"fra"} },
		"empty country": func(c *attest.Config) { c.Countries = []string{""} },
		"filler":        func(c *attest.Config) { c.DocumentTypes = []string{"ID", "P<"} },
		"empty type":    func(c *attest.Config) { c.DocumentTypes = []string{""} },
		"long type":     func(c *attest.Config) { c.DocumentTypes = []string{"IDF"} },
	} {
		w := newWorld(t)
		change(&w.config)
		if _, err := attest.NewVerifier(w.config); !errors.Is(err, attest.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*attest.Transaction){
		"no issuer":    func(tx *attest.Transaction) { tx.Issuer = "" },
		"no jti":       func(tx *attest.Transaction) { tx.JTI = "" },
		"long jti":     func(tx *attest.Transaction) { tx.JTI = strings.Repeat("x", wire.MaxJTI+1) },
		"short nonce":  func(tx *attest.Transaction) { tx.AgentNonce = tx.AgentNonce[1:] },
		"no level":     func(tx *attest.Transaction) { tx.Level = level.None },
		"no DG1":       func(tx *attest.Transaction) { tx.Files = []lds.File{lds.DG11} },
		"fingerprints": func(tx *attest.Transaction) { tx.Files = append(tx.Files, lds.DG3) },
		"twice":        func(tx *attest.Transaction) { tx.Files = append(tx.Files, lds.DG1) },
	} {
		w := newWorld(t)
		change(&w.tx)
		if _, err := w.verifier().Begin(w.tx); !errors.Is(err, attest.ErrTransaction) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches a result that its first reader can change for the next.
func TestResultsAreCopies(t *testing.T) {
	w := newWorld(t)
	l, err := w.login()
	if err != nil {
		t.Fatal(err)
	}
	first, _ := l.Identity()
	first.FamilyName = "OTHER"
	clear(first.Sources)
	l.Verified()[0] = "other"
	again, err := l.Identity()
	if err != nil || again.FamilyName == "OTHER" || len(again.Sources) == 0 || l.Verified()[0] == "other" {
		t.Errorf("%+v, %v", again, l.Verified())
	}
	l.Close()
	if _, err := l.Identity(); !errors.Is(err, attest.ErrNoIdentity) {
		t.Errorf("identity after Close: %v", err)
	}
}
