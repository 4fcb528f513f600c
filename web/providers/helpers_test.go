package providers_test

import (
	"crypto/sha256"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/web/providers/providertest"
)

func hash(b []byte) []byte {
	h := sha256.Sum256(b)
	return h[:]
}

func signed(p *providertest.Provider, typ string, payload []byte) string {
	return providertest.Sign(p.Key, jose.ES256, providertest.KeyID, typ, payload, nil)
}
