package attest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"cnie.example/attest"
	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// chip is the chip of a document, after PACE: all that a malicious agent with
// the card in the reader can do is to send it points and commands. It keeps the
// counter and the MAC as chips do, and remembers what it did.
type chip struct {
	number    string // of the document
	key       *attesttest.Key
	sod, dg14 []byte
	files     map[lds.File][]byte
}

// dialogue is one run of chip authentication, at the chip.
type dialogue struct {
	chip   *chip
	point  string // that the chip was sent
	secret []byte
	keys   *sm.Keys
	ssc    uint64
	dead   bool
	served map[lds.File]bool // files of which it gave bytes
}

// present is MSE:Set AT and GENERAL AUTHENTICATE. A chip refuses a bad point.
func (c *chip) present(tb testing.TB, point []byte) *dialogue {
	tb.Helper()
	secret, err := c.key.Agree(point)
	if err != nil {
		return nil
	}
	keys, err := sm.DeriveKeys(sm.AES256, secret)
	must(tb, err)
	return &dialogue{chip: c, point: string(point), secret: secret, keys: keys, served: map[lds.File]bool{}}
}

// answer is the chip's response to one command. After a wrong MAC it forgets
// the keys (ICAO Doc 9303-11, 9.8.4).
func (d *dialogue) answer(tb testing.TB, command []byte) []byte {
	tb.Helper()
	refused := card.Response{Status: card.StatusSMIncorrect}.Bytes()
	c, err := card.ParseCommand(command)
	if err != nil || d.dead {
		return refused
	}
	le, rest, err := tlv.Expect(c.Data, 0x97)
	must(tb, err)
	mac, err := tlv.Only(rest, 0x8E)
	must(tb, err)
	d.ssc++
	header := pad([]byte{c.CLA, c.INS, c.P1, c.P2})
	want, err := d.keys.Token(slices.Concat(counter(d.ssc), header, pad(c.Data[:len(c.Data)-len(rest)])))
	must(tb, err)
	if string(mac) != string(want) {
		d.dead = true
		return refused
	}
	d.ssc++
	return d.read(tb, lds.File(c.P1&0x1F), int(c.P2), le)
}

// read answers READ BINARY by short file identifier; the specimens are short
// enough for one.
func (d *dialogue) read(tb testing.TB, f lds.File, offset int, le []byte) []byte {
	tb.Helper()
	n := 0
	for _, b := range le {
		n = n<<8 | int(b)
	}
	if n == 0 {
		n = 1 << (8 * len(le))
	}
	content := d.chip.files[f]
	d.served[f] = true
	return protect(tb, d.secret, d.ssc, content[offset:min(offset+n, len(content))])
}

// land is a state, its cards and the providers that accept them.
type land struct {
	tb        testing.TB
	cards     []*chip
	providers []*provider
}

// provider is an identity provider of two servers, which share their logins.
type provider struct {
	issuer  string
	servers []*attest.SharedLogins
	store   *states
}

func newLand(tb testing.TB) *land {
	tb.Helper()
	state := attesttest.New("FR", nil)
	authority := state.CSCA("CSCA SPECIMEN")
	signer := state.DS(authority)
	anchor, err := certificate.Parse(authority.DER(), certificate.Options{})
	must(tb, err)
	l := &land{tb: tb}
	for _, number := range []string{"SPECIMEN1", "SPECIMEN2"} {
		l.cards = append(l.cards, issueChip(state, signer, number))
	}
	for i, name := range []string{"https://idp.test", "https://other.test"} {
		p := &provider{issuer: name, store: newStates()}
		for server := range 2 {
			v, err := attest.NewVerifier(attest.Config{
				Trust: csca.New([]*certificate.Certificate{anchor}, certificate.Options{}), Clock: state.Now,
				Rand: rand.NewChaCha8([32]byte{byte(i), byte(server)}),
			})
			must(tb, err)
			shared, err := attest.NewSharedLogins(v, ring(tb, byte(i+1)), p.store)
			must(tb, err)
			p.servers = append(p.servers, shared)
		}
		l.providers = append(l.providers, p)
	}
	return l
}

func issueChip(state *attesttest.State, signer *attesttest.Certificate, number string) *chip {
	person := state.Person()
	person.DocumentNumber = number
	key := attesttest.NewKey(curve.BrainpoolP256r1(), state.Rand)
	files := map[lds.File][]byte{
		lds.DG1: attesttest.DG1(person), lds.DG11: attesttest.DG11("SPECIMEN<<MARIE"), lds.DG14: attesttest.DG14(key),
	}
	return &chip{number: number, key: key, sod: state.Document(signer, files).SOD(), dg14: files[lds.DG14], files: files}
}

// attempt is one login at a provider, as everybody on the way sees it.
type attempt struct {
	*provider
	tx       attest.Transaction
	handover *wire.Handover // after Open
	accepted *attest.Login  // after success
}

// begin starts a login.
func (p *provider) begin(tb testing.TB, number int, asked level.Level) *attempt {
	tb.Helper()
	nonce := make([]byte, wire.NonceSize)
	nonce[0] = byte(number)
	a := &attempt{provider: p, tx: attest.Transaction{
		Issuer: p.issuer, JTI: fmt.Sprintf("transaction-%d", number), AgentNonce: nonce, Nonce: slices.Clone(nonce),
		Level: asked, Files: []lds.File{lds.DG1, lds.DG11},
	}}
	must(tb, p.servers[0].Begin(context.Background(), a.tx))
	return a
}

// step gives a message to one server of the provider.
func (a *attempt) step(server int, message func(*attest.Login) error) error {
	ctx := context.Background()
	shared := a.servers[server]
	l, err := shared.Claim(ctx, a.tx.Issuer, a.tx.JTI)
	if err != nil {
		return err
	}
	failed := message(l)
	if err := shared.Release(ctx, l); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	if l.Level() != level.None {
		a.accepted = l
	}
	return nil
}

func (a *attempt) open(server int, m wire.Opening) error {
	return a.step(server, func(l *attest.Login) error {
		h, err := l.Open(context.Background(), m)
		if err == nil {
			a.handover = &h
		}
		return err
	})
}

func (a *attempt) answer(server int, responses wire.Batch) error {
	return a.step(server, func(l *attest.Login) error {
		_, err := l.Answer(context.Background(), wire.Answers{Responses: responses})
		return err
	})
}

func (c *chip) opening() wire.Opening {
	return wire.Opening{SOD: c.sod, DG14: c.dg14, MaxCommand: 261, MaxResponse: 258}
}

// run lets the chip answer all commands of a handover.
func (d *dialogue) run(tb testing.TB, commands wire.Batch) (responses wire.Batch) {
	tb.Helper()
	for _, command := range commands.APDUs() {
		responses = append(responses, d.answer(tb, command))
	}
	return responses
}
