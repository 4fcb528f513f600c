package attest_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/relay"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// A whole login. The provider's half is what a server does; citizen stands for
// agent and card at the other end of the network, with a virtual card of the
// laboratory.
func Example() {
	ctx := context.Background()

	// Once, at the start. For real documents: no Lab, time.Now, and the
	// certificates of the signing authorities that you trust.
	anchors, err := csca.Load([]string{"testdata/lab/csca.pem"}, certificate.Options{Lab: true}, today())
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier, err := attest.NewVerifier(attest.Config{
		Trust: anchors,
		Lab:   true,
		Clock: today,
		Rand:  rand.Reader,
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	// For each login, when the agent fetches the signed request: what the
	// request says, with the nonce that the agent sent.
	tx := attest.Transaction{
		Issuer: "https://id.example", JTI: "SPECIMEN-1", AgentNonce: make([]byte, wire.NonceSize),
		Nonce: make([]byte, wire.NonceSize), Level: level.EIDAS1, Files: []lds.File{lds.DG1, lds.DG11},
	}
	login, err := verifier.Begin(tx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer login.Close()

	err = exchange(ctx, login, &citizen{tx: tx})
	if reason, ok := refusal.Of(err); ok {
		fmt.Println("refused:", reason, "after", login.Verified())
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	identity, err := login.Identity()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(identity.GivenNames, identity.FamilyName, "born", identity.BirthDate, "at level", login.Level())
	fmt.Println("laboratory:", identity.Lab)
	// Output:
	// MARIE ANNE SPÉCIMEN born 1990-07-13 at level eidas1
	// laboratory: true
}

// exchange is the provider's half: what stands behind its exchange endpoint.
func exchange(ctx context.Context, login *attest.Login, citizen *citizen) error {
	message, err := citizen.open(ctx)
	if err != nil {
		return err
	}
	opening, err := wire.DecodeOpening(message)
	if err != nil {
		return err
	}
	handover, err := login.Open(ctx, opening)
	if err != nil {
		return err
	}
	// This payload goes to the agent as a JWS of type wire.TypHandover under
	// the enrolled key, in a wire.HandoverMessage.
	payload, err := wire.EncodeHandover(handover)
	if err != nil {
		return err
	}
	if message, err = citizen.takeHandover(ctx, payload); err != nil {
		return err
	}
	for {
		answers, err := wire.DecodeAnswers(message)
		if err != nil {
			return err
		}
		commands, err := login.Answer(ctx, answers)
		if err != nil || commands == nil {
			return err // nil: the login has succeeded
		}
		if message, err = citizen.forward(ctx, commands.Commands); err != nil {
			return err
		}
	}
}

// citizen is an agent with a card. It checks nothing of the request: package
// providers of the real agent does.
type citizen struct {
	tx        attest.Transaction
	card      *cnie.Card
	sod, dg14 []byte
	relay     *relay.Relay
}

// open reads what the provider judges first, and writes the message Opening.
func (c *citizen) open(ctx context.Context) ([]byte, error) {
	laboratory, err := issuer.LoadLab("testdata/lab")
	if err != nil {
		return nil, err
	}
	profile := issuer.Specimen()
	document, err := laboratory.Personalise(rand.Reader, profile)
	if err != nil {
		return nil, err
	}
	chip, err := vcard.New(document, rand.Reader)
	if err != nil {
		return nil, err
	}
	can, err := pace.CAN([]byte(profile.CAN))
	if err != nil {
		return nil, err
	}
	defer can.Wipe()
	if c.card, err = cnie.Open(ctx, chip, cnie.Access{Password: can, ATR: chip.ATR(), Rand: rand.Reader}); err != nil {
		return nil, err
	}
	if c.sod, c.dg14, err = c.card.Evidence(ctx); err != nil {
		return nil, err
	}
	return wire.EncodeOpening(wire.Opening{
		SOD: c.sod, DG14: c.dg14, MaxCommand: c.card.MaxCommand(), MaxResponse: c.card.MaxResponse(),
	})
}

// takeHandover verifies that the point was made for this login and this chip,
// gives it to the chip and forwards the first commands.
func (c *citizen) takeHandover(ctx context.Context, payload []byte) ([]byte, error) {
	h, err := wire.DecodeHandover(payload)
	if err != nil {
		return nil, err
	}
	infos, err := lds.ParseDG14(c.dg14)
	if err != nil {
		return nil, err
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		return nil, err
	}
	sod, dg14 := sha256.Sum256(c.sod), sha256.Sum256(c.dg14)
	err = chipauth.VerifyProof(key, chipauth.Handover{
		Issuer: c.tx.Issuer, JTI: c.tx.JTI, AgentNonce: c.tx.AgentNonce,
		SODHash: sod[:], DG14Hash: dg14[:], KeyID: h.KeyID, PublicKey: h.PublicKey,
	}, h.Proof)
	if err != nil {
		return nil, errors.Join(errors.New("another provider made this point"), err)
	}
	if c.relay, err = c.card.Hand(ctx, key, h.PublicKey, c.tx.Files); err != nil {
		return nil, err
	}
	return c.forward(ctx, h.Commands)
}

// forward sends wrapped commands to the chip and writes the message Answers.
func (c *citizen) forward(ctx context.Context, commands wire.Batch) ([]byte, error) {
	responses, err := c.relay.Forward(ctx, commands.APDUs())
	if err != nil {
		return nil, err
	}
	return wire.EncodeAnswers(wire.Answers{Responses: wire.NewBatch(responses)})
}
