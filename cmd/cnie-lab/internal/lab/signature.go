package lab

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
	"cnie.example/card/vcard"
)

// signByAnother has the chip of another document sign the challenge of this
// login.
func signByAnother(ctx context.Context, p *party, m *wire.Signed) error {
	other, err := p.stand.issue(stranger(p.stand.profile))
	if err == nil {
		m.Signature, err = p.signFor(ctx, other, p.asked())
	}
	return err
}

// replaySignature has the right chip sign the challenge of another login at the
// same provider.
func replaySignature(ctx context.Context, p *party, m *wire.Signed) error {
	other, err := p.beginAt(ctx, p.stand.Origin)
	if err == nil {
		m.Signature, err = p.signFor(ctx, p.stand.document, other)
	}
	return err
}

// alterSignature changes one bit.
func alterSignature(_ context.Context, _ *party, m *wire.Signed) error {
	m.Signature = bytes.Clone(m.Signature)
	m.Signature[len(m.Signature)-1] ^= 1
	return nil
}

// withoutSignature empties the member, which no encoder of package wire does.
func withoutSignature(body []byte) []byte {
	before, rest, ok := bytes.Cut(body, []byte(`"signature":"`))
	_, after, closed := bytes.Cut(rest, []byte(`"`))
	if !ok || !closed {
		return body
	}
	return slices.Concat(before, []byte(`"signature":""`), after)
}

func withholdDG14(_ context.Context, _ *party, m *wire.Signed) error {
	m.DG14 = wire.Bytes{}
	return nil
}

// signInstead is the message of active authentication for a document that has
// chip authentication too, with the signature that its chip gives.
func signInstead(ctx context.Context, p *party, o wire.Opening) (m wire.Signed, err error) {
	request := p.asked()
	m = wire.Signed{SOD: o.SOD, DG14: o.DG14, DG15: p.stand.document.Files[vcard.FIDDG15]}
	for _, name := range request.Files {
		f, err := lds.ParseFile(name)
		if err != nil {
			return m, err
		}
		if content, ok := p.stand.document.Files[f.FID()]; ok {
			m.Files = append(m.Files, wire.File{Name: name, Content: content})
		}
	}
	m.Signature, err = p.signFor(ctx, p.stand.document, request)
	return m, err
}

func signInsteadWithoutDG14(ctx context.Context, p *party, o wire.Opening) (wire.Signed, error) {
	m, err := signInstead(ctx, p, o)
	m.DG14 = wire.Bytes{}
	return m, err
}

// signFor has the chip of a document sign the challenge of a login, as someone
// does who holds the document and can open it.
func (p *party) signFor(ctx context.Context, v vcard.Personalisation, r wire.Request) ([]byte, error) {
	channel, err := p.open(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("open the document: %w", err)
	}
	defer channel.Close()
	key, err := lds.ParseDG15(v.Files[vcard.FIDDG15])
	if err != nil {
		return nil, err
	}
	return activeauth.Authenticate(ctx, channel, key, activeauth.Challenge(r.Issuer, r.JTI, r.Nonce, r.AgentNonce))
}

// open opens a document on a chip of its own, so that neither the agent's nor
// faults and limits are in the way, and selects the eMRTD application. Package
// cnie would not have a chip sign that can do better.
func (p *party) open(ctx context.Context, v vcard.Personalisation) (*sm.Channel, error) {
	v.Faults, v.ShortLength, v.ShortProtected = nil, false, false
	chip, err := vcard.New(v, p.stand.cfg.Rand)
	if err != nil {
		return nil, err
	}
	infos, err := lds.ParseCardAccess(v.MasterFiles[vcard.FIDCardAccess])
	if err != nil {
		return nil, err
	}
	info, err := pace.Choose(infos, pace.Preference{})
	if err != nil {
		return nil, err
	}
	zone := pace.MRZ(bytes.Clone(v.MRZ))
	defer zone.Wipe()
	session, err := pace.Establish(ctx, chip, p.stand.cfg.Rand, info, zone)
	if err != nil {
		return nil, err
	}
	application := card.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: []byte{0xA0, 0, 0, 0x02, 0x47, 0x10, 0x01}}
	r, err := card.Send(ctx, session.Channel, application)
	if err == nil {
		err = r.Err("select the application")
	}
	if err != nil {
		session.Channel.Close()
		return nil, err
	}
	return session.Channel, nil
}
