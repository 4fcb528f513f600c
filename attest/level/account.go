package level

import "slices"

// Account is what is known of the account that a login is for: the side of the
// minimum rule that no login can prove. The zero value belongs to nobody and
// reaches no level.
type Account struct {
	// Bindings of the factors that the login used. Factors of the account that
	// were not used do not belong here.
	Document Binding
	Passkey  Binding
	CardKey  Binding

	// Proofing is the best recorded event in which somebody proved who the
	// account belongs to.
	Proofing Proofing

	// Declared: an identity claim of the account rests on the person's word
	// and is not confirmed by an authority: place or country of birth, or
	// characters of a name beyond those of the chip.
	Declared bool

	// Blocked: the citizen or the operator has blocked the account.
	Blocked bool
}

// Binding says how a factor became one of the account. The zero value is a
// factor that is not bound.
type Binding struct {
	// Under is the level of the login in which the factor was added, as
	// Account.Compute gave it then, or that of the proofing event, as
	// Proofing.Level gives it. It is not the level of the evidence alone: a
	// factor that was added too easily could add others that count for more.
	Under Level

	// Waiting: the waiting time after the addition has not passed.
	Waiting bool
}

// Proofing is a kind of recorded event in which the identity of the owner of an
// account was proved.
type Proofing int

// Kinds of proofing.
const (
	NoProofing     Proofing = iota // the document was present at enrolment, and nothing more
	PostedCode                     // a code by post to the address of a registry came back
	RemoteProofing                 // a remote proofing service vouches
	PINCardLogin                   // a login with a card key and its PIN
	InPerson                       // an officer compared person and document
)

// Level is the level up to which an account with such a proofing may rise. It
// is None for what is no kind of proofing.
func (p Proofing) Level() Level {
	switch p {
	case NoProofing:
		return EIDAS1
	case PostedCode, RemoteProofing:
		return EIDAS2
	case PINCardLogin, InPerson:
		return EIDAS3
	}
	return None
}

// declaredCeiling is the level of an account with claims that are declared.
const declaredCeiling = EIDAS1

// Compute applies the minimum rule: the level of a login is the least of what
// its evidence reaches, of the levels under which the factors were bound that
// this evidence needs, and of what the account allows. A factor that was bound
// under a low level lowers no login that reaches more without it.
func (a Account) Compute(e Evidence) Level {
	reached := None
	for _, row := range Policy() {
		if len(e.lacks(row.Needs)) > 0 {
			continue
		}
		allowed := row.Level
		for _, c := range a.ceilings(row.Needs) {
			allowed = min(allowed, c.level)
		}
		reached = max(reached, allowed)
	}
	return reached
}

// Limits names what kept the level of a login with e for this account from
// being higher, of evidence and account: were it all put right, Compute would
// give more. The choice between several ways is that of the function Limits, and
// what was used is named before what could have been. Each name occurs once.
// Nothing is said of the binding of a factor that was not used.
func (a Account) Limits(e Evidence) []Limit {
	reached := a.Compute(e)
	return nearest(reached, e, func(row Row) []Limit {
		var low []Limit
		for _, c := range a.ceilings(e.common(row.Needs)) {
			if c.level <= reached && !slices.Contains(low, c.limit) {
				low = append(low, c.limit)
			}
		}
		return low
	})
}

// ceiling is a level that is not exceeded, and why.
type ceiling struct {
	level Level
	limit Limit
}

// ceilings are those of the account for a login that rests on this evidence.
func (a Account) ceilings(used Evidence) []ceiling {
	all := []ceiling{{a.Proofing.Level(), ProofingLow}}
	if a.Blocked {
		all = append(all, ceiling{None, AccountBlocked})
	}
	if a.Declared {
		all = append(all, ceiling{declaredCeiling, ClaimsDeclared})
	}
	for _, factor := range []struct {
		used bool
		Binding
	}{
		{used.Document || used.Possession, a.Document}, {used.Passkey, a.Passkey}, {used.CardKey, a.CardKey},
	} {
		if factor.used {
			all = append(all, factor.ceiling())
		}
	}
	return all
}

func (b Binding) ceiling() ceiling {
	switch {
	case b.Under <= None:
		return ceiling{None, FactorNotBound}
	case b.Waiting:
		return ceiling{None, FactorWaiting}
	}
	return ceiling{b.Under, FactorBoundLow}
}
