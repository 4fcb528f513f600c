package record

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/cms"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// checkSecurityObject reads EF.SOD and verifies its signature under the
// certificate inside. It proves nothing without the chain, but tells a forged
// file from one whose authority is not among the anchors.
func (c *inspection) checkSecurityObject() {
	der, err := lds.ParseSOD(c.files[lds.SOD])
	if err != nil {
		c.bad(passiveauth.CheckSyntax, Reason(refusal.SODMalformed), err.Error())
		return
	}
	signed, signer, err := openSigned(der, cms.SecurityObject, c.options())
	if signed == nil {
		c.bad(passiveauth.CheckSyntax, signedReason(err), err.Error())
		return
	}
	object, malformed := lds.ParseSecurityObject(signed.Content)
	if malformed != nil {
		c.bad(passiveauth.CheckSyntax, Reason(refusal.SODMalformed), malformed.Error())
		return
	}
	c.object, c.signer = &object, signer
	c.good(passiveauth.CheckSyntax, "")
	if err != nil {
		c.bad(passiveauth.CheckSignature, signedReason(err), err.Error())
		return
	}
	c.good(passiveauth.CheckSignature, signer.PublicKey.String())
}

// checkChain is passive authentication at the time that decides. What it finds
// is reported under its own names, but for what is reported already.
func (c *inspection) checkChain() {
	if c.trust == nil {
		c.unchecked(passiveauth.CheckChain, NoAnchors, "")
		c.unchecked(passiveauth.CheckRevocation, NoAnchors, "")
		return
	}
	document, _ := passiveauth.Verify(c.files[lds.SOD], c.trust, passiveauth.Policy{Now: c.At})
	for _, found := range document.Findings {
		switch {
		case found.Reason != "":
			if !c.reported(found.Check, Bad) {
				c.bad(found.Check, Reason(found.Reason), found.With)
			}
		case !found.Passed && found.Check == passiveauth.CheckRevocation:
			c.unchecked(found.Check, Reason(document.Revocation.String()), found.With)
		case !found.Passed:
			c.unchecked(found.Check, NotStated, found.With)
		case !c.reported(found.Check, Good):
			c.good(found.Check, found.With)
		}
	}
}

// checkChainToday is passive authentication once more, when the time that
// decides is an earlier one.
func (c *inspection) checkChainToday() {
	if c.trust == nil || c.At.Equal(c.now) {
		return
	}
	document, err := passiveauth.Verify(c.files[lds.SOD], c.trust, passiveauth.Policy{Now: c.now})
	if reason, refused := refusal.Of(err); refused {
		c.bad(ItemChainToday, Reason(reason), err.Error())
	} else {
		c.good(ItemChainToday, "revocation: "+document.Revocation.String()+", "+c.now.Format(time.DateOnly))
	}
	c.informative()
}

func (c *inspection) reported(name string, result Result) bool {
	return slices.ContainsFunc(c.Items, func(i Item) bool { return i.Name == name && i.Result == result })
}

// checkHashes compares every data group of the directory with the security
// object, and names those that are missing.
func (c *inspection) checkHashes() {
	if c.object == nil {
		return
	}
	for f := lds.DG1; f <= lds.DG16; f++ {
		name, want := itemOf(f, "hash"), c.object.Digests[f]
		content, present := c.files[f]
		switch {
		case c.broken[f] != nil:
			// listOddities names it.
		case present && want == nil:
			c.bad(name, Reason(refusal.FileNotListed), "")
		case want == nil:
		case !present:
			c.unchecked(name, FileAbsent, "")
		case !bytes.Equal(digest(c.object, content), want):
			c.bad(name, Reason(refusal.FileHashMismatch), "")
		default:
			c.genuine[f] = true
			c.good(name, c.object.Hash.String())
		}
	}
}

func digest(object *lds.SecurityObject, content []byte) []byte {
	h := object.Hash.New()
	h.Write(content)
	return h.Sum(nil)
}

// itemOf names a check of a file.
func itemOf(f lds.File, check string) string { return strings.ToLower(f.String()) + "_" + check }

// signedFile gives a file that has the signed hash. Otherwise it reports of
// every check named that it could not be made.
func (c *inspection) signedFile(f lds.File, checks ...string) (content []byte, ok bool) {
	if c.genuine[f] {
		return c.files[f], true
	}
	reason := FileUnsigned
	if c.files[f] == nil {
		reason = FileAbsent
	}
	for _, check := range checks {
		c.unchecked(check, reason, f.String())
	}
	return nil, false
}
