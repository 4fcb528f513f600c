package attest_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
)

// The properties of a login, for an attacker who has the network, a malicious
// agent and an enrolled provider of his own:
//
//  1. A provider accepts a chip only if that chip ran chip authentication with
//     the provider's key of this login, and each such run counts once
//     (TestAcceptedMeansPresent).
//  2. An honest agent and the provider agree on issuer, transaction, nonces,
//     security object, point and files (TestAgreement, TestProofCoversEveryField;
//     without the proof it fails: TestPointOfAnotherProviderSucceedsWithoutProof).
//  3. A browser session is finished as a holder only if that holder consented to
//     the transaction that this session started: package web/idp.
//  4. High needs the holder's own key. No evidence of this module reaches
//     substantial or high, which is what is tested of it here
//     (TestNoHolderNoHigherLevel); the rest comes with that proof.
//  5. Session keys and DG1 stay between chip and provider
//     (TestNetworkLearnsNobody).
//  6. No sequence of the agent's messages alone raises a level
//     (TestAcceptedMeansPresent, TestNoLevelByMessagesAlone), and each message
//     counts once under races of servers (TestReplicasRace).

// intruder is a malicious agent. He has both cards in his readers, begins logins
// at both providers, and knows every message that was ever sent.
type intruder struct {
	*land
	tb        testing.TB
	attempts  []*attempt
	dialogues []*dialogue
	points    [][]byte
	commands  [][]byte
	responses [][]byte
}

// begin starts a login for any level.
func (x *intruder) begin(t *rapid.T) {
	p := rapid.SampledFrom(x.providers).Draw(t, "provider")
	asked := rapid.SampledFrom([]level.Level{level.EIDAS1, level.EIDAS1, level.EIDAS2, level.EIDAS3}).Draw(t, "level")
	x.attempts = append(x.attempts, p.begin(x.tb, len(x.attempts), asked))
}

func (x *intruder) attempt(t *rapid.T) *attempt {
	if len(x.attempts) == 0 {
		t.Skip("no login")
	}
	return rapid.SampledFrom(x.attempts).Draw(t, "login")
}

func server(t *rapid.T) int { return rapid.IntRange(0, 1).Draw(t, "server") }

func pick(t *rapid.T, from [][]byte, what string) []byte {
	if len(from) == 0 {
		t.Skip("nothing known")
	}
	return rapid.SampledFrom(from).Draw(t, what)
}

// honest is a login as it should be, of which the intruder sees every message.
func (x *intruder) honest(t *rapid.T) {
	p := rapid.SampledFrom(x.providers).Draw(t, "provider")
	a := p.begin(x.tb, len(x.attempts), level.EIDAS1)
	x.attempts = append(x.attempts, a)
	c := rapid.SampledFrom(x.cards).Draw(t, "card")
	if err := a.open(server(t), c.opening()); err != nil {
		t.Fatal(err)
	}
	x.learn(a)
	if err := x.run(a, c, server(t)); err != nil {
		t.Fatal(err)
	}
	if a.accepted == nil {
		t.Fatal("an honest login has failed")
	}
}

// run lets a card answer a login.
func (x *intruder) run(a *attempt, c *chip, server int) error {
	d := c.present(x.tb, a.handover.PublicKey)
	x.dialogues = append(x.dialogues, d)
	responses := d.run(x.tb, a.handover.Commands)
	x.responses = append(x.responses, responses.APDUs()...)
	return a.answer(server, responses)
}

// open sends the evidence of a card, or that of two cards mixed.
func (x *intruder) open(t *rapid.T) {
	a := x.attempt(t)
	m := rapid.SampledFrom(x.cards).Draw(t, "card").opening()
	if rapid.IntRange(0, 4).Draw(t, "mix") == 0 {
		m.DG14 = rapid.SampledFrom(x.cards).Draw(t, "card of DG14").dg14
	}
	x.judge(t, a.open(server(t), m))
	x.learn(a)
}

// learn takes over what a provider sent.
func (x *intruder) learn(a *attempt) {
	if a.handover != nil {
		x.points = append(x.points, a.handover.PublicKey)
		x.commands = append(x.commands, a.handover.Commands.APDUs()...)
	}
}

// present gives any known point to any card.
func (x *intruder) present(t *rapid.T) {
	c := rapid.SampledFrom(x.cards).Draw(t, "card")
	if d := c.present(x.tb, pick(t, x.points, "point")); d != nil {
		x.dialogues = append(x.dialogues, d)
	}
}

// ask sends any known command to any card.
func (x *intruder) ask(t *rapid.T) {
	if len(x.dialogues) == 0 {
		t.Skip("no dialogue")
	}
	d := rapid.SampledFrom(x.dialogues).Draw(t, "dialogue")
	x.responses = append(x.responses, d.answer(x.tb, pick(t, x.commands, "command")))
}

// answer sends any known responses, as they were or altered.
func (x *intruder) answer(t *rapid.T) {
	a := x.attempt(t)
	var batch wire.Batch
	for range rapid.IntRange(0, 3).Draw(t, "responses") {
		r := slices.Clone(pick(t, x.responses, "response"))
		if rapid.IntRange(0, 5).Draw(t, "alter") == 0 {
			r[rapid.IntRange(0, len(r)-1).Draw(t, "byte")] ^= 1
		}
		batch = append(batch, r)
	}
	x.judge(t, a.answer(server(t), batch))
}

// relay runs a card against a login, the one it was opened with or the other.
func (x *intruder) relay(t *rapid.T) {
	a := x.attempt(t)
	if a.handover == nil {
		t.Skip("not open")
	}
	x.judge(t, x.run(a, rapid.SampledFrom(x.cards).Draw(t, "card"), server(t)))
}

// judge wants a reason for every refusal.
func (x *intruder) judge(t *rapid.T, err error) {
	if _, ok := refusal.Of(err); err != nil && !ok {
		t.Fatalf("error without a reason: %v", err)
	}
}

// check is what holds at any time: who was logged in proved presence to this
// login, with this card, and each run of a chip counted once (property 1). A
// level needs a chip, and is never more than low (property 6, and 4 so far).
// Files of two cards never meet in one login.
func (x *intruder) check(t *rapid.T) {
	used := map[*dialogue]bool{}
	for _, a := range x.attempts {
		if a.accepted == nil {
			continue
		}
		if a.accepted.Level() != level.EIDAS1 || a.tx.Level != level.EIDAS1 {
			t.Fatalf("level %v for %v", a.accepted.Level(), a.tx.Level)
		}
		identity, err := a.accepted.Identity()
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(x.dialogues, func(d *dialogue) bool {
			return d.point == string(a.handover.PublicKey) && d.chip.number == identity.DocumentNumber && !used[d] && d.complete()
		})
		if i < 0 {
			t.Fatalf("%s logged in as %s and no chip had the point of the login", a.tx.JTI, identity.DocumentNumber)
		}
		used[x.dialogues[i]] = true
	}
}

// complete says that the chip gave all files of a login.
func (d *dialogue) complete() bool { return len(d.served) == 2 }

// Whatever a malicious agent with two cards does at two providers of two servers
// each. Catches a provider that accepts a chip which has not run chip
// authentication with its key of this login.
func TestAcceptedMeansPresent(t *testing.T) {
	accepted, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		x := &intruder{land: newLand(t), tb: t}
		rt.Repeat(map[string]func(*rapid.T){
			"begin": x.begin, "open": x.open, "present": x.present, "ask": x.ask, "answer": x.answer, "relay": x.relay,
			"honest": x.honest, "": x.check,
		})
		for _, a := range x.attempts {
			if a.accepted != nil {
				accepted++
			} else {
				refused++
			}
		}
	})
	if accepted == 0 || refused == 0 {
		t.Errorf("%d logins accepted, %d not: the test shows nothing", accepted, refused)
	}
}
