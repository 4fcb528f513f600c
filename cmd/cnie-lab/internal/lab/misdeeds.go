package lab

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"cnie.example/attest/wire"
	"cnie.example/card/vcard"
	"cnie.example/cmd/cnie-lab/internal/browser"
	"cnie.example/cmd/internal/idpd"
)

// exchangeKey gives the card the chip key and the DG14 of another card, and
// leaves the SOD: what someone makes who can write a chip but not sign.
func exchangeKey(p, other *vcard.Personalisation) error {
	if len(p.ChipKeys) == 0 || p.Files[vcard.FIDDG14] == nil {
		return errors.New("the card has no key in DG14")
	}
	p.ChipKeys, p.Files[vcard.FIDDG14] = other.ChipKeys, other.Files[vcard.FIDDG14]
	return nil
}

// cloneFiles gives the card the files of another card, and leaves the chip key:
// a copy of everything that can be read.
func cloneFiles(p, other *vcard.Personalisation) error {
	p.Files = other.Files
	return nil
}

// alterSOD changes one bit of the digest of DG1, which stands in the SOD.
func alterSOD(p, _ *vcard.Personalisation) error {
	digest := sha256.Sum256(p.Files[vcard.FIDDG1])
	sod := p.Files[vcard.FIDSOD]
	at := bytes.Index(sod, digest[:])
	if at < 0 {
		return errors.New("the SOD does not hold the digest of DG1")
	}
	sod[at] ^= 1
	return nil
}

// unsigned takes the signature off and says so in the header (RFC 7519, 6).
func unsigned(_ *party, jws string) (string, error) {
	payload, err := payloadOf(jws)
	if err != nil {
		return "", err
	}
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"` + wire.TypRequest + `"}`))
	return header + "." + base64.RawURLEncoding.EncodeToString(payload) + ".", nil
}

func signedByStranger(p *party, jws string) (string, error) {
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	payload, err := payloadOf(jws)
	if err != nil {
		return "", err
	}
	return p.sign(stranger, wire.TypRequest, payload)
}

// alteredPayload names another relying party and keeps the signature.
func alteredPayload(_ *party, jws string) (string, error) {
	payload, err := payloadOf(jws)
	if err != nil {
		return "", err
	}
	changed := bytes.Replace(payload, []byte(`"rp":"`), []byte(`"rp":"X`), 1)
	if bytes.Equal(changed, payload) {
		return "", errors.New("nothing to alter in the request")
	}
	parts := strings.Split(jws, ".")
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(changed) + "." + parts[2], nil
}

func oversized(_ *party, jws string) (string, error) {
	return jws + strings.Repeat("A", maxBody-len(jws)), nil
}

func expired(p *party, jws string) (string, error) {
	return p.resign(jws, func(r *wire.Request) {
		r.IssuedAt = time.Now().Add(-time.Hour).Unix()
		r.ExpiresAt = r.IssuedAt + 60
	})
}

func foreign(p *party, jws string) (string, error) {
	return p.resign(jws, func(r *wire.Request) { r.Issuer = "https://other.test" })
}

func replayed(p *party, jws string) (string, error) {
	return p.resign(jws, func(r *wire.Request) { r.AgentNonce = nonce() })
}

// fetchFirst fetches a request before the agent can.
func fetchFirst(ctx context.Context, p *party, path string) error {
	_, err := p.fetch(ctx, p.upstream+path)
	return err
}

// fetch gets a signed request as an agent does.
func (p *party) fetch(ctx context.Context, target string) (string, error) {
	body, err := wire.EncodeFetchRequest(wire.FetchRequest{AgentNonce: nonce(), Versions: wire.Versions()})
	if err != nil {
		return "", err
	}
	jws, err := p.post(ctx, target, "", body)
	return string(jws), err
}

// passOn is the attack that the proof in a handover is for. The enrolled
// provider, who has the victim's document, logs in with it at another provider:
// he gives the victim's agent the other's point, proof and commands as his own.
func passOn(ctx context.Context, p *party, opening wire.Opening, h *wire.Handover) error {
	other, err := p.stand.startOther()
	if err != nil {
		return err
	}
	request, err := p.beginAt(ctx, other)
	if err != nil {
		return fmt.Errorf("begin at the other provider: %w", err)
	}
	body, err := wire.EncodeOpening(opening)
	if err != nil {
		return err
	}
	token := base64.RawURLEncoding.EncodeToString(request.ExchangeToken)
	answer, err := p.post(ctx, request.ExchangeURI, token, body)
	if err != nil {
		return fmt.Errorf("open at the other provider: %w", err)
	}
	theirs, err := handoverOf(answer)
	if err != nil {
		return err
	}
	h.KeyID, h.PublicKey, h.Proof, h.Commands = theirs.KeyID, theirs.PublicKey, theirs.Proof, theirs.Commands
	return nil
}

// startOther starts a second provider, with a key of its own, that trusts the
// same documents.
func (s *Stand) startOther() (origin string, err error) {
	listener, err := listen("")
	if err != nil {
		return "", err
	}
	origin = originOf(listener)
	config, err := s.providerConfig(listener, origin, s.AgentURL)
	if err == nil {
		config.Key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		return "", errors.Join(err, listener.Close())
	}
	go func() { _ = idpd.Run(s.ctx, config) }() // it ends with the stand
	return origin, nil
}

// beginAt begins a login at a provider with the rogue's own browser and fetches
// its request.
func (p *party) beginAt(ctx context.Context, origin string) (wire.Request, error) {
	b := browser.New(p.stand.cfg.Keys.authority.roots(), "en")
	defer b.Close()
	page, err := b.Navigate(ctx, origin+"/")
	if err != nil {
		return wire.Request{}, err
	}
	if page, err = page.Submit(ctx, "/start", nil); err != nil {
		return wire.Request{}, err
	}
	link := page.Link(linkToAgent)
	if link == nil {
		return wire.Request{}, errors.New("no link to the agent")
	}
	jws, err := p.fetch(ctx, link.Query().Get("request_uri"))
	if err != nil {
		return wire.Request{}, err
	}
	payload, err := payloadOf(jws)
	if err != nil {
		return wire.Request{}, err
	}
	return wire.DecodeRequest(payload)
}

func inventAnswers(a *wire.Answers) {
	for i, answer := range a.Responses {
		_, _ = rand.Read(answer[:max(0, len(answer)-2)])
		a.Responses[i] = answer
	}
}

func emptyAnswers(a *wire.Answers) { a.Responses = wire.Batch{} }

func alterAnswers(a *wire.Answers) {
	if len(a.Responses) > 0 && len(a.Responses[0]) > 8 {
		a.Responses[0][8] ^= 1
	}
}

// malformedSOD announces 4 GiB in a file of a few bytes.
func malformedSOD() wire.Bytes { return wire.Bytes{0x77, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30, 0x80} }

func malformOpening(o *wire.Opening) { o.SOD = malformedSOD() }

func malformSigned(_ context.Context, _ *party, m *wire.Signed) error {
	m.SOD = malformedSOD()
	return nil
}

func nonce() []byte {
	n := make([]byte, wire.NonceSize)
	_, _ = rand.Read(n) // never fails (crypto/rand)
	return n
}
