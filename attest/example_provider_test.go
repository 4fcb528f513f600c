package attest_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/record"
	"cnie.example/attest/refusal"
	"cnie.example/attest/seal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
)

// laboratoryConfig is the policy of a laboratory's provider, see Example for
// what differs in a real one.
func laboratoryConfig() (attest.Config, error) {
	anchors, err := csca.Load([]string{"testdata/lab/csca.pem"}, certificate.Options{Lab: true}, today())
	if err != nil {
		return attest.Config{}, err
	}
	return attest.Config{Trust: anchors, Lab: true, Clock: today, Rand: rand.Reader, Software: "example 1.0"}, nil
}

func exampleTransaction() attest.Transaction {
	return attest.Transaction{
		Issuer: "https://id.example", JTI: "SPECIMEN-1", AgentNonce: make([]byte, wire.NonceSize),
		Nonce: make([]byte, wire.NonceSize), Level: level.EIDAS1, Files: []lds.File{lds.DG1, lds.DG11},
	}
}

// oneLogin is a whole login with the policy.
func oneLogin(ctx context.Context, config attest.Config) (*attest.Login, error) {
	verifier, err := attest.NewVerifier(config)
	if err != nil {
		return nil, err
	}
	tx := exampleTransaction()
	login, err := verifier.Begin(tx)
	if err != nil {
		return nil, err
	}
	return login, exchange(ctx, login, &citizen{tx: tx})
}

// A trust store that is exchanged while the server runs: the operator's files
// have changed, and a signal or a timer has the server read them again. Logins
// that have begun end under the store they began with.
func ExampleConfig_trust() {
	config, err := laboratoryConfig()
	if err != nil {
		fmt.Println(err)
		return
	}
	live := csca.NewLive(config.Trust.Store())
	config.Trust = live
	login, err := oneLogin(context.Background(), config)
	fmt.Println(login.Level(), err)

	// The new files lack the authority of the document. If reading fails, the
	// old store stays in force.
	next, err := csca.Load([]string{"testdata/other/csca.pem"}, certificate.Options{Lab: true}, today())
	if err != nil {
		fmt.Println(err)
		return
	}
	old := live.Swap(next)
	fmt.Println("exchanged:", old.Digest() != next.Digest())
	_, err = oneLogin(context.Background(), config)
	reason, _ := refusal.Of(err)
	fmt.Println(reason)
	// Output:
	// eidas1 <nil>
	// exchanged: true
	// csca_unknown
}

// register is a list of documents that were reported, as a state or an operator
// may run it.
type register map[string]attest.Status

func (r register) Status(_ context.Context, document attest.DocumentID) (attest.Status, error) {
	status, known := r[document.IssuingState+" "+document.DocumentNumber]
	if !known {
		return attest.StatusUnknown, errors.New("register does not have the document")
	}
	return status, nil
}

// A register of lost and stolen documents. What it does not know is let in, and
// the level stays at eidas1.
func ExampleDocumentStatus() {
	for _, known := range []register{
		{"FRA SPEC00001": attest.StatusGood},
		{"FRA SPEC00001": attest.StatusStolen},
		{},
	} {
		config, err := laboratoryConfig()
		if err != nil {
			fmt.Println(err)
			return
		}
		config.Status = known
		login, err := oneLogin(context.Background(), config)
		if reason, refused := refusal.Of(err); refused {
			fmt.Println("refused:", reason)
			continue
		}
		evidence, err := login.Record()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(login.Level(), evidence.Status, evidence.Limits)
	}
	// Output:
	// eidas1 good [status_unknown no_second_factor]
	// refused: document_reported
	// eidas1 unknown [status_unknown no_second_factor]
}

// The evidence record of a login, signed by the provider.
func ExampleLogin_Record() {
	config, err := laboratoryConfig()
	if err != nil {
		fmt.Println(err)
		return
	}
	login, err := oneLogin(context.Background(), config)
	if err != nil {
		fmt.Println(err)
		return
	}
	evidence, err := login.Record() // also when the login was refused
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // the provider's own, kept
	if err != nil {
		fmt.Println(err)
		return
	}
	jws, err := evidence.Sign(key, "2026-07")
	if err != nil {
		fmt.Println(err)
		return
	}

	// Whoever is shown the record later.
	keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{KeyID: "2026-07", Key: key.Public()}}}
	shown, err := record.Parse(jws, keys)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(shown.Software, "reached", shown.Reached, "in", shown.Transaction)
	fmt.Println(shown.Chip.Proof, shown.Chip.Attestation)
	fmt.Println(shown.Document.Files, "by a signer of", shown.Document.Country)
	// Output:
	// example 1.0 reached eidas1 in SPECIMEN-1
	// chip_authentication attested by provider
	// [DG1 DG11 DG14] by a signer of FR
}

// A login of which every message reaches another server. The servers have the
// rules, the keys and the store in common; states is the store, here a map with
// a lock, in production a table with compare-and-swap.
func ExampleSharedLogins() {
	ctx := context.Background()
	config, err := laboratoryConfig()
	if err != nil {
		fmt.Println(err)
		return
	}
	key, store := make([]byte, seal.KeySize), newStates() // the key from your secrets
	var servers [3]*attest.SharedLogins
	for i := range servers {
		if servers[i], err = newServer(config, key, store); err != nil {
			fmt.Println(err)
			return
		}
	}

	// The agent fetches the request from the first server.
	tx := exampleTransaction()
	if err := servers[0].Begin(ctx, tx); err != nil {
		fmt.Println(err)
		return
	}
	// Its first message reaches the second, whose handover makes the chip prove
	// its presence; the answers reach the third.
	agent := &citizen{tx: tx}
	opening, err := agent.open(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	handover, err := sharedOpen(ctx, servers[1], tx, opening)
	if err != nil {
		fmt.Println(err)
		return
	}
	answers, err := agent.takeHandover(ctx, handover)
	if err != nil {
		fmt.Println(err)
		return
	}
	login, err := sharedAnswer(ctx, servers[2], tx, answers)
	if err != nil {
		fmt.Println(err)
		return
	}
	identity, err := login.Identity()
	fmt.Println(identity.GivenNames, identity.FamilyName, "at level", login.Level(), err)

	// A message that comes again finds nothing, at whatever server.
	_, err = sharedAnswer(ctx, servers[0], tx, answers)
	reason, _ := refusal.Of(err)
	fmt.Println("again:", reason)
	// Output:
	// MARIE ANNE SPÉCIMEN at level eidas1 <nil>
	// again: message_out_of_order
}

// sharedOpen is what a server does with the first message: claim, open, release,
// and only then answer.
func sharedOpen(ctx context.Context, server *attest.SharedLogins, tx attest.Transaction, message []byte) ([]byte, error) {
	opening, err := wire.DecodeOpening(message)
	if err != nil {
		return nil, err
	}
	login, err := server.Claim(ctx, tx.Issuer, tx.JTI)
	if err != nil {
		return nil, err
	}
	handover, err := login.Open(ctx, opening)
	if err := errors.Join(err, server.Release(ctx, login)); err != nil {
		return nil, err
	}
	return wire.EncodeHandover(handover)
}

// sharedAnswer is what a server does with the answers. When a file goes on, the
// commands that Answer gives would go back to the agent; here all fits into one
// batch.
func sharedAnswer(ctx context.Context, server *attest.SharedLogins, tx attest.Transaction, message []byte) (*attest.Login, error) {
	answers, err := wire.DecodeAnswers(message)
	if err != nil {
		return nil, err
	}
	login, err := server.Claim(ctx, tx.Issuer, tx.JTI)
	if err != nil {
		return nil, err
	}
	commands, err := login.Answer(ctx, answers)
	if err == nil && commands != nil {
		err = errors.New("a file goes on")
	}
	return login, errors.Join(err, server.Release(ctx, login))
}

func newServer(config attest.Config, key []byte, store attest.StateStore) (*attest.SharedLogins, error) {
	verifier, err := attest.NewVerifier(config)
	if err != nil {
		return nil, err
	}
	ring, err := seal.NewRing(key)
	if err != nil {
		return nil, err
	}
	return attest.NewSharedLogins(verifier, ring, store)
}
