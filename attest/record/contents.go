package record

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cnie.example/attest/country"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/mrz"
)

// checkZone judges what DG1 says, without repeating any of it.
func (c *inspection) checkZone() {
	content, ok := c.signedFile(lds.DG1, ItemZone, ItemIssuingState, ItemDocumentType, ItemDocumentExpiry)
	if !ok {
		return
	}
	zone, err := lds.ParseDG1(content)
	switch {
	case errors.Is(err, mrz.ErrCheckDigit):
		c.bad(ItemZone, CheckDigitWrong, err.Error())
		return
	case err != nil:
		c.bad(ItemZone, Reason(refusal.FileMalformed), err.Error())
		return
	}
	c.good(ItemZone, zone.Format.String())
	c.checkSignerOf(zone)
	c.checkExpiry(ItemDocumentExpiry, zone, c.At)
	if !c.At.Equal(c.now) {
		c.checkExpiry(ItemDocumentExpiryToday, zone, c.now)
		c.informative()
	}
}

// checkSignerOf compares the zone with what the document signer may sign.
func (c *inspection) checkSignerOf(zone *mrz.MRZ) {
	if c.signer == nil {
		c.unchecked(ItemIssuingState, NotStated, "no document signer")
		c.unchecked(ItemDocumentType, NotStated, "no document signer")
		return
	}
	detail := fmt.Sprintf("document of %s, signer of %s", zone.IssuingState, c.signer.Country)
	if country.Same(c.signer.Country, zone.IssuingState) {
		c.good(ItemIssuingState, detail)
	} else {
		c.bad(ItemIssuingState, Reason(refusal.CountryMismatch), detail)
	}
	document := passiveauth.Document{Signer: c.signer}
	if document.AllowsType(zone.DocumentCode) {
		c.good(ItemDocumentType, zone.DocumentCode)
	} else {
		c.bad(ItemDocumentType, Reason(refusal.DocumentTypeNotAllowed), zone.DocumentCode)
	}
}

// checkExpiry lets a document pass on its last day, in UTC.
func (c *inspection) checkExpiry(name string, zone *mrz.MRZ, now time.Time) {
	last, err := zone.ExpiryDay(now)
	switch {
	case err != nil:
		c.unchecked(name, NotStated, "")
	case !now.Before(last.AddDate(0, 0, 1)):
		c.bad(name, Reason(refusal.DocumentExpired), "")
	default:
		c.good(name, "on "+now.Format(time.DateOnly))
	}
}

// checkOtherGroups reads the other files that logins go by, those of them that
// the security object lists.
func (c *inspection) checkOtherGroups() {
	if c.lists(lds.DG11) {
		if content, ok := c.signedFile(lds.DG11, itemOf(lds.DG11, "syntax")); ok {
			_, err := lds.ParseDG11(content)
			c.syntax(itemOf(lds.DG11, "syntax"), err, "")
		}
	}
	c.checkDG14()
	c.checkDG15()
}

func (c *inspection) lists(f lds.File) bool { return c.object != nil && c.object.Digests[f] != nil }

// syntax reports how a file was read.
func (c *inspection) syntax(name string, err error, detail string) {
	if err != nil {
		c.bad(name, Reason(refusal.FileMalformed), err.Error())
		return
	}
	c.good(name, detail)
}

func (c *inspection) checkDG14() {
	if !c.lists(lds.DG14) {
		return
	}
	content, ok := c.signedFile(lds.DG14, itemOf(lds.DG14, "syntax"), ItemChipKey)
	if !ok {
		return
	}
	infos, err := lds.ParseDG14(content)
	if c.syntax(itemOf(lds.DG14, "syntax"), err, ""); err != nil {
		return
	}
	key, err := chipauth.Select(infos)
	switch {
	case errors.Is(err, chipauth.ErrPoint):
		c.bad(ItemChipKey, Reason(refusal.FileMalformed), err.Error())
	case err != nil:
		c.unchecked(ItemChipKey, NotSupported, err.Error())
	default:
		c.good(ItemChipKey, key.Cipher.String()+" on "+key.Point.Curve().Name())
	}
}

func (c *inspection) checkDG15() {
	if !c.lists(lds.DG15) {
		return
	}
	content, ok := c.signedFile(lds.DG15, ItemActiveKey)
	if !ok {
		return
	}
	key, err := lds.ParseDG15(content)
	switch {
	case errors.Is(err, lds.ErrUnknownKey):
		c.unchecked(ItemActiveKey, NotSupported, err.Error())
	case err != nil:
		c.bad(ItemActiveKey, Reason(refusal.FileMalformed), err.Error())
	case key.RSA != nil:
		c.good(ItemActiveKey, fmt.Sprintf("RSA-%d", key.RSA.N.BitLen()))
	default:
		c.good(ItemActiveKey, key.Curve.Name())
	}
}

// checkCommon compares EF.COM, which nobody signs, with the security object. A
// document that differs is only written carelessly, for nothing goes by it.
func (c *inspection) checkCommon() {
	content, present := c.files[lds.COM]
	if !present || c.object == nil {
		return
	}
	common, err := lds.ParseCOM(content)
	if c.syntax(itemOf(lds.COM, "syntax"), err, ""); err != nil {
		c.informative()
		return
	}
	listed := slices.Clone(common.Files)
	slices.Sort(listed)
	var signed []lds.File
	for f := lds.DG1; f <= lds.DG16; f++ {
		if c.lists(f) {
			signed = append(signed, f)
		}
	}
	if !slices.Equal(listed, signed) {
		c.bad(ItemCommonFiles, FileListDiffers, fmt.Sprintf("EF.COM %v, EF.SOD %v", listed, signed))
		c.informative()
		return
	}
	c.good(ItemCommonFiles, "")
}
