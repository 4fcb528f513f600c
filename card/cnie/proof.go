package cnie

import "cnie.example/card/lds"

// Method is how a chip proved to this terminal that it is the one of its
// document. None of the methods convinces anybody else.
type Method string

// Methods of the local reading.
const (
	NoMethod                  Method = ""
	ChipAuthentication        Method = "chip authentication"
	ChipAuthenticationMapping Method = "chip authentication mapping"
	ActiveAuthentication      Method = "active authentication"
)

// Reason is why a method was taken and no other, in English for people.
type Reason string

// Reasons. Chip authentication, alone or within PACE, comes before active
// authentication wherever the document has it.
const (
	ReasonMapped      Reason = "PACE itself proved a chip key"
	ReasonAnnounced   Reason = "DG14 announces chip authentication"
	ReasonKeyOnly     Reason = "DG14 has a chip key and no protocol with it, which means 3DES"
	ReasonOnlyActive  Reason = "DG14 announces no chip authentication, DG15 has a key"
	ReasonUnsupported Reason = "DG14 announces no chip authentication known here, DG15 has a key"
	ReasonNothing     Reason = "document announces no proof of its chip known here"
)

// Proof is what Authenticate did. It is worth something once passive
// authentication has vouched for Source.
type Proof struct {
	Method Method
	Source lds.File // with the chip's key: DG14, DG15, or CardSecurity; 0 without a method
	Reason Reason

	// MappingMissing says that Preference asked for chip authentication mapping
	// and that the chip does not offer it.
	MappingMissing bool
}

// Proof is the local proof of the chip. It is empty before Authenticate and
// when that failed; with ErrNoProof it has a Reason alone.
func (c *Card) Proof() Proof { return c.proof }

func (c *Card) prove(p Proof) {
	info, paced := c.PACE()
	p.MappingMissing = c.preference.ChipAuthentication && (!paced || info.Mapping != lds.ChipAuthenticationMapping)
	c.proof = p
	if p.Method != NoMethod {
		c.state = authenticated
	}
}
