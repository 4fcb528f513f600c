package level_test

import (
	"reflect"
	"slices"
	"testing"

	"cnie.example/attest/level"

	"pgregory.net/rapid"
)

// all and good are the facts of a login and an account that lack nothing.
func all() level.Evidence {
	return level.Evidence{Document: true, Possession: true, Current: true, Passkey: true, CardKey: true}
}

func good() level.Account {
	bound := level.Binding{Under: level.EIDAS3}
	return level.Account{Document: bound, Passkey: bound, CardKey: bound, Proofing: level.InPerson}
}

// Catches a fact about the account that does not count, counts for too much, or
// hides behind another name. Each case changes one or two facts of an account
// that lacks nothing.
func TestAccount(t *testing.T) {
	passkey := all()
	passkey.CardKey = false
	card := all()
	card.Passkey = false
	alone := level.Evidence{Document: true, Possession: true, Current: true}
	low := level.Binding{Under: level.EIDAS1}
	waiting := level.Binding{Under: level.EIDAS3, Waiting: true}
	for name, c := range map[string]struct {
		login  level.Evidence
		change func(*level.Account)
		level  level.Level
		limits string
	}{
		"nothing lacks":                         {all(), func(*level.Account) {}, level.EIDAS3, ""},
		"a passkey":                             {passkey, func(*level.Account) {}, level.EIDAS2, "no_card_key"},
		"no second factor":                      {alone, func(*level.Account) {}, level.EIDAS1, "no_second_factor"},
		"a passkey added under possession":      {passkey, func(a *level.Account) { a.Passkey = low }, level.EIDAS1, "factor_bound_low"},
		"a passkey of another account":          {passkey, func(a *level.Account) { a.Passkey = level.Binding{} }, level.EIDAS1, "factor_not_bound"},
		"a passkey added yesterday":             {passkey, func(a *level.Account) { a.Passkey = waiting }, level.EIDAS1, "factor_waiting"},
		"a card key added under possession":     {card, func(a *level.Account) { a.CardKey = low }, level.EIDAS1, "factor_bound_low"},
		"two factors, both added low":           {all(), func(a *level.Account) { a.Passkey, a.CardKey = low, low }, level.EIDAS1, "factor_bound_low"},
		"a card key added yesterday":            {card, func(a *level.Account) { a.CardKey = waiting }, level.EIDAS1, "factor_waiting"},
		"a weak passkey beside a card key":      {all(), func(a *level.Account) { a.Passkey = low }, level.EIDAS3, ""},
		"a weak card key beside a passkey":      {all(), func(a *level.Account) { a.CardKey = low }, level.EIDAS2, "factor_bound_low"},
		"a card key bound with a passkey":       {card, func(a *level.Account) { a.CardKey.Under = level.EIDAS2 }, level.EIDAS2, "factor_bound_low"},
		"a document that is not the account's":  {all(), func(a *level.Account) { a.Document = level.Binding{} }, level.None, "factor_not_bound"},
		"a document bound under possession":     {all(), func(a *level.Account) { a.Document = low }, level.EIDAS1, "factor_bound_low"},
		"a renewed document":                    {all(), func(a *level.Account) { a.Document = waiting }, level.None, "factor_waiting"},
		"nobody proved who it is":               {all(), func(a *level.Account) { a.Proofing = level.NoProofing }, level.EIDAS1, "proofing_low"},
		"a code by post":                        {all(), func(a *level.Account) { a.Proofing = level.PostedCode }, level.EIDAS2, "proofing_low"},
		"remote proofing":                       {all(), func(a *level.Account) { a.Proofing = level.RemoteProofing }, level.EIDAS2, "proofing_low"},
		"a login with a PIN card":               {all(), func(a *level.Account) { a.Proofing = level.PINCardLogin }, level.EIDAS3, ""},
		"no kind of proofing":                   {all(), func(a *level.Account) { a.Proofing = 99 }, level.None, "proofing_low"},
		"a claim that is only declared":         {all(), func(a *level.Account) { a.Declared = true }, level.EIDAS1, "claims_declared"},
		"blocked":                               {all(), func(a *level.Account) { a.Blocked = true }, level.None, "account_blocked"},
		"declared, and no second factor":        {alone, func(a *level.Account) { a.Declared = true }, level.EIDAS1, "no_second_factor claims_declared"},
		"no document, blocked and not its card": {level.Evidence{}, func(a *level.Account) { *a = level.Account{Blocked: true} }, level.None, "no_document no_possession account_blocked"},
	} {
		account := good()
		c.change(&account)
		if got := account.Compute(c.login); got != c.level {
			t.Errorf("%s: %v, want %v", name, got, c.level)
		}
		if got := joined(account.Limits(c.login)); got != c.limits {
			t.Errorf("%s: limits %q, want %q", name, got, c.limits)
		}
	}
	if got := (level.Account{}).Compute(all()); got != level.None {
		t.Errorf("an account of nobody: %v", got)
	}
}

func drawEvidence(t *rapid.T) level.Evidence {
	var e level.Evidence
	v := reflect.ValueOf(&e).Elem()
	for f := range v.NumField() {
		v.Field(f).SetBool(rapid.Bool().Draw(t, v.Type().Field(f).Name))
	}
	return e
}

func drawLevel(t *rapid.T, name string) level.Level {
	return level.Level(rapid.IntRange(int(level.None), int(level.EIDAS3)).Draw(t, name))
}

func drawAccount(t *rapid.T) level.Account {
	binding := func(name string) level.Binding {
		return level.Binding{Under: drawLevel(t, name), Waiting: rapid.Bool().Draw(t, name+" waits")}
	}
	return level.Account{
		Document: binding("document"), Passkey: binding("passkey"), CardKey: binding("card key"),
		Proofing: level.Proofing(rapid.IntRange(int(level.NoProofing), int(level.InPerson)).Draw(t, "proofing")),
		Declared: rapid.Bool().Draw(t, "declared"), Blocked: rapid.Bool().Draw(t, "blocked"),
	}
}

// Catches a rule by which less evidence counts for more, as "the least of all
// factors that were used" would: leaving the weak one out would raise the level.
func TestNoRemovalOfEvidenceRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account, e := drawAccount(t), drawEvidence(t)
		before := account.Compute(e)
		less := e
		v := reflect.ValueOf(&less).Elem()
		v.Field(rapid.IntRange(0, v.NumField()-1).Draw(t, "removed")).SetBool(false)
		if after := account.Compute(less); after > before {
			t.Fatalf("%v with %+v, %v without", before, e, after)
		}
	})
}

// Catches an account that makes more of a login than its evidence is worth.
func TestNoAccountRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account, e := drawAccount(t), drawEvidence(t)
		if got, ceiling := account.Compute(e), level.Compute(e); got > ceiling {
			t.Fatalf("%v, and the evidence is worth %v", got, ceiling)
		}
		if got := account.Compute(e); got > account.Proofing.Level() {
			t.Fatalf("%v, and nobody proved more than %v", got, account.Proofing.Level())
		}
	})
	best := good()
	for _, e := range every(t) {
		if best.Compute(e) != level.Compute(e) || !slices.Equal(best.Limits(e), level.Limits(e)) {
			t.Errorf("%+v: an account that lacks nothing changes the level or its limits", e)
		}
	}
}

// Catches an account that a worse fact makes better.
func TestNoWorseFactRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account, e := drawAccount(t), drawEvidence(t)
		worse := account
		binding := rapid.SampledFrom([]*level.Binding{&worse.Document, &worse.Passkey, &worse.CardKey}).Draw(t, "binding")
		binding.Under = min(binding.Under, drawLevel(t, "lower"))
		binding.Waiting = binding.Waiting || rapid.Bool().Draw(t, "waits")
		worse.Declared = worse.Declared || rapid.Bool().Draw(t, "declared now")
		worse.Blocked = worse.Blocked || rapid.Bool().Draw(t, "blocked now")
		if account.Compute(e) < worse.Compute(e) {
			t.Fatalf("%+v: %v, worse: %v", account, account.Compute(e), worse.Compute(e))
		}
	})
}

// Catches a limit that is named and did not matter, one that matters and is not
// named, and one that nothing reaches: with everything put right that is named,
// and nothing else, the level is higher. Every account is tried.
func TestLimitsAreWhatLacks(t *testing.T) {
	seen := map[level.Limit]bool{}
	for _, account := range accounts() {
		for _, e := range every(t) {
			before, limits := account.Compute(e), account.Limits(e)
			if (len(limits) == 0) != (before == level.EIDAS3) {
				t.Fatalf("%+v, %+v: %v with limits %v", account, e, before, limits)
			}
			mended, more := account, e
			for i, l := range limits {
				seen[l] = true
				if slices.Contains(limits[:i], l) {
					t.Fatalf("%+v, %+v: %s twice", account, e, l)
				}
				mend(l, &mended, &more)
			}
			if after := mended.Compute(more); len(limits) > 0 && after <= before {
				t.Fatalf("%+v, %+v: %v, and %v once %v are put right", account, e, before, after, limits)
			}
		}
	}
	if len(seen) != len(level.AllLimits()) {
		t.Errorf("%d limits seen", len(seen))
	}
	for _, l := range level.AllLimits() {
		if !seen[l] {
			t.Errorf("%s never limits anything", l)
		}
	}
}

// accounts are all of them, with one kind of proofing for each level.
func accounts() []level.Account {
	var bindings []level.Binding
	for under := level.None; under <= level.EIDAS3; under++ {
		bindings = append(bindings, level.Binding{Under: under}, level.Binding{Under: under, Waiting: true})
	}
	var all []level.Account
	for _, document := range bindings {
		for _, passkey := range bindings {
			for _, card := range bindings {
				for _, proofing := range []level.Proofing{level.NoProofing, level.PostedCode, level.InPerson} {
					for marks := range 4 {
						all = append(all, level.Account{
							Document: document, Passkey: passkey, CardKey: card, Proofing: proofing,
							Declared: marks&1 != 0, Blocked: marks&2 != 0,
						})
					}
				}
			}
		}
	}
	return all
}

// mend puts right what a limit names. A factor that was not used becomes one
// that was used and is bound well.
func mend(l level.Limit, a *level.Account, e *level.Evidence) {
	well := level.Binding{Under: level.EIDAS3}
	bindings := func(bad func(level.Binding) bool) {
		for _, b := range []*level.Binding{&a.Document, &a.Passkey, &a.CardKey} {
			if bad(*b) {
				*b = well
			}
		}
	}
	switch l {
	case level.NoDocument:
		if e.Document = true; !e.Possession {
			a.Document = well
		}
	case level.NoPossession:
		e.Possession = true
	case level.StatusUnknown:
		e.Current = true
	case level.NoSecondFactor:
		e.Passkey, a.Passkey = true, well
	case level.NoCardKey:
		e.CardKey, a.CardKey = true, well
	case level.AccountBlocked:
		a.Blocked = false
	case level.FactorNotBound:
		bindings(func(b level.Binding) bool { return b.Under == level.None })
	case level.FactorBoundLow:
		bindings(func(b level.Binding) bool { return b.Under != level.None && !b.Waiting })
	case level.FactorWaiting:
		bindings(func(b level.Binding) bool { return b.Waiting })
	case level.ProofingLow:
		a.Proofing = level.InPerson
	case level.ClaimsDeclared:
		a.Declared = false
	}
}

// Catches an account that climbs by its own logins: a factor that was added
// under possession adds another one, which then counts for more. Whatever is
// logged in with and added, without a proofing event nothing passes eidas1, and
// with one nothing passes the level of the best binding that it made.
func TestNoSequenceOfLoginsRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		proofing := level.Proofing(rapid.IntRange(int(level.NoProofing), int(level.InPerson)).Draw(t, "proofing"))
		// The document was bound at enrolment; the proofing event came before
		// the other factors and bound none of them.
		account := level.Account{Document: level.Binding{Under: level.EIDAS1}, Proofing: proofing}
		for range rapid.IntRange(1, 6).Draw(t, "logins") {
			reached := account.Compute(drawEvidence(t))
			if reached > level.EIDAS1 {
				t.Fatalf("%v reached by %+v", reached, account)
			}
			added := rapid.SampledFrom([]*level.Binding{&account.Document, &account.Passkey, &account.CardKey}).Draw(t, "added")
			*added = level.Binding{Under: reached}
		}
	})
}
