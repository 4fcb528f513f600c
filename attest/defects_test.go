package attest_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cnie.example/attest"
	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
)

// defect is one thing wrong with evidence that is good otherwise. One of the
// functions spoils it; the others are nil.
type defect struct {
	name   string
	base   *base // the evidence that is spoiled; plain when nil
	reason refusal.Reason
	cause  string // part of the error's text; tells defects of one reason apart
	like   string // the defect before it that looks the same to the verifier

	issue   func(*evidence)              // the certificates, before anything is signed
	sign    func(*evidence)              // the security object, before it is signed
	trust   func(*evidence)              // the trust store, before it is built
	policy  func(*world)                 // the verifier
	opening func(*world, *wire.Opening)  // the agent's first message, or
	signed  func(*world, *wire.Signed)   // the only one of active authentication
	answers func(*world, *wire.Answers)  // the chip's answers
	chip    func(*vcard.Personalisation) // the chip, not what was signed for it
}

// base is one kind of good evidence.
type base struct {
	name  string
	issue func(*evidence)
	sign  func(*evidence)
	aa    bool // the chip has active authentication and no chip authentication
}

// evidence is a document of a real state's kind, on a virtual chip, with the
// trust store for it. Everything in it can be changed before it is issued.
type evidence struct {
	*world
	state    *attesttest.State
	csca, ds *attesttest.Certificate
	document *attesttest.Document

	anchors, pool []*attesttest.Certificate
	lists         []*attesttest.RevocationList
	contents      csca.Contents
	files         map[lds.File][]byte
	card          vcard.Personalisation
	changed       *defect
}

// newEvidence makes the evidence of a base with a defect; none when d is nil.
func newEvidence(tb testing.TB, b *base, d *defect) *evidence {
	tb.Helper()
	if d == nil {
		d = &defect{}
	}
	e := &evidence{world: newWorld(tb), state: attesttest.New("FR", nil), changed: d}
	if b.aa {
		e.world = newActiveWorld(tb, "active-ecdsa")
	}
	e.now = e.state.Now()
	// Drawing a photo takes longer than everything else together.
	e.profile.Files = slices.DeleteFunc(slices.Clone(e.profile.Files), func(name string) bool { return name == "DG2" })
	e.card = e.world.issue()
	e.csca = e.state.CSCA("CSCA SPECIMEN")
	e.ds = e.state.DS(e.csca)
	e.anchors = []*attesttest.Certificate{e.csca}
	apply(e, b.issue, d.issue)
	e.sign(b, d)
	e.build(d)
	if d.policy != nil {
		d.policy(e.world)
	}
	return e
}

func apply(e *evidence, changes ...func(*evidence)) {
	for _, change := range changes {
		if change != nil {
			change(e)
		}
	}
}

// sign makes the security object over the files of the card.
func (e *evidence) sign(b *base, d *defect) {
	e.files = map[lds.File][]byte{}
	for _, f := range []lds.File{lds.DG1, lds.DG2, lds.DG11, lds.DG14, lds.DG15} {
		if content := e.card.Files[f.FID()]; content != nil {
			e.files[f] = slices.Clone(content)
		}
	}
	e.document = e.state.Document(e.ds, e.files)
	apply(e, b.sign, d.sign)
	if d.chip != nil {
		d.chip(&e.card)
	}
}

// build makes the trust store: what the verifier cannot read is not in it.
func (e *evidence) build(d *defect) {
	e.tb.Helper()
	if e.lists == nil {
		e.lists = []*attesttest.RevocationList{e.state.RevocationList(e.csca)}
	}
	apply(e, d.trust)
	e.contents.Anchors, e.contents.Pool = e.parse(e.anchors), e.parse(e.pool)
	for _, list := range e.lists {
		parsed, err := certificate.ParseRevocationList(list.DER(), e.contents.Options)
		must(e.tb, err)
		e.contents.RevocationLists = append(e.contents.RevocationLists, parsed)
	}
	e.config.Lab, e.config.RequireRevocation = false, true
	e.config.Status = reported(attest.StatusGood)
	e.config.Trust = e.store()
}

// parse reads certificates as an operator's store does: one that is refused is
// left out.
func (e *evidence) parse(list []*attesttest.Certificate) (parsed []*certificate.Certificate) {
	for _, c := range list {
		if p, err := certificate.Parse(c.DER(), e.contents.Options); err == nil {
			parsed = append(parsed, p)
		}
	}
	return parsed
}

func (e *evidence) store() *csca.Store {
	e.tb.Helper()
	// A store without any anchor makes no verifier: this one is nobody's.
	other := attesttest.New("DE", nil).CSCA("OTHER SPECIMEN")
	contents := e.contents
	contents.Anchors = append(e.parse([]*attesttest.Certificate{other}), contents.Anchors...)
	store, err := csca.Build(contents)
	must(e.tb, err)
	return store
}

func fingerprint(tb testing.TB, c *attesttest.Certificate) csca.Fingerprint {
	tb.Helper()
	parsed, err := certificate.Parse(c.DER(), certificate.Options{})
	must(tb, err)
	return parsed.Fingerprint()
}

// reported is a status authority that knows one answer.
type reported attest.Status

func (r reported) Status(context.Context, attest.DocumentID) (attest.Status, error) {
	return attest.Status(r), nil
}

// login is one whole login with the evidence at a verifier.
func (e *evidence) login(v *attest.Verifier) (*attest.Login, error) {
	e.tb.Helper()
	l, err := v.Begin(e.tx)
	must(e.tb, err)
	sod := e.document.SOD()
	if _, active := e.card.Files[lds.DG15.FID()]; active {
		m := e.signed(e.card, e.tx)
		m.SOD = sod
		if e.changed.signed != nil {
			e.changed.signed(e.world, &m)
		}
		return l, l.Signed(context.Background(), m)
	}
	e.onOpening = func(m *wire.Opening) {
		m.SOD = sod
		if e.changed.opening != nil {
			e.changed.opening(e.world, m)
		}
	}
	if e.changed.answers != nil {
		e.onAnswers = func(m *wire.Answers) { e.changed.answers(e.world, m) }
	}
	chip, err := vcard.New(e.card, e.rng)
	must(e.tb, err)
	return l, e.session(chip).run(l)
}

// keysGone says that a login holds no session key, no document and no file any
// more.
func keysGone(tb testing.TB, l *attest.Login) bool {
	tb.Helper()
	for _, name := range []string{"proof", "document", "contents", "identity"} {
		field := reflect.ValueOf(l).Elem().FieldByName(name)
		if !field.IsValid() {
			tb.Fatalf("Login has no field %s: name here what holds keys and files", name)
		}
		if !field.IsNil() {
			return false
		}
	}
	return true
}

func allDefects() []defect {
	return slices.Concat(
		securityObjectDefects(), attributeDefects(), contentDefects(), signingTimeDefects(),
		signerDefects(), usageDefects(), algorithmDefects(), parameterDefects(), paddingDefects(),
		authorityDefects(), linkDefects(), revocationDefects(), overrideDefects(),
		fileDefects(), documentDefects(), chipDefects(), activeDefectsOfEvidence(),
	)
}

// plain is a document under an authority that is an anchor, with fresh
// revocation lists.
func plain() *base { return &base{name: "plain"} }

func (d *defect) baseOrPlain() *base {
	if d.base == nil {
		return plain()
	}
	return d.base
}

// Every defect is refused with its own reason. Before it and after it the same
// document logs in without the defect, with the same trust store unless that is
// what the defect is in: so the defect is what is refused, and a store that has
// seen the good document takes no bad one for it, nor the other way round. Catches a check that is missing,
// one that is made too late to be the reason, and a level given in spite of it.
func TestEachDefectIsRefused(t *testing.T) {
	for _, d := range allDefects() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			good, bad := newEvidence(t, d.baseOrPlain(), nil), newEvidence(t, d.baseOrPlain(), &d)
			trust, spoiled := good.config.Trust.Store(), bad.config.Trust.Store()
			live := csca.NewLive(trust)
			good.mustLogIn(good.verifierWith(live), "before")
			if spoiled.Digest() != trust.Digest() {
				live.Swap(spoiled)
			}
			d.refuses(t, bad, bad.verifierWith(live))
			live.Swap(trust)
			good.mustLogIn(good.verifierWith(live), "after")
		})
	}
}

// verifierWith has the policy and the clock of the evidence and a trust store
// that can be exchanged.
func (e *evidence) verifierWith(live *csca.Live) *attest.Verifier {
	e.tb.Helper()
	config := e.config
	config.Trust = live
	v, err := attest.NewVerifier(config)
	must(e.tb, err)
	return v
}

func (e *evidence) mustLogIn(v *attest.Verifier, when string) {
	e.tb.Helper()
	l, err := e.login(v)
	if err != nil || l.Level() != level.EIDAS1 {
		e.tb.Fatalf("good evidence %s the defect: %v at %v", when, err, l.Level())
	}
}

func (d *defect) refuses(t *testing.T, e *evidence, v *attest.Verifier) {
	t.Helper()
	l, err := e.login(v)
	if reason := reasonOf(err); reason != d.reason || !strings.Contains(err.Error(), d.cause) {
		t.Fatalf("%v\nwant %v with %q", err, d.reason, d.cause)
	}
	if !noLevel(l) || !keysGone(t, l) {
		t.Errorf("level %v, or keys are held", l.Level())
	}
	if _, err := l.Answer(context.Background(), wire.Answers{Responses: wire.Batch{}}); reasonOf(err) != refusal.MessageOutOfOrder {
		t.Errorf("a message after the refusal: %v", err)
	}
	if identity, err := l.Identity(); identity != nil || !errors.Is(err, attest.ErrNoIdentity) {
		t.Errorf("identity %v, %v", identity, err)
	}
}

// Catches a table that shrinks, a name given twice, and two defects that look
// alike to an operator without anybody having noticed.
func TestDefectsAreManyAndApart(t *testing.T) {
	const least = 60
	names, seen := map[string]bool{}, map[string]string{}
	for _, d := range allDefects() {
		if names[d.name] {
			t.Errorf("%s: two defects of this name", d.name)
		}
		names[d.name] = true
		switch other, known := seen[string(d.reason)+d.cause]; {
		case known && d.like != other:
			t.Errorf("%s: cannot be told from %s", d.name, other)
		case !known && d.like != "":
			t.Errorf("%s: is not like %s", d.name, d.like)
		case !known:
			seen[string(d.reason)+d.cause] = d.name
		}
	}
	if len(names) < least {
		t.Errorf("%d defects, want %d", len(names), least)
	}
}
