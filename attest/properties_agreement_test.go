package attest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"testing"

	"cnie.example/attest"
	"cnie.example/attest/level"
	"cnie.example/attest/wire"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
)

// honestAgent is what an agent does that speaks to a provider in a transaction,
// both named by the signed request, with a card: it verifies the proof before
// the chip sees the point.
type honestAgent struct {
	*chip
	issuer, jti string
	nonce       []byte
}

func agentOf(a *attempt, c *chip) honestAgent {
	return honestAgent{chip: c, issuer: a.tx.Issuer, jti: a.tx.JTI, nonce: a.tx.AgentNonce}
}

func (g honestAgent) receive(tb testing.TB, h wire.Handover) (*dialogue, error) {
	tb.Helper()
	infos, err := lds.ParseDG14(g.dg14)
	must(tb, err)
	key, err := chipauth.Select(infos)
	must(tb, err)
	sod, dg14 := sha256.Sum256(g.sod), sha256.Sum256(g.dg14)
	if err := chipauth.VerifyProof(key, chipauth.Handover{
		Issuer: g.issuer, JTI: g.jti, AgentNonce: g.nonce, SODHash: sod[:], DG14Hash: dg14[:],
		KeyID: h.KeyID, PublicKey: h.PublicKey,
	}, h.Proof); err != nil {
		return nil, err
	}
	return g.present(tb, h.PublicKey), nil
}

// opened gives attempts that were opened with the evidence of a card.
func (l *land) opened(c *chip, providers ...*provider) (all []*attempt) {
	l.tb.Helper()
	for i, p := range providers {
		a := p.begin(l.tb, i, level.EIDAS1)
		must(l.tb, a.open(0, c.opening()))
		all = append(all, a)
	}
	return all
}

// Somebody in the middle makes a handover out of three: of the login that the
// agent takes part in, of another login of the same card at the same provider,
// and of one at another provider. Each login that is accepted then is the
// agent's, with the point and the commands that its provider made for it; what
// was mixed goes no further. Property 2; that agent and provider agree on the
// nonce of the request as well is said by the request's signature. Catches a
// part of the handover that nothing ties to the rest.
func TestAgreement(t *testing.T) {
	for point := range 3 {
		for proof := range 3 {
			for commands := range 3 {
				l := newLand(t)
				c := l.cards[0]
				logins := l.opened(c, l.providers[0], l.providers[0], l.providers[1])
				mixed := *logins[0].handover
				mixed.PublicKey = logins[point].handover.PublicKey
				mixed.Proof = logins[proof].handover.Proof
				mixed.Commands = logins[commands].handover.Commands
				name := fmt.Sprintf("point %d, proof %d, commands %d", point, proof, commands)

				d, err := agentOf(logins[0], c).receive(t, mixed)
				if agreed := point == 0 && proof == 0; (err == nil) != agreed {
					t.Errorf("%s: the agent says %v", name, err)
				}
				if err != nil {
					continue
				}
				responses := d.run(t, mixed.Commands)
				for i, login := range logins {
					err := login.answer(0, responses)
					if accepted := i == 0 && commands == 0; (err == nil) != accepted {
						t.Errorf("%s: login %d: %v", name, i, err)
					}
				}
			}
		}
	}
}

// Catches a name, a nonce or a hash that the proof does not cover: the agent
// takes part in a transaction that differs in it from the provider's.
func TestProofCoversEveryField(t *testing.T) {
	l := newLand(t)
	c := l.cards[0]
	login := l.opened(c, l.providers[0])[0]
	for name, change := range map[string]func(*honestAgent){
		"issuer":          func(g *honestAgent) { g.issuer = l.providers[1].issuer },
		"transaction":     func(g *honestAgent) { g.jti += "0" },
		"nonce":           func(g *honestAgent) { g.nonce = altered(g.nonce) },
		"security object": func(g *honestAgent) { other := *g.chip; other.sod = l.cards[1].sod; g.chip = &other },
		"DG14":            func(g *honestAgent) { other := *g.chip; other.dg14 = l.cards[1].dg14; g.chip = &other },
		"border of names": func(g *honestAgent) { g.issuer, g.jti = g.issuer+g.jti[:1], g.jti[1:] },
	} {
		g := agentOf(login, c)
		change(&g)
		if _, err := g.receive(t, *login.handover); err == nil {
			t.Errorf("%s: the agent goes on", name)
		}
	}
	if _, err := agentOf(login, c).receive(t, *login.handover); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

// What passes between agent and provider, what waits in the store and what is
// recorded does not show who logs in, nor the session keys: only what the
// document itself shows to every provider. Property 5. Catches plain files or
// keys in a message, a state or a record.
func TestNetworkLearnsNobody(t *testing.T) {
	l := newLand(t)
	c := l.cards[0]
	login := l.opened(c, l.providers[0])[0]
	d, err := agentOf(login, c).receive(t, *login.handover)
	must(t, err)
	responses := d.run(t, login.handover.Commands)

	seen := map[string][]byte{}
	seen["Opening"], err = wire.EncodeOpening(c.opening())
	must(t, err)
	seen["Handover"], err = wire.EncodeHandover(*login.handover)
	must(t, err)
	for i, r := range responses {
		seen[fmt.Sprintf("answer %d", i)] = r
	}
	_, state, _ := login.store.only(t)
	seen["state"] = state.Text
	secrets := map[string][]byte{"number": []byte(c.number), "name": []byte("SPECIMEN<<MARIE"), "secret": d.secret}
	show := func(where string, text []byte) {
		for what, secret := range secrets {
			if bytes.Contains(text, secret) {
				t.Errorf("%s shows the %s", where, what)
			}
		}
	}
	for where, text := range seen {
		show(where, text)
	}
	if len(seen["state"]) == 0 {
		t.Fatal("no state is stored")
	}
	must(t, login.answer(0, responses))
	r, err := login.accepted.Record()
	must(t, err)
	show("record", fmt.Appendf(nil, "%+v", *r))
	// The provider does know the person, so the search looks for the right text.
	if identity, err := login.accepted.Identity(); err != nil || identity.DocumentNumber != c.number || !bytes.Contains(c.files[lds.DG1], secrets["number"]) {
		t.Errorf("identity %v, %v", identity, err)
	}
}

// Whoever asks for more than low is refused with the best evidence there is, at
// each provider. Property 4, as far as there is a holder's proof: none. Catches
// a level that follows what was asked.
func TestNoHolderNoHigherLevel(t *testing.T) {
	for _, asked := range []level.Level{level.EIDAS2, level.EIDAS3} {
		l := newLand(t)
		c := l.cards[0]
		login := l.providers[0].begin(t, 0, asked)
		must(t, login.open(0, c.opening()))
		d, err := agentOf(login, c).receive(t, *login.handover)
		must(t, err)
		err = login.step(0, func(l *attest.Login) error {
			_, err := l.Answer(context.Background(), wire.Answers{Responses: d.run(t, login.handover.Commands)})
			if !noLevel(l) {
				t.Errorf("asked %v, level %v", asked, l.Level())
			}
			return err
		})
		if err == nil {
			t.Errorf("%v was proved", asked)
		}
	}
}
