package attest_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"cnie.example/attest"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// thief has the files of a document that he once read, and no chip.
type thief struct {
	opening wire.Opening
	files   map[lds.File][]byte
}

func rob(w *world) thief {
	w.tb.Helper()
	s := w.session(w.card())
	stolen := thief{opening: s.opening, files: map[lds.File][]byte{}}
	for _, f := range []lds.File{lds.DG1, lds.DG11} {
		content, err := s.card.Read(context.Background(), f)
		if err != nil {
			w.tb.Fatal(err)
		}
		stolen.files[f] = content
	}
	return stolen
}

func counter(ssc uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 8), ssc)
}

func pad(b []byte) []byte {
	b = append(slices.Clone(b), 0x80)
	for len(b)%aes.BlockSize != 0 {
		b = append(b, 0)
	}
	return b
}

// protect makes a response of a chip from a shared secret (ICAO Doc 9303-11,
// 9.8.4).
func protect(tb testing.TB, secret []byte, ssc uint64, data []byte) []byte {
	tb.Helper()
	keys, err := sm.DeriveKeys(sm.AES256, secret)
	if err != nil {
		tb.Fatal(err)
	}
	block, err := aes.NewCipher(sm.DeriveKey(sm.AES256, secret, sm.CounterEnc))
	if err != nil {
		tb.Fatal(err)
	}
	iv, padded := counter(ssc), pad(data)
	block.Encrypt(iv, iv)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	body := tlv.Append(nil, 0x87, []byte{1}, padded)
	body = tlv.Append(body, 0x99, []byte{0x90, 0})
	mac, err := keys.Token(append(counter(ssc), pad(body)...))
	if err != nil {
		tb.Fatal(err)
	}
	return card.Response{Data: tlv.Append(body, 0x8E, mac), Status: card.StatusOK}.Bytes()
}

func (t thief) key(tb testing.TB) chipauth.Key {
	tb.Helper()
	infos, err := lds.ParseDG14(t.opening.DG14)
	if err != nil {
		tb.Fatal(err)
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// forge makes up a conversation with the chip: an ephemeral scalar of one's own
// and the public key of DG14 give keys that the chip would have too.
func (t thief) forge(tb testing.TB, w *world) (secret []byte, answers wire.Batch) {
	tb.Helper()
	key := t.key(tb)
	k, err := key.Point.Curve().RandomScalar(w.rng)
	if err != nil {
		tb.Fatal(err)
	}
	shared, err := key.Point.Mul(k)
	if err != nil {
		tb.Fatal(err)
	}
	secret = shared.X()
	return secret, wire.Batch{protect(tb, secret, 2, t.files[lds.DG1]), protect(tb, secret, 4, t.files[lds.DG11])}
}

// Someone who has all files of a document, but not its chip, tries to log in.
// Catches a verifier that is convinced by static data.
func TestForgedConversationIsRefused(t *testing.T) {
	w := newWorld(t)
	stolen := rob(w)
	l := w.begin()
	if _, err := l.Open(context.Background(), stolen.opening); err != nil {
		t.Fatal(err)
	}
	_, forged := stolen.forge(t, w)
	_, err := l.Answer(context.Background(), wire.Answers{Responses: forged})
	if reasonOf(err) != refusal.ChipNotGenuine || slices.Contains(l.Verified(), attest.CheckChipAuthentication) {
		t.Errorf("%v, verified %v", err, l.Verified())
	}
}

// The same conversation would convince a verifier that let the agent choose the
// ephemeral key and report session keys and answers: each MAC verifies at the
// expected counter, and each file has the signed hash. This is why no such mode
// exists. The test fails when the forgery is not a good one, for then the test
// above shows nothing.
func TestForgeryWouldConvinceWithTheAgentsKey(t *testing.T) {
	w := newWorld(t)
	stolen := rob(w)
	secret, forged := stolen.forge(t, w)
	reported, err := sm.DeriveKeys(sm.AES256, secret)
	if err != nil {
		t.Fatal(err)
	}
	for n, f := range []lds.File{lds.DG1, lds.DG11} {
		r, err := card.ParseResponse(forged[n])
		if err != nil {
			t.Fatal(err)
		}
		plain, err := reported.Unwrap(uint64(2*n+2), r)
		if err != nil || string(plain.Data) != string(stolen.files[f]) {
			t.Errorf("%v: forged answer does not verify: %v", f, err)
		}
	}
}

// middle is an enrolled provider that is dishonest: the victim's agent speaks to
// him, and he plays an agent to the honest provider in a login of his own.
func middle(w *world) (honest *attest.Login, victim *session, passedOn wire.Handover) {
	w.tb.Helper()
	honest = w.begin()
	victim = w.session(w.card())
	h, err := honest.Open(context.Background(), victim.opening)
	if err != nil {
		w.tb.Fatal(err)
	}
	h.Issuer, h.JTI = "https://rogue.test", "transaction-of-the-victim"
	return honest, victim, h
}

// Catches a proof that does not bind the point to the one who made it, for the
// login that it was made for.
func TestPointOfAnotherProviderIsRefusedByTheAgent(t *testing.T) {
	w := newWorld(t)
	_, victim, h := middle(w)
	if _, err := victim.hand(h, h.Issuer, h.JTI, h.AgentNonce); !errors.Is(err, chipauth.ErrProof) {
		t.Errorf("the honest provider's proof: %v", err)
	}

	// He cannot make a proof of his own for a point whose scalar he lacks.
	w = newWorld(t)
	_, victim, h = middle(w)
	infos, err := lds.ParseDG14(victim.opening.DG14)
	if err != nil {
		t.Fatal(err)
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		t.Fatal(err)
	}
	own, err := chipauth.Compute(w.rng, key, chipauth.Handover{
		Issuer: h.Issuer, JTI: h.JTI, AgentNonce: h.AgentNonce, SODHash: h.SODHash, DG14Hash: h.DG14Hash,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Proof = own.Proof
	if _, err := victim.hand(h, h.Issuer, h.JTI, h.AgentNonce); !errors.Is(err, chipauth.ErrProof) {
		t.Errorf("a proof by another scalar: %v", err)
	}
}

// Without the proof the attack succeeds: the dishonest provider is logged in as
// the victim. The test fails when it does not, for then the test above shows
// nothing.
func TestPointOfAnotherProviderSucceedsWithoutProof(t *testing.T) {
	w := newWorld(t)
	w.skipProof = true
	honest, victim, h := middle(w)
	r, err := victim.hand(h, h.Issuer, h.JTI, h.AgentNonce)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := honest.Answer(context.Background(), victim.answers(r, h.Commands)); err != nil {
		t.Fatal(err)
	}
	if honest.Level() != level.EIDAS1 {
		t.Errorf("level %v", honest.Level())
	}
}

// Catches evidence of two cards that adds up to one login.
func TestTwoCardsAreNotOne(t *testing.T) {
	w := newWorld(t)
	first, second := w.session(w.card()), w.session(w.card())

	mixed := first.opening
	mixed.DG14 = second.opening.DG14
	if _, err := w.begin().Open(context.Background(), mixed); reasonOf(err) != refusal.DG14HashMismatch {
		t.Errorf("DG14 of another card: %v", err)
	}

	// The second card is presented with the point made for the first.
	l := w.begin()
	h, err := l.Open(context.Background(), first.opening)
	if err != nil {
		t.Fatal(err)
	}
	w.skipProof = true
	r, err := second.hand(h, issuerURL, w.tx.JTI, w.tx.AgentNonce)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Answer(context.Background(), second.answers(r, h.Commands)); reasonOf(err) != refusal.ChipNotGenuine {
		t.Errorf("answers of another card: %v", err)
	}
}

// Catches answers of one login that serve in another one, of the same card.
func TestAnswersServeOneLogin(t *testing.T) {
	w := newWorld(t)
	chip := w.card()
	var recorded wire.Answers
	w.onAnswers = func(m *wire.Answers) { recorded = *m }
	s := w.session(chip)
	if err := s.run(w.begin()); err != nil {
		t.Fatal(err)
	}
	l := w.begin()
	if _, err := l.Open(context.Background(), s.opening); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Answer(context.Background(), recorded); reasonOf(err) != refusal.ChipNotGenuine {
		t.Errorf("replayed answers: %v", err)
	}
}
