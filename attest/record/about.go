package record

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// checkRecord reads record.jws and settles the time that decides. Nothing of a
// record without a good signature is used.
func (c *inspection) checkRecord() {
	c.At = c.now
	switch {
	case c.recordBroken != nil:
		c.bad(ItemRecordSignature, FileUnreadable, c.recordBroken.Error())
		return
	case c.record == nil:
		c.unchecked(ItemRecordSignature, NoRecord, "")
		return
	case len(c.keys.Keys) == 0:
		c.unchecked(ItemRecordSignature, NoKeys, "")
		return
	}
	r, err := Parse(string(c.record), c.keys)
	switch {
	case errors.Is(err, ErrSignature):
		c.bad(ItemRecordSignature, RecordInvalid, err.Error())
	case err != nil:
		c.bad(ItemRecordSignature, RecordMalformed, err.Error())
	default:
		c.Record = r
		if !c.inFuture(r) {
			c.At = r.Ended
		}
		c.good(ItemRecordSignature, fmt.Sprintf("of %s, login of %s, level %s", r.Issuer, r.Ended.Format(time.RFC3339), r.Reached))
	}
}

// clockDifference is how far the clocks of the provider and of this computer may
// be apart.
const clockDifference = 5 * time.Minute

// inFuture says whether a login ended later than now, which no login did.
func (c *inspection) inFuture(r *Record) bool { return r.Ended.After(c.now.Add(clockDifference)) }

// compareRecord says whether the record is about the document of the directory.
func (c *inspection) compareRecord() {
	r := c.Report.Record
	if r == nil {
		return
	}
	c.checkLogin(r)
	if r.Document == nil {
		c.unchecked(ItemRecordDocument, NotStated, "the login ended before a document was verified")
		return
	}
	c.compareHash(lds.SOD, r.Document.SOD)
	c.compareHash(lds.DG14, r.Document.DG14)
	c.compareHash(lds.DG15, r.Document.DG15)
	c.compareSigner(r.Document)
	switch {
	case c.trust == nil:
		c.unchecked(ItemRecordTrust, NoAnchors, "")
	case r.Trust.SHA256 != SHA256(c.trust.Digest()):
		c.unchecked(ItemRecordTrust, OtherTrustStore, r.Trust.SHA256.String())
	default:
		c.good(ItemRecordTrust, "")
	}
}

// checkLogin tells the record of a login from that of a refusal, and from one
// that is not to be relied on: of the future, or of a laboratory.
func (c *inspection) checkLogin(r *Record) {
	switch {
	case c.inFuture(r):
		c.bad(ItemRecordLogin, LoginInFuture, r.Ended.Format(time.RFC3339))
	case r.Lab && !c.options().Lab:
		c.bad(ItemRecordLogin, Reason(refusal.LabDocument), "")
	case r.Refused != "":
		c.bad(ItemRecordLogin, Reason(r.Refused), "")
	case r.Reached == level.None.String():
		c.bad(ItemRecordLogin, LoginUnfinished, "")
	default:
		c.good(ItemRecordLogin, r.Reached)
	}
}

func (c *inspection) compareHash(f lds.File, want SHA256) {
	name := "record_" + itemOf(f, "hash")
	content, present := c.files[f]
	switch {
	case want == SHA256{}:
	case !present:
		c.unchecked(name, FileAbsent, "")
	case want != SHA256(sha256.Sum256(content)):
		c.bad(name, RecordDiffers, "")
	default:
		c.good(name, "")
	}
}

// compareSigner compares what the record says of the document's signature and
// files with what EF.SOD has.
func (c *inspection) compareSigner(d *Document) {
	if d.SOD != SHA256(sha256.Sum256(c.files[lds.SOD])) {
		c.bad(ItemRecordDocument, RecordDiffers, "another EF.SOD")
		return
	}
	for _, name := range d.Files {
		if f, _ := lds.ParseFile(name); !c.lists(f) {
			c.bad(ItemRecordDocument, RecordDiffers, name+" is not in EF.SOD")
			return
		}
	}
	if c.signer != nil && c.signer.Lab && !c.Report.Record.Lab {
		c.bad(ItemRecordDocument, RecordDiffers, "the document is of a laboratory")
		return
	}
	if d.Signer != nil && (c.signer == nil || d.Signer.SHA256 != SHA256(c.signer.Fingerprint())) {
		c.bad(ItemRecordDocument, RecordDiffers, "another document signer")
		return
	}
	c.good(ItemRecordDocument, "")
}

// listUncheckable names what no file can show, and what the record says of it.
func (c *inspection) listUncheckable() {
	presence, detail, status := NoRecord, "", ""
	if r := c.Report.Record; r != nil {
		presence, status = NotStated, r.Status
		if r.Chip != nil {
			presence, detail = ByProvider, r.Chip.Proof+", "+r.Chip.Attestation
			if r.Chip.Proof == ActiveAuthentication {
				presence = SignatureNotKept
			}
		}
	}
	c.unchecked(ItemChipPresence, presence, detail)
	c.unchecked(ItemPossession, FilesCanBeCopied, "")
	c.unchecked(ItemDocumentStatus, OnlyThen, status)
	c.unchecked(ItemSameChip, NotProvenByAnybody, "")
}

// listOddities names what is in the directory and was not looked at.
func (c *inspection) listOddities() {
	for _, f := range slices.Sorted(maps.Keys(c.broken)) {
		c.bad(itemOf(f, "file"), FileUnreadable, c.broken[f].Error())
	}
	for _, name := range c.other {
		c.unchecked(ItemOtherFile, FileUnknown, name)
	}
}
