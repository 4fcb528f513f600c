package attest_test

import (
	"context"
	cryptorand "crypto/rand"
	"crypto/sha256"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/wire"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/relay"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// today lies within the validity of the laboratories' certificates.
func today() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }

const issuerURL = "https://idp.test"

// world is a laboratory with a provider, a document and an honest agent. Its
// members are changed before use to make each fault.
type world struct {
	tb  testing.TB
	rng *rand.ChaCha8

	lab     *issuer.Lab
	profile issuer.Profile
	config  attest.Config
	tx      attest.Transaction
	now     time.Time

	personalise func(*vcard.Personalisation) // changes the card that is made
	onOpening   func(*wire.Opening)          // the agent lies
	onAnswers   func(*wire.Answers)          // the agent lies
	skipProof   bool                         // the agent does not verify the proof
}

var update = flag.Bool("update", false, "make the laboratories in testdata anew")

// loadLab reads a laboratory of the tests: "lab", or "other" with other keys.
func loadLab(tb testing.TB, name string) *issuer.Lab {
	tb.Helper()
	lab, err := issuer.LoadLab(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return lab
}

func TestMain(m *testing.M) {
	flag.Parse()
	if *update {
		for _, name := range []string{"lab", "other"} {
			if err := remake(filepath.Join("testdata", name)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}
	os.Exit(m.Run())
}

func remake(dir string) error {
	lab, err := issuer.NewLab(cryptorand.Reader, time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return lab.Save(dir)
}

func anchor(tb testing.TB, lab *issuer.Lab) *certificate.Certificate {
	tb.Helper()
	c, err := certificate.Parse(lab.CSCA(), certificate.Options{Lab: true})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// labStore trusts the authorities of laboratories.
func labStore(anchors ...*certificate.Certificate) *csca.Store {
	return csca.New(anchors, certificate.Options{Lab: true})
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{tb: tb, rng: rand.NewChaCha8([32]byte{7}), lab: loadLab(tb, "lab"), profile: issuer.Specimen(), now: today()}
	w.config = attest.Config{
		Trust: labStore(anchor(tb, w.lab)), Lab: true,
		Clock: func() time.Time { return w.now }, Rand: w.rng,
	}
	nonce := sha256.Sum256([]byte("nonce"))
	own := sha256.Sum256([]byte("own nonce"))
	w.tx = attest.Transaction{
		Issuer: issuerURL, JTI: "transaction-1", AgentNonce: nonce[:], Nonce: own[:], Level: level.EIDAS1,
		Files: []lds.File{lds.DG1, lds.DG11},
	}
	return w
}

func (w *world) verifier() *attest.Verifier {
	w.tb.Helper()
	v, err := attest.NewVerifier(w.config)
	if err != nil {
		w.tb.Fatal(err)
	}
	return v
}

func (w *world) begin() *attest.Login {
	w.tb.Helper()
	l, err := w.verifier().Begin(w.tx)
	if err != nil {
		w.tb.Fatal(err)
	}
	return l
}

// card makes the document.
func (w *world) card() *vcard.Card {
	w.tb.Helper()
	p, err := w.lab.Personalise(w.rng, w.profile)
	if err != nil {
		w.tb.Fatal(err)
	}
	if w.personalise != nil {
		w.personalise(&p)
	}
	c, err := vcard.New(p, w.rng)
	if err != nil {
		w.tb.Fatal(err)
	}
	return c
}

// session is an agent with a card under PACE and what it read.
type session struct {
	w       *world
	card    *cnie.Card
	chip    *vcard.Card
	opening wire.Opening
}

func (w *world) session(chip *vcard.Card) *session {
	w.tb.Helper()
	ctx := context.Background()
	can, err := pace.CAN([]byte(w.profile.CAN))
	if err != nil {
		w.tb.Fatal(err)
	}
	defer can.Wipe()
	c, err := cnie.Open(ctx, chip, cnie.Access{Password: can, ATR: chip.ATR(), Rand: w.rng})
	if err != nil {
		w.tb.Fatal(err)
	}
	sod, dg14, err := c.Evidence(ctx)
	if err != nil {
		w.tb.Fatal(err)
	}
	s := &session{w: w, card: c, chip: chip, opening: wire.Opening{SOD: sod, DG14: dg14, MaxCommand: c.MaxCommand(), MaxResponse: c.MaxResponse()}}
	if w.onOpening != nil {
		w.onOpening(&s.opening)
	}
	return s
}

// hand verifies the handover as an agent does that speaks to iss in transaction
// jti, and presents the point to the chip.
func (s *session) hand(h wire.Handover, iss, jti string, nonce []byte) (*relay.Relay, error) {
	s.w.tb.Helper()
	infos, err := lds.ParseDG14(s.opening.DG14)
	if err != nil {
		s.w.tb.Fatal(err)
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		s.w.tb.Fatal(err)
	}
	sod, dg14 := sha256.Sum256(s.opening.SOD), sha256.Sum256(s.opening.DG14)
	if !s.w.skipProof {
		bound := chipauth.Handover{
			Issuer: iss, JTI: jti, AgentNonce: nonce, SODHash: sod[:], DG14Hash: dg14[:],
			KeyID: h.KeyID, PublicKey: h.PublicKey,
		}
		if len(h.KeyID) == 0 {
			bound.KeyID = nil
		}
		if err := chipauth.VerifyProof(key, bound, h.Proof); err != nil {
			return nil, err
		}
	}
	return s.card.Hand(context.Background(), key, h.PublicKey, s.w.tx.Files)
}

// answers relays one batch and sends it through the wire format.
func (s *session) answers(r *relay.Relay, commands wire.Batch) wire.Answers {
	s.w.tb.Helper()
	responses, err := r.Forward(context.Background(), commands.APDUs())
	if err != nil {
		s.w.tb.Fatal(err)
	}
	m := wire.Answers{Responses: wire.NewBatch(responses)}
	if s.w.onAnswers != nil {
		s.w.onAnswers(&m)
	}
	b, err := wire.EncodeAnswers(m)
	if err != nil {
		s.w.tb.Fatal(err)
	}
	if m, err = wire.DecodeAnswers(b); err != nil {
		s.w.tb.Fatal(err)
	}
	return m
}

// run takes l to its end with the agent of s.
func (s *session) run(l *attest.Login) error {
	s.w.tb.Helper()
	ctx := context.Background()
	h, err := l.Open(ctx, s.opening)
	if err != nil {
		return err
	}
	b, err := wire.EncodeHandover(h)
	if err != nil {
		s.w.tb.Fatal(err)
	}
	if h, err = wire.DecodeHandover(b); err != nil {
		s.w.tb.Fatal(err)
	}
	r, err := s.hand(h, s.w.tx.Issuer, s.w.tx.JTI, s.w.tx.AgentNonce)
	if err != nil {
		s.w.tb.Fatal(err)
	}
	for batch := h.Commands; ; {
		more, err := l.Answer(ctx, s.answers(r, batch))
		if err != nil || more == nil {
			return err
		}
		batch = more.Commands
	}
}

// login is one whole login.
func (w *world) login() (*attest.Login, error) {
	w.tb.Helper()
	l := w.begin()
	return l, w.session(w.card()).run(l)
}

// flip changes one bit of a file on the card.
func flip(f lds.File, at int) func(*vcard.Personalisation) {
	return func(p *vcard.Personalisation) {
		content := p.Files[f.FID()]
		if at < 0 {
			at += len(content)
		}
		content[at] ^= 1
	}
}

// realAnchor is a certificate of no laboratory.
func realAnchor(tb testing.TB) *certificate.Certificate {
	tb.Helper()
	const file = "passiveauth/testdata/rsa.der"
	store, err := csca.Load([]string{file}, certificate.Options{}, today())
	if err != nil {
		tb.Fatal(err)
	}
	return store.Anchors()[0]
}
