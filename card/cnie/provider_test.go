package cnie_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"cnie.example/card"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// provider is the provider's half of a login, without judgement of documents.
type provider struct {
	rand     io.Reader
	le       int
	keys     *sm.Keys
	answered int // commands answered
	key      chipauth.Key
	public   []byte
}

var errProvider = errors.New("provider refuses the answers")

// hand makes the point for a document.
func (p *provider) hand(sod, dg14 []byte) (chipauth.Handover, []byte, error) {
	infos, err := lds.ParseDG14(dg14)
	if err != nil {
		return chipauth.Handover{}, nil, err
	}
	if p.key, err = chipauth.Select(infos); err != nil {
		return chipauth.Handover{}, nil, err
	}
	s, d := sha256.Sum256(sod), sha256.Sum256(dg14)
	h := chipauth.Handover{
		Issuer: "https://idp.test", JTI: "1", AgentNonce: make([]byte, 32), SODHash: s[:], DG14Hash: d[:], KeyID: p.key.KeyID,
	}
	e, err := chipauth.Compute(p.rand, p.key, h)
	if err != nil {
		return chipauth.Handover{}, nil, err
	}
	p.keys, h.PublicKey, p.public = e.Keys, e.PublicKey, e.PublicKey
	return h, e.Proof, nil
}

// commands wraps one read for each file ahead: command n counts 2n+1.
func (p *provider) commands(files []lds.File) ([][]byte, error) {
	var batch [][]byte
	for i, f := range files {
		c, err := p.keys.Wrap(2*uint64(i)+1, card.Command{INS: 0xB0, P1: 0x80 | byte(f), Le: p.le})
		if err != nil {
			return nil, err
		}
		b, err := c.Bytes()
		if err != nil {
			return nil, err
		}
		batch = append(batch, b)
	}
	return batch, nil
}

// files unwraps the answers: response n counts 2n+2.
func (p *provider) files(answers [][]byte, n int) ([][]byte, error) {
	if len(answers) != n {
		return nil, fmt.Errorf("%d answers: %w", len(answers), errProvider)
	}
	var files [][]byte
	for i, a := range answers {
		r, err := card.ParseResponse(a)
		if err != nil {
			return nil, err
		}
		r, err = p.keys.Unwrap(2*uint64(i)+2, r)
		if err != nil {
			return nil, err
		}
		if r.Status != card.StatusOK && r.Status != card.StatusEndOfFile {
			return nil, r.Err("read by the provider")
		}
		files = append(files, r.Data)
		p.answered++
	}
	return files, nil
}
