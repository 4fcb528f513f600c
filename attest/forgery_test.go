package attest_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"cnie.example/attest"
	"cnie.example/attest/level"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

// The forgeries of attack_test.go are made with a key of the forger's own. Here
// are those with what else he may have: the scalar of the verifier, which he
// must not, and everything that he can put in its place, which is worth nothing.

// answersWith are those of a chip that has the shared secret.
func (t thief) answersWith(tb testing.TB, secret []byte) wire.Batch {
	tb.Helper()
	return wire.Batch{protect(tb, secret, 2, t.files[lds.DG1]), protect(tb, secret, 4, t.files[lds.DG11])}
}

// secretOf is what the chip with the key of DG14 shares with the holder of a
// scalar: here computed without the chip.
func (t thief) secretOf(tb testing.TB, scalar *curve.Scalar) []byte {
	tb.Helper()
	shared, err := t.key(tb).Point.Mul(scalar)
	must(tb, err)
	return shared.X()
}

// An agent that had the ephemeral scalar would log in with DG14 alone, without
// the card: the chip proves itself to whoever chose the scalar and to nobody
// else. So the scalar is made at the provider, never leaves package chipauth
// and is overwritten before the handover goes out. Here the agent has it,
// because he knows the verifier's randomness beforehand. The test fails when
// this forgery is not taken, for then the others show nothing.
func TestForgeryWithTheVerifiersScalarSucceeds(t *testing.T) {
	w := newWorld(t)
	stolen := rob(w)
	seed := [32]byte{42}
	w.config.Rand = rand.NewChaCha8(seed)
	l := w.begin()
	h, err := l.Open(context.Background(), stolen.opening)
	must(t, err)

	scalar, err := stolen.key(t).Point.Curve().RandomScalar(rand.NewChaCha8(seed))
	must(t, err)
	own, err := scalar.Curve().Generator().Mul(scalar)
	must(t, err)
	if string(own.Bytes()) != string(h.PublicKey) {
		t.Fatal("the agent has another scalar than the verifier")
	}
	_, err = l.Answer(context.Background(), wire.Answers{Responses: stolen.answersWith(t, stolen.secretOf(t, scalar))})
	if err != nil || l.Level() != level.EIDAS1 {
		t.Errorf("%v at %v", err, l.Level())
	}
}

// forgeries are what can be made of the files of a document, the handover and
// an earlier conversation, without the chip and without the scalar.
func forgeries(tb testing.TB, w *world, stolen thief, h wire.Handover, recorded wire.Batch) map[string]wire.Batch {
	tb.Helper()
	chip := stolen.key(tb).Point
	offered, err := chip.Curve().Point(h.PublicKey)
	must(tb, err)
	sum, err := chip.Add(offered)
	must(tb, err)
	one, err := chip.Curve().ReduceScalar([]byte{1})
	must(tb, err)
	_, ownKey := stolen.forge(tb, w)
	return map[string]wire.Batch{
		"key of one's own":                  ownKey,
		"scalar 1":                          stolen.answersWith(tb, stolen.secretOf(tb, one)),
		"point of the chip as secret":       stolen.answersWith(tb, chip.X()),
		"point of the verifier as secret":   stolen.answersWith(tb, offered.X()),
		"sum of both points as secret":      stolen.answersWith(tb, sum.X()),
		"secret of zeros":                   stolen.answersWith(tb, make([]byte, 32)),
		"empty secret":                      stolen.answersWith(tb, nil),
		"answers of an earlier login":       recorded,
		"the verifier's commands sent back": reflected(tb, h),
	}
}

// reflected makes answers of the commands: their MACs are by the right key.
func reflected(tb testing.TB, h wire.Handover) wire.Batch {
	tb.Helper()
	var out wire.Batch
	for _, b := range h.Commands.APDUs() {
		command, err := card.ParseCommand(b)
		must(tb, err)
		_, rest, err := tlv.Expect(command.Data, 0x97)
		must(tb, err)
		body := slices.Concat([]byte{0x99, 2, 0x90, 0}, rest)
		out = append(out, card.Response{Data: body, Status: card.StatusOK}.Bytes())
	}
	return out
}

// Catches a proof that static data, public points or old answers satisfy.
func TestForgeriesWithoutTheScalarFail(t *testing.T) {
	w := newWorld(t)
	k := knowledge(t, w)
	verifier := w.verifier()
	begin := func() (*attest.Login, wire.Handover) {
		l, err := verifier.Begin(w.tx)
		must(t, err)
		h, err := l.Open(context.Background(), k.stolen.opening)
		must(t, err)
		return l, h
	}
	_, h := begin()
	for name := range forgeries(t, w, k.stolen, h, k.recorded) {
		l, h := begin()
		_, err := l.Answer(context.Background(), wire.Answers{Responses: forgeries(t, w, k.stolen, h, k.recorded)[name]})
		if reasonOf(err) != refusal.ChipNotGenuine || !noLevel(l) || slices.Contains(l.Verified(), attest.CheckChipAuthentication) {
			t.Errorf("%s: %v, level %v", name, err, l.Level())
		}
	}
}

// A provider in the middle makes a point of his own, for which he has a good
// proof, and passes the chip's answers on. Catches answers that serve a point
// other than that of the login.
func TestPointOfTheMiddleServesNobodyElse(t *testing.T) {
	w := newWorld(t)
	honest, victim, h := middle(w)
	key := thief{opening: victim.opening}.key(t)
	own, err := chipauth.Compute(w.rng, key, chipauth.Handover{
		Issuer: h.Issuer, JTI: h.JTI, AgentNonce: h.AgentNonce, SODHash: h.SODHash, DG14Hash: h.DG14Hash,
	})
	must(t, err)
	passedOn := h
	passedOn.PublicKey, passedOn.Proof = own.PublicKey, own.Proof
	r, err := victim.hand(passedOn, h.Issuer, h.JTI, h.AgentNonce)
	must(t, err)
	if _, err := honest.Answer(context.Background(), victim.answers(r, h.Commands)); reasonOf(err) != refusal.ChipNotGenuine || !noLevel(honest) {
		t.Errorf("%v, level %v", err, honest.Level())
	}
}

// Every byte of EF.SOD is changed, and EF.SOD is cut behind each. Catches a byte
// that nobody looks at: in it a forger, or a chip, could hide what another
// verifier reads otherwise.
func TestEveryByteOfTheSecurityObject(t *testing.T) {
	e := newEvidence(t, plain(), nil)
	good, trust := e.document.SOD(), e.config.Trust.Store()
	verify := func(sod []byte) error {
		_, err := passiveauth.Verify(sod, trust, passiveauth.Policy{Now: e.now, RequireRevocation: true})
		return err
	}
	must(t, verify(good))
	for at := range good {
		variants := [][]byte{good[:at]}
		for _, bit := range []byte{0x01, 0x20, 0x80} {
			changed := slices.Clone(good)
			changed[at] ^= bit
			variants = append(variants, changed)
		}
		for i, sod := range variants {
			if _, ok := refusal.Of(verify(sod)); !ok {
				t.Errorf("byte %d, variant %d: %v", at, i, verify(sod))
			}
		}
	}
}
