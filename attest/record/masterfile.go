package record

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/card/lds"
)

// cardSecurity is the content type of EF.CardSecurity, id-SecurityObject (BSI
// TR-03110-3, A.1.2.5).
const cardSecurity certificate.OID = "\x04\x00\x7f\x00\x07\x03\x02\x01"

// Syntax of the files of the master file.
var (
	itemAccess   = itemOf(lds.CardAccess, "syntax")
	itemSecurity = itemOf(lds.CardSecurity, "syntax")
)

// checkAccess compares EF.CardAccess, which nobody signs and by which a
// terminal chooses the protocol, with DG14, which repeats it (ICAO Doc 9303-11,
// 9.2.11).
func (c *inspection) checkAccess() {
	access, ok := c.access(itemAccess)
	if !ok {
		return
	}
	content, ok := c.signedFile(lds.DG14, ItemCardAccess)
	if !ok {
		return
	}
	infos, err := lds.ParseDG14(content)
	if err != nil {
		c.unchecked(ItemCardAccess, NotStated, "DG14 is malformed")
		return
	}
	c.compareAccess(ItemCardAccess, access, infos.PACE)
}

// access reads EF.CardAccess, reporting how under a name; silently without.
func (c *inspection) access(name string) (offered []lds.PACEInfo, ok bool) {
	content, present := c.files[lds.CardAccess]
	if !present {
		return nil, false
	}
	infos, err := lds.ParseCardAccess(content)
	if name != "" {
		c.syntax(name, err, "")
	}
	return infos.PACE, err == nil
}

// compareAccess wants everything that is offered among what is signed. A file
// that repeats nothing says nothing.
func (c *inspection) compareAccess(name string, offered, signed []lds.PACEInfo) {
	if len(signed) == 0 {
		c.unchecked(name, NotStated, "the signed file repeats no PACEInfo")
		return
	}
	for _, info := range offered {
		if !slices.ContainsFunc(signed, func(s lds.PACEInfo) bool { return same(s, info) }) {
			c.bad(name, CardAccessDiffers, fmt.Sprintf("%v with parameters %d is offered and not signed", info.OID, info.ParameterID))
			return
		}
	}
	c.good(name, strconv.Itoa(len(offered))+" PACEInfo")
}

func same(a, b lds.PACEInfo) bool {
	return a.OID.Equal(b.OID) && a.Version == b.Version && a.ParameterID == b.ParameterID
}

// checkCardSecurity verifies EF.CardSecurity, a file of its own with a
// signature of its own, by which the chip's key of PACE with chip
// authentication mapping is known (ICAO Doc 9303-11, 4.4.3.3.3).
func (c *inspection) checkCardSecurity() {
	content, present := c.files[lds.CardSecurity]
	if !present {
		return
	}
	infos, err := lds.ParseCardSecurity(content)
	if c.syntax(itemSecurity, err, ""); err != nil {
		return
	}
	_, signer, err := openSigned(content, cardSecurity, c.options())
	switch {
	case signer == nil:
		c.bad(ItemCardSecuritySignature, CardSecuritySigner, err.Error())
		return
	case err != nil:
		c.bad(ItemCardSecuritySignature, CardSecurityInvalid, err.Error())
		return
	}
	c.good(ItemCardSecuritySignature, signer.PublicKey.String())
	c.checkCardSecurityChain(signer)
	if access, ok := c.access(""); ok {
		c.compareAccess(ItemCardSecurityAccess, access, infos.PACE)
	}
}

// checkCardSecurityChain follows the signer to an anchor by the rules of a
// document signer, which it usually is.
func (c *inspection) checkCardSecurityChain(signer *certificate.Certificate) {
	if c.trust == nil {
		c.unchecked(ItemCardSecurityChain, NoAnchors, "")
		return
	}
	if err := c.followCardSecurity(signer); err != nil {
		c.bad(ItemCardSecurityChain, CardSecurityChain, err.Error())
		return
	}
	c.good(ItemCardSecurityChain, signer.Subject.String())
}

// Causes of a chain that is refused, besides those of csca.Store.Chain.
var (
	errSignerUsage   = errors.New("certificate is not for signing files of a document")
	errSignerTime    = errors.New("certificate is not valid at that time")
	errSignerRevoked = errors.New("certificate is revoked or distrusted")
	errSignerCountry = errors.New("certificate and authority are of different countries")
)

func (c *inspection) followCardSecurity(signer *certificate.Certificate) error {
	chain, err := c.trust.Chain(signer, c.At)
	if err != nil {
		return err
	}
	_, distrusted := c.trust.Distrusted(signer)
	revoked := c.trust.Revocation(signer, chain.Issuer(), c.At).State == csca.Revoked
	switch {
	case !signer.KeyUsage.Has(certificate.DigitalSignature), signer.IsCA, signer.Extended != nil:
		return errSignerUsage
	case !signer.ValidAt(c.At):
		return errSignerTime
	case distrusted, revoked:
		return errSignerRevoked
	case signer.Country != chain.Anchor().Country:
		return errSignerCountry
	}
	return nil
}
