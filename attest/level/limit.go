package level

// Limit is the stable name, in snake_case, of what kept a level from being
// higher.
type Limit string

// Limits of the evidence of a login.
const (
	NoDocument     Limit = "no_document"      // the document is not verified
	NoPossession   Limit = "no_possession"    // the chip has not proved its presence
	StatusUnknown  Limit = "status_unknown"   // the document may have been reported, or a certificate revoked
	NoSecondFactor Limit = "no_second_factor" // neither a passkey nor a card key was used
	NoCardKey      Limit = "no_card_key"      // a second factor was used, but no key of a card with a PIN
)

// Limits of the account.
const (
	AccountBlocked Limit = "account_blocked"  // by the citizen or the operator
	FactorNotBound Limit = "factor_not_bound" // a factor of the login is not one of the account
	FactorBoundLow Limit = "factor_bound_low" // a factor was added under a low level
	FactorWaiting  Limit = "factor_waiting"   // the time after a factor was added has not passed
	ProofingLow    Limit = "proofing_low"     // nobody has proved who the account belongs to, or not well enough
	ClaimsDeclared Limit = "claims_declared"  // identity claims rest on the person's word
)

// AllLimits lists every limit once. The slice is the caller's.
func AllLimits() []Limit {
	return []Limit{
		NoDocument, NoPossession, StatusUnknown, NoSecondFactor, NoCardKey,
		AccountBlocked, FactorNotBound, FactorBoundLow, FactorWaiting, ProofingLow, ClaimsDeclared,
	}
}

// Limits names what kept the level of e from being higher: were it all there,
// Compute would give more. Of several ways to more it names the one that lacks
// least, and among equals the one to the lowest level. It is empty when e
// reaches the highest level. The slice is the caller's.
func Limits(e Evidence) []Limit {
	return nearest(Compute(e), e, func(Row) []Limit { return nil })
}

// nearest gives what the row lacks that lacks least of those above a level:
// evidence, and what else the caller names. Among equals it takes the row that
// lacks less evidence: what was used is named before what could have been.
func nearest(reached Level, e Evidence, others func(Row) []Limit) []Limit {
	var least []Limit
	var leastEvidence int
	for _, row := range Policy() {
		if row.Level <= reached {
			continue
		}
		missing := e.lacks(row.Needs)
		evidence := len(missing)
		missing = append(missing, others(row)...)
		if least == nil || len(missing) < len(least) || len(missing) == len(least) && evidence < leastEvidence {
			least, leastEvidence = missing, evidence
		}
	}
	return least
}
