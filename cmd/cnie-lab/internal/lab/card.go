package lab

import (
	"io"

	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// Card makes a virtual card of the laboratory.
func (k *Keys) Card(p issuer.Profile, l vcard.Latency, rand io.Reader) (*vcard.Card, error) {
	v, err := k.issuer.Personalise(rand, p)
	if err != nil {
		return nil, err
	}
	v.Latency = l
	return vcard.New(v, rand)
}
