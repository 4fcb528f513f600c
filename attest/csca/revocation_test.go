package csca_test

import (
	"crypto"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/csca"
)

// office is an authority with two keys of one name, the second one later, and a
// document signer under the first.
type office struct {
	state       *attesttest.State
	old, next   *attesttest.Certificate
	ds          *attesttest.Certificate
	pool        []*attesttest.Certificate
	lists       []*attesttest.RevocationList
	fresh       csca.Freshness
	at          time.Time
	unlinked    bool // the later key has no link
	distrusting []*attesttest.Certificate
}

func newOffice() *office {
	s := newState()
	o := &office{state: s, at: today, old: s.CSCA("CSCA SPECIMEN"), next: s.CSCA("CSCA SPECIMEN")}
	o.next.NotBefore = o.old.NotBefore.AddDate(0, 3, 0)
	o.ds = s.DS(o.old)
	return o
}

func (o *office) revocation(t *testing.T) csca.Revocation {
	t.Helper()
	c := csca.Contents{Anchors: parsed(t, o.old), Pool: parsed(t, o.pool...), RevocationLists: parseCRLs(t, o.lists...), Freshness: o.fresh}
	if !o.unlinked {
		link := o.state.Link(o.old, o.next)
		link.NotBefore = o.next.NotBefore
		c.Pool = append(c.Pool, parse(t, link.DER()))
	}
	for _, d := range o.distrusting {
		c.Overrides.Distrust = append(c.Overrides.Distrust, csca.Override{SHA256: fingerprint(d), Reason: "SPECIMEN"})
	}
	store := build(t, c)
	first := store.Revocation(parse(t, o.ds.DER()), parse(t, o.old.DER()), o.at)
	if again := store.Revocation(parse(t, o.ds.DER()), parse(t, o.old.DER()), o.at); again != first {
		t.Errorf("%v, then %v", first.State, again.State)
	}
	return first
}

// list is a list of an authority made some days before today, with a number.
func (o *office) list(of *attesttest.Certificate, age, number int64, revoked ...*attesttest.Certificate) *attesttest.RevocationList {
	l := o.state.RevocationList(of, revoked...)
	l.ThisUpdate = today.Add(-time.Duration(age) * day)
	l.NextUpdate = l.ThisUpdate.AddDate(0, 0, 30)
	l.Extensions = l.Extensions.With(attesttest.Extension{ID: attesttest.CRLNumber, Value: attesttest.Integer(number)})
	return l
}

func (o *office) add(lists ...*attesttest.RevocationList) { o.lists = append(o.lists, lists...) }

func noNumber(l *attesttest.RevocationList) *attesttest.RevocationList {
	l.Extensions = l.Extensions.Without(attesttest.CRLNumber)
	return l
}

// Catches a list that speaks too long or not long enough, one that speaks
// without the right signature, an older list that undoes a newer one, and a
// revoked signer that passes.
func TestRevocation(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*office)
		want   csca.RevocationState
	}{
		"no list":   {func(*office) {}, csca.NoList},
		"fresh":     {func(o *office) { o.add(o.list(o.old, 1, 1)) }, csca.NotRevoked},
		"revoked":   {func(o *office) { o.add(o.list(o.old, 1, 1, o.ds)) }, csca.Revoked},
		"another's": {func(o *office) { o.add(o.list(o.old, 1, 1, o.state.DS(o.old))) }, csca.NotRevoked},

		"at nextUpdate":            {func(o *office) { o.add(o.list(o.old, 30, 1)) }, csca.NotRevoked},
		"after nextUpdate":         {func(o *office) { o.add(o.list(o.old, 30, 1)); o.at = today.Add(time.Second) }, csca.Stale},
		"in grace":                 {func(o *office) { o.add(o.list(o.old, 31, 1)); o.fresh.Grace = day }, csca.NotRevoked},
		"after grace":              {func(o *office) { o.add(o.list(o.old, 31, 1)); o.fresh.Grace = day; o.at = today.Add(time.Second) }, csca.Stale},
		"negative grace":           {func(o *office) { o.add(o.list(o.old, 30, 1)); o.fresh.Grace = -day }, csca.NotRevoked},
		"90 days without end":      {func(o *office) { o.add(endless(o.list(o.old, 90, 1))) }, csca.NotRevoked},
		"after 90 days":            {func(o *office) { o.add(endless(o.list(o.old, 90, 1))); o.at = today.Add(time.Second) }, csca.Stale},
		"next update in years":     {func(o *office) { l := o.list(o.old, 91, 1); l.NextUpdate = today.AddDate(9, 0, 0); o.add(l) }, csca.Stale},
		"older than the policy":    {func(o *office) { o.add(o.list(o.old, 8, 1)); o.fresh.MaxAge = 7 * day }, csca.Stale},
		"as old as the policy":     {func(o *office) { o.add(o.list(o.old, 7, 1)); o.fresh.MaxAge = 7 * day }, csca.NotRevoked},
		"grace beyond the age":     {func(o *office) { o.add(o.list(o.old, 91, 1)); o.fresh.Grace = 999 * day }, csca.Stale},
		"revoked in a stale list":  {func(o *office) { o.add(o.list(o.old, 60, 1, o.ds)) }, csca.Revoked},
		"in the future":            {func(o *office) { o.add(o.list(o.old, 0, 1, o.ds)); o.at = today.Add(-time.Second) }, csca.NoList},
		"at thisUpdate":            {func(o *office) { o.add(o.list(o.old, 0, 1)) }, csca.NotRevoked},
		"future beside a good one": {func(o *office) { o.add(o.list(o.old, 2, 1), o.list(o.old, -1, 2, o.ds)) }, csca.NotRevoked},

		"newer names it":             {func(o *office) { o.add(o.list(o.old, 1, 2, o.ds), o.list(o.old, 3, 1)) }, csca.Revoked},
		"newer lets it go":           {func(o *office) { o.add(o.list(o.old, 3, 1, o.ds), o.list(o.old, 1, 2)) }, csca.NotRevoked},
		"older number, later date":   {func(o *office) { o.add(o.list(o.old, 3, 2, o.ds), o.list(o.old, 1, 1)) }, csca.Revoked},
		"number of more bytes":       {func(o *office) { o.add(o.list(o.old, 3, 0x100, o.ds), o.list(o.old, 1, 0xFF)) }, csca.Revoked},
		"no number, later date":      {func(o *office) { o.add(o.list(o.old, 3, 9, o.ds), noNumber(o.list(o.old, 1, 1))) }, csca.NotRevoked},
		"no numbers, order reversed": {func(o *office) { o.add(noNumber(o.list(o.old, 1, 1, o.ds)), noNumber(o.list(o.old, 3, 1))) }, csca.Revoked},
		"older fresh, newer stale": {func(o *office) {
			newer := o.list(o.old, 3, 2)
			newer.NextUpdate = newer.ThisUpdate.AddDate(0, 0, 1)
			o.add(o.list(o.old, 5, 1), newer)
		}, csca.Stale},

		"signature altered": {func(o *office) {
			l := o.list(o.old, 1, 1, o.ds)
			l.Alter = func(b []byte) []byte { return attesttest.Flip(b, -1) }
			o.add(l)
		}, csca.NoList},
		"signed by a stranger": {func(o *office) { l := o.list(o.old, 1, 1); l.Signer = o.state.Key(); o.add(l) }, csca.NoList},
		"rogue of the name in the pool": {func(o *office) {
			rogue := o.state.CSCA("CSCA SPECIMEN")
			rogue.NotBefore = o.next.NotBefore
			o.pool = append(o.pool, rogue)
			o.add(o.list(rogue, 1, 9), o.list(rogue, 2, 8, o.ds))
		}, csca.NoList},
		"rogue says nothing, the authority revokes": {func(o *office) {
			rogue := o.state.CSCA("CSCA SPECIMEN")
			rogue.NotBefore = o.next.NotBefore
			rogue.Set(attesttest.SubjectKey(o.old.KeyIdentifier()))
			o.pool = append(o.pool, rogue)
			o.add(o.list(rogue, 1, 9), o.list(o.old, 2, 1, o.ds))
		}, csca.Revoked},
		"other name": {func(o *office) {
			l := o.list(o.old, 1, 1)
			l.Issuer = attesttest.NewName("UT", "CSCA OTHER SPECIMEN")
			o.add(l)
		}, csca.NoList},
		"name in another case": {func(o *office) {
			l := o.list(o.old, 1, 1)
			l.Issuer = attesttest.NewName("ut", "csca specimen")
			o.add(l)
		}, csca.NotRevoked},
		"no key identifier": {func(o *office) {
			l := o.list(o.old, 1, 1)
			l.Extensions = l.Extensions.Without(attesttest.AuthorityKeyIdentifier)
			o.add(l)
		}, csca.NotRevoked},
		"key is not for lists": {func(o *office) {
			o.old.Set(attesttest.Usage(attesttest.UsageKeyCertSign))
			o.add(o.list(o.old, 1, 1, o.ds))
		}, csca.NoList},
		"SHA-1": {func(o *office) {
			o.old.SetPublicKey(attesttest.RSA2048(1))
			o.old.Algorithm = attesttest.RSA2048(1).Algorithm()
			o.ds = o.state.DS(o.old)
			l := o.list(o.old, 1, 1)
			l.Algorithm = attesttest.PKCS1(crypto.SHA1)
			o.add(l)
		}, csca.NoList},

		"by the later key":                {func(o *office) { o.add(o.list(o.next, 1, 1)) }, csca.NotRevoked},
		"revoked by the later key":        {func(o *office) { o.add(o.list(o.old, 1, 5), o.list(o.next, 2, 1, o.ds)) }, csca.Revoked},
		"revoked by its own key alone":    {func(o *office) { o.add(o.list(o.old, 1, 5, o.ds), o.list(o.next, 1, 6)) }, csca.Revoked},
		"own list stale, the later fresh": {func(o *office) { o.add(o.list(o.old, 80, 5), o.list(o.next, 1, 6)) }, csca.NotRevoked},
		"later key without a link":        {func(o *office) { o.unlinked = true; o.pool = append(o.pool, o.next); o.add(o.list(o.next, 1, 1, o.ds)) }, csca.NoList},
		"later key is distrusted": {func(o *office) {
			o.pool = append(o.pool, o.next)
			o.distrusting = append(o.distrusting, o.next)
			o.add(o.list(o.next, 1, 1))
		}, csca.NoList},
		"later key has expired":        {func(o *office) { o.next.NotAfter = today.Add(-day); o.add(o.list(o.next, 1, 1)) }, csca.NoList},
		"later key is revoked":         {func(o *office) { o.add(o.list(o.old, 80, 1, o.linked()), o.list(o.next, 1, 2)) }, csca.Stale},
		"earlier key":                  {func(o *office) { o.next.NotBefore = o.old.NotBefore.Add(-day); o.add(o.list(o.next, 1, 1, o.ds)) }, csca.NoList},
		"earlier date from a stranger": {func(o *office) { o.add(o.list(o.next, 1, 1)); o.pool = append(o.pool, o.predated(o.next)) }, csca.NotRevoked},
		"later key asked after one below it that it may not have": {func(o *office) {
			below := o.state.CSCA("CSCA SPECIMEN")
			below.Subject = attesttest.NewName("XX", "CSCA SPECIMEN")
			o.pool = append(o.pool, o.state.Link(o.next, below))
			l := o.list(below, 1, 1)
			l.Issuer = o.old.Subject
			o.add(l, o.list(o.next, 2, 1, o.ds))
		}, csca.Revoked},
		"later key under another name": {func(o *office) {
			o.next.Subject = attesttest.NewName("UT", "CSCA ANEW SPECIMEN")
			o.next.Issuer = o.next.Subject
			o.add(o.list(o.next, 1, 1))
		}, csca.NoList},
		"key of another name": {func(o *office) {
			o.next.Subject = attesttest.NewName("UT", "CSCA ANEW SPECIMEN")
			l := o.list(o.next, 1, 1)
			l.Issuer = o.old.Subject
			o.add(l)
		}, csca.NoList},
		"issuer is not in the store":    {func(o *office) { o.add(o.list(o.old, 1, 1)); o.old = o.state.CSCA("CSCA SPECIMEN"); o.unlinked = true }, csca.NoList},
		"the same list twice":           {func(o *office) { l := o.list(o.old, 1, 1); o.add(l, l) }, csca.NotRevoked},
		"issuer in another certificate": {func(o *office) { o.pool = append(o.pool, o.state.Link(o.next, o.old)); o.add(o.list(o.old, 1, 1)) }, csca.NotRevoked},
	} {
		o := newOffice()
		test.change(o)
		got := o.revocation(t)
		if got.State != test.want || (got.List == nil) != (test.want == csca.NoList) || got.Date.IsZero() != (test.want != csca.Revoked) {
			t.Errorf("%s: %v, want %v, %+v", name, got.State, test.want, got)
		}
	}
}

func endless(l *attesttest.RevocationList) *attesttest.RevocationList {
	l.NextUpdate = time.Time{}
	return l
}

// linked is the link certificate that revocation will put into the store: the
// same templates give the same serial number.
func (o *office) linked() *attesttest.Certificate {
	link := o.state.Link(o.old, o.next)
	link.NotBefore = o.next.NotBefore
	o.unlinked, o.pool = true, append(o.pool, link)
	return link
}

// predated certifies a key of somebody else under an early date.
func (o *office) predated(of *attesttest.Certificate) *attesttest.Certificate {
	c := of.Clone()
	c.NotBefore = o.old.NotBefore.AddDate(-5, 0, 0)
	return c.SignWith(o.state.Key())
}

// Catches names of states that change, and a state that passes for one.
func TestRevocationStates(t *testing.T) {
	for state, want := range map[csca.RevocationState]string{
		csca.NotRevoked: "not_revoked", csca.Revoked: "revoked", csca.Stale: "stale", csca.NoList: "no_list", 0: "unknown", 99: "unknown",
	} {
		if state.String() != want {
			t.Errorf("%d is %s", state, state)
		}
	}
}
