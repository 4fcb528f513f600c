package csca_test

import (
	"slices"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// today is a time at which everything of an attesttest.State is valid.
var today = newState().Now()

const day = 24 * time.Hour

// newState is the issuing state of a test: the same keys in every run.
func newState() *attesttest.State { return attesttest.New("UT", nil) }

func parse(t testing.TB, der []byte) *certificate.Certificate {
	t.Helper()
	c, err := certificate.Parse(der, certificate.Options{Lab: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// parsed reads templates.
func parsed(t testing.TB, templates ...*attesttest.Certificate) []*certificate.Certificate {
	t.Helper()
	var list []*certificate.Certificate
	for _, c := range templates {
		list = append(list, parse(t, c.DER()))
	}
	return list
}

func parseCRLs(t testing.TB, templates ...*attesttest.RevocationList) []*certificate.RevocationList {
	t.Helper()
	var list []*certificate.RevocationList
	for _, l := range templates {
		parsed, err := certificate.ParseRevocationList(l.DER(), certificate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, parsed)
	}
	return list
}

func build(t testing.TB, c csca.Contents) *csca.Store {
	t.Helper()
	store, err := csca.Build(c)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// subjects says which certificates a chain has, by their place in all.
func places(chain csca.Chain, all []*certificate.Certificate) []int {
	var at []int
	for _, c := range chain {
		at = append(at, slices.IndexFunc(all, func(o *certificate.Certificate) bool { return string(o.Raw) == string(c.Raw) }))
	}
	return at
}

func fingerprint(c *attesttest.Certificate) csca.Fingerprint {
	parsed, err := certificate.Parse(c.DER(), certificate.Options{Lab: true})
	if err != nil {
		panic(err)
	}
	return parsed.Fingerprint()
}

// curveNobodyHas is a curve that this module does not have.
const curveNobodyHas = attesttest.Secp256k1

// strangeAlgorithm is a signature algorithm that nobody knows.
var strangeAlgorithm = attesttest.Sequence(attesttest.Unknown.DER())
