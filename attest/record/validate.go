package record

import (
	"fmt"
	"slices"

	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/card/lds"
)

// Limits of a record: lengths in bytes and numbers of elements.
const (
	maxName        = 64   // of a check, a limit, a reason
	maxText        = 512  // of what something was checked with
	maxSubject     = 2048 // of the name of a certificate
	maxSerial      = 1024
	maxIssuer      = 2048
	maxChecks      = 128
	maxLimits      = 16
	maxAuthorities = 16
	maxLists       = 32
)

// Validate checks that the record is complete, within its limits and free of
// contradictions: Reached is not below Asked, and a login that succeeded has
// document, chip and trust store, and the files that it rests on. The error is ErrMalformed, or ErrVersion.
func (r *Record) Validate() error {
	if r.Version != Version {
		return fmt.Errorf("record of version %d: %w", r.Version, ErrVersion)
	}
	for _, check := range []func() error{
		r.checkOrigin, r.checkTimes, r.checkLevels, r.checkNames, r.checkStatus,
		r.Document.validate, r.Revocation.validate, r.Chip.validate, r.checkSuccess,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (r *Record) checkOrigin() error {
	return first(
		text("issuer", r.Issuer, 1, maxIssuer),
		text("transaction", r.Transaction, 1, maxText),
		text("software", r.Software, 0, maxText),
	)
}

func (r *Record) checkTimes() error {
	if r.Ended.Before(r.Begun) {
		return malformed("ended", "before it began")
	}
	return first(instant("begun", r.Begun), instant("ended", r.Ended))
}

func (r *Record) checkLevels() error {
	asked, err := level.Parse(r.Asked)
	if err != nil {
		return malformed("asked", "no level")
	}
	reached, err := level.Parse(r.Reached)
	if err != nil && r.Reached != level.None.String() {
		return malformed("reached", "no level")
	}
	switch {
	case r.Candidate != reached.Candidate():
		return malformed("candidate", "is not that of the level")
	case reached != level.None && r.Refused != "":
		return malformed("refused", "with a level that was reached")
	case reached != level.None && reached < asked:
		return malformed("reached", "is less than was asked")
	}
	return nil
}

func (r *Record) checkNames() error {
	if len(r.Limits) > maxLimits {
		return malformed("limits", "too many")
	}
	if len(r.Limits) > 0 && r.Reached == level.EIDAS3.String() {
		return malformed("limits", "beside the highest level")
	}
	for i, limit := range r.Limits {
		if !isName(string(limit)) || slices.Contains(r.Limits[:i], limit) {
			return malformed("limits", "no name of a limit, or one twice")
		}
	}
	if r.Refused != "" && !isName(string(r.Refused)) {
		return malformed("refused", "no name of a reason")
	}
	if len(r.Checks) > maxChecks {
		return malformed("checks", "too many")
	}
	for _, c := range r.Checks {
		if !isName(c.Name) {
			return malformed("checks", "no name of a check")
		}
		if err := text("checks", c.With, 0, maxText); err != nil {
			return err
		}
	}
	return nil
}

func (r *Record) checkStatus() error {
	if !slices.Contains([]string{StatusUnknown, StatusGood, StatusLost, StatusStolen, StatusInvalid}, r.Status) {
		return malformed("status", "no status")
	}
	if r.SameChip != NotProven {
		return malformed("same_chip", "is not "+NotProven)
	}
	return nil
}

// checkSuccess wants of a login that reached a level everything that any level
// needs.
func (r *Record) checkSuccess() error {
	if r.Chip != nil && r.Document == nil {
		return malformed("chip", "without a document")
	}
	if r.Reached == level.None.String() {
		return nil
	}
	switch {
	case r.Document == nil || r.Document.Signer == nil || len(r.Document.Authorities) == 0:
		return malformed("document", "missing or incomplete in a login that succeeded")
	case r.Chip == nil:
		return malformed("chip", "missing in a login that succeeded")
	case !r.Document.has(lds.DG1):
		return malformed("files", "without DG1 in a login that succeeded")
	case r.Chip.Proof == ChipAuthentication && (r.Document.DG14 == SHA256{} || !r.Document.has(lds.DG14)):
		return malformed("dg14", "missing beside chip authentication")
	case r.Chip.Proof == ActiveAuthentication && (r.Document.DG15 == SHA256{} || !r.Document.has(lds.DG15)):
		return malformed("dg15", "missing beside active authentication")
	case r.Trust.SHA256 == SHA256{}:
		return malformed("trust", "missing in a login that succeeded")
	case r.Revocation == nil:
		return malformed("revocation", "missing in a login that succeeded")
	case r.Status != StatusGood && r.Status != StatusUnknown:
		return malformed("status", "bad in a login that succeeded")
	case r.Revocation.State == csca.Revoked.String():
		return malformed("revocation", "bad in a login that succeeded")
	case r.Reached != level.EIDAS1.String() && (r.Status != StatusGood || r.Revocation.State != csca.NotRevoked.String()):
		return malformed("reached", "is more than the status of the document allows")
	}
	return nil
}

func (d *Document) has(f lds.File) bool { return slices.Contains(d.Files, f.String()) }

func (d *Document) validate() error {
	if d == nil {
		return nil
	}
	if len(d.Authorities) > maxAuthorities {
		return malformed("authorities", "too many")
	}
	if err := first(
		text("digest", d.Digest, 0, maxName),
		text("country", d.Country, 0, maxName),
		files(d.Files),
		optional("signing_time", d.SigningTime),
	); err != nil {
		return err
	}
	certificates := slices.Clone(d.Authorities)
	if d.Signer != nil {
		certificates = append(certificates, *d.Signer)
	}
	for _, c := range certificates {
		if err := c.validate(); err != nil {
			return err
		}
	}
	return nil
}

// files wants names of data groups in their order, each once.
func files(names []string) error {
	last := lds.File(0)
	for _, name := range names {
		f, err := lds.ParseFile(name)
		if err != nil || !f.IsDataGroup() || f <= last {
			return malformed("files", "not names of data groups in their order")
		}
		last = f
	}
	return nil
}

func (c Certificate) validate() error {
	return first(
		text("subject", c.Subject, 0, maxSubject),
		text("issuer", c.Issuer, 0, maxSubject),
		hexadecimal("serial", c.Serial, maxSerial),
		instant("not_before", c.NotBefore),
		instant("not_after", c.NotAfter),
	)
}

func (v *Revocation) validate() error {
	if v == nil {
		return nil
	}
	states := []csca.RevocationState{csca.NotRevoked, csca.Revoked, csca.Stale, csca.NoList}
	if !slices.ContainsFunc(states, func(s csca.RevocationState) bool { return s.String() == v.State }) {
		return malformed("revocation", "no state")
	}
	if len(v.Lists) > maxLists {
		return malformed("lists", "too many")
	}
	if len(v.Lists) == 0 && v.State == csca.NotRevoked.String() {
		return malformed("revocation", "not revoked, and no list says so")
	}
	for _, l := range v.Lists {
		if err := first(text("issuer", l.Issuer, 0, maxSubject), instant("this_update", l.ThisUpdate)); err != nil {
			return err
		}
	}
	return nil
}

func (c *Chip) validate() error {
	if c == nil {
		return nil
	}
	if c.Attestation == "" || c.Attestation != AttestationOf(c.Proof) {
		return malformed("attestation", "is not that of the proof")
	}
	return first(
		text("protocol", c.Protocol, 1, maxText),
		text("curve", c.Curve, 0, maxName),
		hexadecimal("key_id", c.KeyID, maxSerial),
	)
}

// AttestationOf is what a proof is worth to others than the provider, by its
// name: AttestedByProvider or SignedByChip. It is empty for no proof.
func AttestationOf(proof string) string {
	switch proof {
	case ChipAuthentication:
		return AttestedByProvider
	case ActiveAuthentication:
		return SignedByChip
	}
	return ""
}
