package csca_test

import (
	"errors"
	"fmt"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// A store of one anchor and the link certificate to its next key: the signer
// of a document under the next key has a chain over the link.
func ExampleBuild() {
	state := attesttest.New("UT", nil)
	old, next := state.CSCA("CSCA SPECIMEN"), state.CSCA("CSCA SPECIMEN")
	read := func(der []byte) *certificate.Certificate {
		c, err := certificate.Parse(der, certificate.Options{})
		if err != nil {
			panic(err)
		}
		return c
	}
	store, err := csca.Build(csca.Contents{
		Anchors: []*certificate.Certificate{read(old.DER())},
		Pool:    []*certificate.Certificate{read(state.Link(old, next).DER())},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	signer, err := store.Signer(state.DS(next).DER())
	if err != nil {
		fmt.Println(err)
		return
	}
	chain, err := store.Chain(signer, state.Now())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(chain), "authorities above", signer.Subject)
	fmt.Println("revocation:", store.Revocation(signer, chain.Issuer(), state.Now()).State)
	// Output:
	// 2 authorities above C=UT, O=SPECIMEN, CN=DS SPECIMEN
	// revocation: no_list
}

// A provider keeps a Live and hands it to its verifier. When the operator has
// changed what is trusted, it loads a new store and swaps it in; a store that
// cannot be loaded changes nothing.
func ExampleLive() {
	state := attesttest.New("UT", nil)
	authority := state.CSCA("CSCA SPECIMEN")
	anchor, err := certificate.Parse(authority.DER(), certificate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	live := csca.NewLive(csca.New(nil, certificate.Options{}))
	ask := func() {
		store := live.Store() // one login takes it once
		signer, err := store.Signer(state.DS(authority).DER())
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = store.Chain(signer, state.Now())
		fmt.Println("unknown issuer:", errors.Is(err, csca.ErrUnknownIssuer))
	}
	ask()
	live.Swap(csca.New([]*certificate.Certificate{anchor}, certificate.Options{}))
	ask()
	// Output:
	// unknown issuer: true
	// unknown issuer: false
}
