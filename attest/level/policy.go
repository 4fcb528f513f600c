package level

// Evidence is what a verifier has itself verified in one login. The zero value
// is no evidence.
type Evidence struct {
	// Document: passive authentication succeeded. The chain from the country
	// signing authority to the document is good, and the files that name the
	// person have the signed hashes. Static data can be copied: alone it
	// proves that such a document was issued, not that it is here.
	Document bool

	// Possession: the chip of this document proved in this login that it is
	// present, by chip authentication that ended at the verifier, or by active
	// authentication on a challenge bound to issuer, transaction and nonce.
	Possession bool

	// Current: the status of the document was asked for and is good, and fresh
	// revocation lists speak for its signer and for the authorities above.
	Current bool

	// Passkey: a passkey that is bound to this account signed this login's
	// challenge, with user verification.
	Passkey bool

	// CardKey: a key in a certified chip that asks for its PIN at every
	// signature signed this login's challenge. Issuer and policy of its
	// certificate are on the operator's list, chain and revocation are good,
	// and it belongs to the person whom the document names.
	CardKey bool
}

// Row says that a login with at least the evidence Needs reaches Level.
type Row struct {
	Needs Evidence
	Level Level
}

// Policy gives the rows of the table, weakest first. The caller owns the slice.
func Policy() []Row {
	return []Row{
		{Needs: Evidence{Document: true, Possession: true}, Level: EIDAS1},
		{Needs: Evidence{Document: true, Possession: true, Current: true, Passkey: true}, Level: EIDAS2},
		{Needs: Evidence{Document: true, Possession: true, Current: true, CardKey: true}, Level: EIDAS3},
	}
}

// Compute gives the highest level whose needs are met by e, or None.
func Compute(e Evidence) Level {
	reached := None
	for _, row := range Policy() {
		if len(e.lacks(row.Needs)) == 0 {
			reached = max(reached, row.Level)
		}
	}
	return reached
}

// lacks names what e lacks of needs, in the order of Evidence.
func (e Evidence) lacks(needs Evidence) []Limit {
	var missing []Limit
	for _, part := range []struct {
		have, need bool
		limit      Limit
	}{
		{e.Document, needs.Document, NoDocument},
		{e.Possession, needs.Possession, NoPossession},
		{e.Current, needs.Current, StatusUnknown},
		{e.Passkey, needs.Passkey, NoSecondFactor},
		{e.CardKey, needs.CardKey, NoCardKey},
	} {
		if part.need && !part.have {
			missing = append(missing, part.limit)
		}
	}
	return missing
}

// common is what both have.
func (e Evidence) common(other Evidence) Evidence {
	return Evidence{
		Document:   e.Document && other.Document,
		Possession: e.Possession && other.Possession,
		Current:    e.Current && other.Current,
		Passkey:    e.Passkey && other.Passkey,
		CardKey:    e.CardKey && other.CardKey,
	}
}
