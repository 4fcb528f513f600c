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
	}
}

// Compute gives the highest level whose needs are met by e, or None.
func Compute(e Evidence) Level {
	reached := None
	for _, row := range Policy() {
		if e.covers(row.Needs) {
			reached = max(reached, row.Level)
		}
	}
	return reached
}

func (e Evidence) covers(needs Evidence) bool {
	return (e.Document || !needs.Document) && (e.Possession || !needs.Possession)
}
