package attest_test

import (
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
	other := []attest.Check{attest.CheckDG2, attest.CheckDG15, attest.CheckActive}
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

func withAnchor(change func(*certificate.Certificate)) func(*world) {
	return func(w *world) {
		c := anchor(w.tb, w.lab)
		change(c)
		w.config.Anchors = csca.New([]*certificate.Certificate{c})
	}
}

func defeats() map[string]defeat {
	return map[string]defeat{
		"unknown CSCA": {attest.CheckChain, func(w *world) {
			w.config.Anchors = csca.New([]*certificate.Certificate{anchor(w.tb, loadLab(w.tb, "other"))})
		}, refusal.CSCAUnknown},
		"forged DS":       {attest.CheckChain, func(w *world) { other := loadLab(w.tb, "other"); forgeIssuer(w, other.CSCA()) }, refusal.DSSignatureInvalid},
		"DS not yet":      {attest.CheckDSValidity, func(w *world) { w.now = w.now.AddDate(-1, 0, 0) }, refusal.DSNotYetValid},
		"DS ended":        {attest.CheckDSValidity, func(w *world) { w.now = w.now.AddDate(10, 0, 0) }, refusal.DSExpired},
		"CSCA ended":      {attest.CheckCSCAValidity, withAnchor(func(c *certificate.Certificate) { c.NotAfter = today().AddDate(0, 0, -1) }), refusal.CSCAExpired},
		"CSCA not yet":    {attest.CheckCSCAValidity, withAnchor(func(c *certificate.Certificate) { c.NotBefore = today().AddDate(0, 0, 1) }), refusal.CSCANotYetValid},
		"SOD signature":   {attest.CheckSignature, func(w *world) { w.onOpening = func(m *wire.Opening) { m.SOD[len(m.SOD)-1] ^= 1 } }, refusal.SODSignatureInvalid},
		"CSCA abroad":     {attest.CheckCountry, withAnchor(func(c *certificate.Certificate) { c.Country = "BE" }), refusal.CountryMismatch},
		"country":         {attest.CheckCountryAccepted, func(w *world) { w.config.Countries = []string{"D"} }, refusal.CountryNotAccepted},
		"DG14 altered":    {attest.CheckDG14, func(w *world) { w.onOpening = func(m *wire.Opening) { m.DG14[len(m.DG14)-1] ^= 1 } }, refusal.DG14HashMismatch},
		"DG1 altered":     {attest.CheckDG1, func(w *world) { w.personalise = flip(lds.DG1, -1) }, refusal.DG1HashMismatch},
		"DG2 altered":     {attest.CheckDG2, func(w *world) { w.tx.Files = append(w.tx.Files, lds.DG2); w.personalise = flip(lds.DG2, -1) }, refusal.FileHashMismatch},
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
	c.SubjectKeyID = anchor(w.tb, w.lab).SubjectKeyID
	w.config.Anchors = csca.New([]*certificate.Certificate{c})
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
	for _, c := range attest.Checks() {
		if !covered[c] {
			t.Errorf("no test defeats %s", c)
		}
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
	w.config.Anchors = csca.New([]*certificate.Certificate{realAnchor(t)})
	l, err := w.login()
	if reasonOf(err) != refusal.LabDocument || len(l.Verified()) != 0 || l.Lab() {
		t.Errorf("%v, verified %v", err, l.Verified())
	}
}

// Catches a configuration or a transaction that must not work.
func TestCallersErrors(t *testing.T) {
	for name, change := range map[string]func(*attest.Config){
		"no anchors":    func(c *attest.Config) { c.Anchors = nil },
		"empty anchors": func(c *attest.Config) { c.Anchors = csca.New(nil) },
		"no clock":      func(c *attest.Config) { c.Clock = nil },
		"no randomness": func(c *attest.Config) { c.Rand = nil },
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
