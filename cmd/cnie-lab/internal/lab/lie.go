package lab

import (
	"context"

	"cnie.example/attest/wire"
)

// toProvider changes a message of the agent: it plays a hostile agent.
func (p *party) toProvider(ctx context.Context, body []byte) ([]byte, error) {
	if p.behave.body != nil {
		body = p.behave.body(body)
	}
	message, err := wire.DecodeFromAgent(body)
	if err != nil {
		return body, nil // the provider refuses it
	}
	switch m := message.(type) {
	case wire.Opening:
		return p.toProviderOpening(ctx, body, m)
	case wire.Answers:
		if p.behave.answers != nil {
			p.behave.answers(&m)
			return wire.EncodeAnswers(m)
		}
	case wire.Signed:
		if p.behave.signed != nil {
			if err := p.behave.signed(ctx, p, &m); err != nil {
				return nil, err
			}
			return wire.EncodeSigned(m)
		}
	}
	return body, nil
}

func (p *party) toProviderOpening(ctx context.Context, body []byte, o wire.Opening) ([]byte, error) {
	if p.behave.instead != nil {
		m, err := p.behave.instead(ctx, p, o)
		if err != nil {
			return nil, err
		}
		return wire.EncodeSigned(m)
	}
	if p.behave.opening != nil {
		p.behave.opening(&o)
		return wire.EncodeOpening(o)
	}
	return body, nil
}

// asked is the request of the login under way.
func (p *party) asked() wire.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.request
}

// keep keeps the request that an answer to a fetch holds.
func (p *party) keep(jws string) error {
	payload, err := payloadOf(jws)
	if err != nil {
		return err
	}
	r, err := wire.DecodeRequest(payload)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.request = r
	return nil
}
