package lab

import (
	"slices"

	"cnie.example/card/vcard/issuer"
)

// Demand is what a fault asks of a card.
type Demand struct {
	What string // as in “a card with …”
	met  func(issuer.Profile) bool
}

// opening is asked for by what happens while the card is read.
func opening() Demand { return Demand{"PACE and a CAN", opens} }

// proof is asked for by what happens from the first message to the provider on,
// or after a login: a card that cannot prove itself does not come that far.
func proof() Demand {
	return Demand{"a proof of its chip", func(p issuer.Profile) bool { return proofOf(p) != unproved }}
}

func agreement() Demand {
	return Demand{"chip authentication", func(p issuer.Profile) bool { return proofOf(p) == byAgreement }}
}

func signature() Demand {
	return Demand{"active authentication alone", func(p issuer.Profile) bool { return proofOf(p) == bySignature }}
}

func file(name string) Demand {
	return Demand{name, func(p issuer.Profile) bool { return slices.Contains(p.Files, name) }}
}

// method is how the chip of a document proves itself in a login.
type method int

const (
	unproved    method = iota // not at all, or the login does not come that far
	byAgreement               // chip authentication
	bySignature               // active authentication alone
)

func opens(p issuer.Profile) bool { return len(p.PACE) > 0 && p.CAN != "" }

// proofOf says how, by what the profile gives. A login needs short file
// identifiers (card/relay).
func proofOf(p issuer.Profile) method {
	switch {
	case !opens(p) || !p.ShortIdentifiers:
		return unproved
	case slices.Contains(p.Files, "DG14") && (p.ChipKeys == nil || len(p.ChipKeys) > 0):
		return byAgreement
	case slices.Contains(p.Files, "DG15") && p.ActiveAuthentication != nil:
		return bySignature
	}
	return unproved
}

// addActiveAuthentication adds active authentication to a document without.
func addActiveAuthentication(p *issuer.Profile) {
	if p.ActiveAuthentication == nil {
		p.ActiveAuthentication = &issuer.ActiveAuthentication{Algorithm: "ECDSA"}
	}
	if !slices.Contains(p.Files, "DG15") {
		p.Files = append(slices.Clone(p.Files), "DG15")
	}
}

// stranger is the same document with other keys of the chip.
func stranger(p issuer.Profile) issuer.Profile {
	p.ChipKey, p.ChipKeys = "", slices.Clone(p.ChipKeys)
	for i := range p.ChipKeys {
		p.ChipKeys[i].Key = ""
	}
	if p.ActiveAuthentication != nil {
		other := *p.ActiveAuthentication
		other.Key = ""
		p.ActiveAuthentication = &other
	}
	return p
}
