package providertest

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

const hashSHA256 = crypto.SHA256

// transaction is one login at the provider.
type transaction struct {
	id, state, code string
	fetched         bool
	request         wire.Request
	keys            *sm.Keys
	files           []lds.File
}

// serveExchange takes Opening, then Answers; or Signed alone.
func (p *Provider) serveExchange(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	tx, ok := p.open[r.PathValue("id")]
	if !ok || r.Header.Get("Authorization") != "Bearer "+base64.RawURLEncoding.EncodeToString(tx.request.ExchangeToken) {
		writeProblem(w, "bearer_invalid")
		return
	}
	message, err := wire.DecodeFromAgent(readAll(r))
	if err != nil {
		writeProblem(w, "message_malformed")
		return
	}
	var reply []byte
	switch m := message.(type) {
	case wire.Opening:
		reply, err = p.handOver(tx, m)
	case wire.Signed:
		reply, err = p.verify(tx, m)
	case wire.Answers:
		reply, err = p.finish(tx, m)
	}
	if err != nil {
		writeProblem(w, "chip_not_genuine")
		return
	}
	w.Header().Set("Content-Type", wire.MediaTypeJSON)
	_, _ = w.Write(reply)
}

// handOver computes the provider's half of chip authentication and wraps one
// read of each file ahead.
func (p *Provider) handOver(tx *transaction, m wire.Opening) ([]byte, error) {
	infos, err := lds.ParseDG14(m.DG14)
	if err != nil {
		return nil, err
	}
	key, err := chipauth.Select(infos)
	if err != nil {
		return nil, err
	}
	sod, dg14 := sha256.Sum256(m.SOD), sha256.Sum256(m.DG14)
	h := chipauth.Handover{
		Issuer: tx.request.Issuer, JTI: tx.request.JTI, AgentNonce: tx.request.AgentNonce, SODHash: sod[:], DG14Hash: dg14[:],
	}
	ephemeral, err := chipauth.Compute(rand.Reader, key, h)
	if err != nil {
		return nil, err
	}
	tx.keys = ephemeral.Keys
	commands, err := tx.wrap(m.MaxResponse)
	if err != nil {
		return nil, err
	}
	out := wire.Handover{
		Issuer: h.Issuer, JTI: h.JTI, AgentNonce: h.AgentNonce, SODHash: sod[:], DG14Hash: dg14[:],
		KeyID: key.KeyID, PublicKey: ephemeral.PublicKey, Proof: ephemeral.Proof, Commands: commands,
	}
	if p.Handover != nil {
		p.Handover(&out)
	}
	payload, err := wire.EncodeHandover(out)
	if err != nil {
		payload = rawJSON(out) // a hook broke the rules on purpose
	}
	return wire.EncodeHandoverMessage(wire.HandoverMessage{JWS: p.sign(wire.TypHandover, payload)})
}

// Lengths of a read: what fits a short response when protected (ICAO Doc 9303-11,
// 9.8.4), and more than the specimen's files have, protection included.
const (
	shortLe    = 223
	extendedLe = 0x0400
)

// wrap counts command n as 2n+1.
func (tx *transaction) wrap(maxResponse int) (wire.Batch, error) {
	le := shortLe
	if maxResponse >= 2*extendedLe {
		le = extendedLe
	}
	tx.files = nil
	var commands wire.Batch
	for n, name := range tx.request.Files {
		f, err := lds.ParseFile(name)
		if err != nil {
			return nil, err
		}
		read := card.Command{INS: 0xB0, P1: 0x80 | byte(f), Le: le, Extended: le > shortLe}
		wrapped, err := tx.keys.Wrap(uint64(2*n+1), read)
		if err != nil {
			return nil, err
		}
		b, err := wrapped.Bytes()
		if err != nil {
			return nil, err
		}
		commands, tx.files = append(commands, b), append(tx.files, f)
	}
	return commands, nil
}

// finish wants a MAC under the expected counter on every answer.
func (p *Provider) finish(tx *transaction, m wire.Answers) ([]byte, error) {
	if tx.keys == nil || len(m.Responses) != len(tx.files) {
		return nil, errors.New("answers are missing")
	}
	p.Read = map[string][]byte{}
	for n, raw := range m.Responses {
		r, err := card.ParseResponse(raw)
		if err != nil {
			return nil, err
		}
		plain, err := tx.keys.Unwrap(uint64(2*n+2), r)
		if err != nil {
			return nil, fmt.Errorf("answer %d: %w", n, err)
		}
		p.Read[tx.files[n].String()] = plain.Data
	}
	return p.result(tx)
}

// verify wants a document without chip authentication, and a signature over the
// challenge of this login.
func (p *Provider) verify(tx *transaction, m wire.Signed) ([]byte, error) {
	var infos lds.SecurityInfos
	if len(m.DG14) > 0 {
		var err error
		if infos, err = lds.ParseDG14(m.DG14); err != nil {
			return nil, err
		}
	}
	if _, err := chipauth.Select(infos); !errors.Is(err, chipauth.ErrUnsupported) {
		return nil, errors.New("chip authentication was skipped")
	}
	key, err := lds.ParseDG15(m.DG15)
	if err != nil {
		return nil, err
	}
	r := tx.request
	challenge := activeauth.Challenge(r.Issuer, r.JTI, r.Nonce, r.AgentNonce)
	if err := activeauth.Verify(key, infos, challenge, m.Signature); err != nil {
		return nil, err
	}
	p.Read = map[string][]byte{}
	for _, f := range m.Files {
		p.Read[f.Name] = f.Content
	}
	return p.result(tx)
}

// result sends the browser back.
func (p *Provider) result(tx *transaction) ([]byte, error) {
	redirect := tx.request.RedirectURI + "?" + url.Values{"code": {tx.code}, "state": {tx.state}}.Encode()
	if p.Redirect != nil {
		redirect = p.Redirect(redirect)
	}
	return wire.EncodeResult(wire.Result{Redirect: redirect})
}

// Problem writes an RFC 9457 object under a name of package problem.
func Problem(w http.ResponseWriter, name string) { writeProblem(w, name) }

func writeProblem(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", wire.MediaTypeProblem)
	w.WriteHeader(http.StatusBadRequest)
	_, _ = fmt.Fprintf(w, `{"type":"urn:cnie:problem:%s","title":"SPECIMEN"}`, name)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", wire.MediaTypeJSON)
	_ = json.NewEncoder(w).Encode(v)
}

// rawJSON encodes without the checks of package wire.
func rawJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func readAll(r *http.Request) []byte {
	b, err := io.ReadAll(io.LimitReader(r.Body, wire.MaxMessage+1))
	if err != nil {
		return nil
	}
	return b
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand does not fail
	return b
}
