package attest_test

import (
	"cnie.example/attest/attesttest"
	"cnie.example/attest/csca"
	"cnie.example/attest/refusal"
)

// linked is evidence under an authority that changed its key: the anchor is the
// old key, and a link certificate leads to the new one. It is the first of pool.
func linked() *base {
	return &base{name: "link", issue: func(e *evidence) {
		old := e.csca
		old.NotBefore = e.state.Begin.AddDate(-3, 0, 0)
		next := e.state.CSCA("CSCA SPECIMEN")
		e.ds.SignWith(next.Key).Set(attesttest.AuthorityKey(next.KeyIdentifier()))
		e.csca = next
		e.anchors = []*attesttest.Certificate{old}
		e.pool = []*attesttest.Certificate{e.state.Link(old, next), next}
		e.lists = []*attesttest.RevocationList{e.state.RevocationList(old), e.state.RevocationList(next)}
	}}
}

// onLink changes the link certificate.
func onLink(change func(e *evidence, link *attesttest.Certificate)) func(*evidence) {
	return func(e *evidence) { change(e, e.pool[0]) }
}

// authorityDefects are those of the authority that signed the document signer's
// certificate.
func authorityDefects() []defect {
	usage := refusal.CSCAKeyUsage
	return []defect{
		{name: "authority not yet valid", reason: refusal.CSCANotYetValid, issue: func(e *evidence) { e.csca.NotBefore = e.now.AddDate(0, 0, 1) }},
		{name: "authority expired", reason: refusal.CSCAExpired, issue: func(e *evidence) { e.csca.NotAfter = e.now.AddDate(0, 0, -1) }},
		{name: "authority not for certificates", reason: usage, cause: "not for signing certificates", issue: func(e *evidence) {
			e.csca.Set(attesttest.Usage(attesttest.UsageCRLSign))
		}},
		{name: "authority without key usage", reason: usage, cause: "not for signing certificates", like: "authority not for certificates", issue: func(e *evidence) {
			e.csca.Remove(attesttest.KeyUsage)
		}},
		{name: "authority that is none", reason: usage, cause: "not the certificate of a country", issue: func(e *evidence) {
			e.csca.Remove(attesttest.BasicConstraints)
		}},
		{name: "authority of another country", reason: refusal.CountryMismatch, cause: `under CSCA "BE"`, issue: func(e *evidence) {
			e.csca.Subject = attesttest.NewName("BE", "CSCA SPECIMEN")
			e.csca.Issuer = e.csca.Subject
		}},
		{name: "unknown critical extension of the authority", reason: refusal.CSCAUnknown, like: "rogue authority of the same name", issue: func(e *evidence) {
			e.csca.Set(attesttest.UnknownCritical())
		}},
		{name: "authority of a laboratory", reason: refusal.CSCAUnknown, like: "rogue authority of the same name", issue: func(e *evidence) {
			e.csca.Set(attesttest.Lab())
		}},
	}
}

// linkDefects are those of the way from the authority to the anchor.
func linkDefects() []defect {
	broken := refusal.CSCAChainBroken
	return []defect{
		{name: "link missing", base: linked(), reason: broken, trust: func(e *evidence) { e.pool = e.pool[1:] }},
		{name: "link altered", base: linked(), reason: broken, like: "link missing", trust: onLink(func(_ *evidence, link *attesttest.Certificate) {
			link.Alter = func(der []byte) []byte { return attesttest.Flip(der, -1) }
		})},
		{name: "link by a rogue authority", base: linked(), reason: broken, like: "link missing", trust: onLink(func(e *evidence, link *attesttest.Certificate) {
			link.SignWith(e.state.Key())
		})},
		{name: "rogue authority in the pool", base: linked(), reason: broken, like: "link missing", issue: func(e *evidence) {
			e.pool = append(e.pool, rogue(e))
		}},
		{name: "link expired", base: linked(), reason: refusal.CSCAExpired, like: "authority expired", trust: onLink(func(e *evidence, link *attesttest.Certificate) {
			link.NotAfter = e.now.AddDate(0, 0, -1)
		})},
		{name: "link not yet valid", base: linked(), reason: refusal.CSCANotYetValid, like: "authority not yet valid", trust: onLink(func(e *evidence, link *attesttest.Certificate) {
			link.NotBefore = e.now.AddDate(0, 0, 1)
		})},
		{name: "anchor of the link expired", base: linked(), reason: refusal.CSCAExpired, like: "authority expired", trust: func(e *evidence) {
			e.anchors[0].NotAfter = e.now.AddDate(0, 0, -1)
		}},
		{name: "link not for certificates", base: linked(), reason: refusal.CSCAKeyUsage, cause: "not for signing certificates", like: "authority not for certificates", trust: onLink(func(_ *evidence, link *attesttest.Certificate) {
			link.Set(attesttest.Usage(attesttest.UsageCRLSign))
		})},
		{name: "link that is no authority", base: linked(), reason: refusal.CSCAKeyUsage, cause: "not the certificate of a country", like: "authority that is none", trust: onLink(func(_ *evidence, link *attesttest.Certificate) {
			link.Remove(attesttest.BasicConstraints)
		})},
		{name: "authority below one that allows none", base: linked(), reason: refusal.CSCAPathLength, issue: below},
		{name: "authority of another state in between", base: linked(), reason: refusal.CountryMismatch, cause: `under CSCA "FR"`, issue: between},
	}
}

// below makes the authority one of another state under the anchor, which is no
// change of its key.
func below(e *evidence) {
	foreign := attesttest.NewName("BE", "CSCA SPECIMEN")
	link := e.pool[0]
	link.Subject, e.ds.Issuer = foreign, foreign
	e.pool = e.pool[:1]
}

// between puts an authority of another state into the link, under an anchor that
// allows any number of authorities.
func between(e *evidence) {
	link := e.pool[0]
	middle := e.state.CSCA("CSCA SPECIMEN")
	middle.Subject = attesttest.NewName("BE", "CSCA SPECIMEN")
	middle.Issuer = link.Issuer
	middle.SignWith(link.Signer).Set(attesttest.AuthorityKey(e.anchors[0].KeyIdentifier())).Set(attesttest.Authority(-1))
	link.Issuer = middle.Subject
	link.SignWith(middle.Key).Set(attesttest.AuthorityKey(middle.KeyIdentifier())).Set(attesttest.Authority(-1))
	e.anchors[0].Set(attesttest.Authority(-1))
	e.pool = append(e.pool, middle)
	e.lists = append(e.lists, e.state.RevocationList(middle))
}

// revocationDefects are certificates in revocation lists, and lists that say
// nothing.
func revocationDefects() []defect {
	unknown, revoked := refusal.RevocationUnknown, refusal.DSRevoked
	stale := func(e *evidence) { e.lists[0].NextUpdate = e.now.AddDate(0, 0, -1) }
	return []defect{
		{name: "signer revoked", reason: revoked, trust: func(e *evidence) { e.lists[0].Revoke(e.ds.Serial) }},
		{name: "signer revoked in a stale list", reason: revoked, like: "signer revoked", trust: func(e *evidence) {
			e.lists[0].Revoke(e.ds.Serial)
			stale(e)
		}},
		{name: "link revoked", base: linked(), reason: refusal.CSCARevoked, trust: onLink(func(e *evidence, link *attesttest.Certificate) {
			e.lists[0].Revoke(link.Serial)
		})},
		{name: "revocation list stale", reason: unknown, cause: "stale", trust: stale},
		{name: "revocation list too old", reason: unknown, cause: "stale", like: "revocation list stale", trust: func(e *evidence) {
			e.lists[0].ThisUpdate = e.now.AddDate(-1, 0, 0)
			e.lists[0].NextUpdate = e.now.AddDate(1, 0, 0)
		}},
		{name: "no revocation list", reason: unknown, cause: "no_list", trust: func(e *evidence) { e.lists = e.lists[:0] }},
		{name: "revocation list of the future", reason: unknown, cause: "no_list", like: "no revocation list", trust: func(e *evidence) {
			e.lists[0].ThisUpdate = e.now.AddDate(0, 0, 1)
		}},
		{name: "revocation list by another key", reason: unknown, cause: "no_list", like: "no revocation list", trust: func(e *evidence) {
			e.lists[0].Signer = e.state.Key()
		}},
		{name: "revocation list altered", reason: unknown, cause: "no_list", like: "no revocation list", trust: func(e *evidence) {
			e.lists[0].Alter = func(der []byte) []byte { return attesttest.Flip(der, -1) }
		}},
		{name: "revocation list by an authority not for lists", reason: unknown, cause: "no_list", like: "no revocation list", issue: func(e *evidence) {
			e.csca.Set(attesttest.Usage(attesttest.UsageKeyCertSign))
		}},
		{name: "revocation list of the other key alone", base: linked(), reason: unknown, cause: "no_list", like: "no revocation list", trust: func(e *evidence) {
			e.lists = e.lists[:1]
		}},
	}
}

// overrideDefects are what the operator decided.
func overrideDefects() []defect {
	distrust := func(which func(*evidence) *attesttest.Certificate) func(*evidence) {
		return func(e *evidence) {
			e.contents.Overrides.Distrust = []csca.Override{{SHA256: fingerprint(e.tb, which(e)), Reason: "SPECIMEN of a reason"}}
		}
	}
	return []defect{
		{name: "signer distrusted", reason: refusal.DSDistrusted, cause: "SPECIMEN of a reason", trust: distrust(func(e *evidence) *attesttest.Certificate { return e.ds })},
		{name: "authority distrusted", reason: refusal.CSCADistrusted, cause: "SPECIMEN of a reason", trust: distrust(func(e *evidence) *attesttest.Certificate { return e.csca })},
		{name: "link distrusted", base: linked(), reason: refusal.CSCADistrusted, like: "authority distrusted", cause: "SPECIMEN of a reason", trust: distrust(func(e *evidence) *attesttest.Certificate { return e.pool[0] })},
		{name: "anchor of the link distrusted", base: linked(), reason: refusal.CSCADistrusted, like: "authority distrusted", cause: "SPECIMEN of a reason", trust: distrust(func(e *evidence) *attesttest.Certificate { return e.anchors[0] })},
	}
}
