package attest_test

import (
	"slices"

	"cnie.example/attest"
	"cnie.example/attest/attesttest"
	"cnie.example/attest/chipproof"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// unlisted takes the digest of a file out of the security object.
func unlisted(f lds.File) func(*evidence) {
	return onObject(func(o *attesttest.SecurityObject) { o.Remove(f) })
}

// otherwise signs another digest of a file.
func otherwise(f lds.File) func(*evidence) {
	return onObject(func(o *attesttest.SecurityObject) { d := o.Digest(f); d.Value = attesttest.Flip(d.Value, 0) })
}

// withPhoto is evidence of which DG2 is read too.
func withPhoto() *base {
	return &base{name: "photo", issue: func(e *evidence) {
		e.tx.Files = append(e.tx.Files, lds.DG2)
		personalised(func(p *issuer.Profile) { p.Files = append(p.Files, "DG2") })(e)
	}}
}

// fileDefects are files that are not those that were signed.
func fileDefects() []defect {
	return []defect{
		{name: "DG14 not signed", reason: refusal.FileNotListed, cause: "DG14", sign: unlisted(lds.DG14)},
		{name: "DG1 not signed", reason: refusal.FileNotListed, cause: "DG1", sign: unlisted(lds.DG1)},
		{name: "DG14 signed otherwise", reason: refusal.DG14HashMismatch, sign: otherwise(lds.DG14)},
		{name: "DG14 altered", reason: refusal.DG14HashMismatch, like: "DG14 signed otherwise", opening: func(_ *world, m *wire.Opening) { m.DG14 = attesttest.Flip(m.DG14, -1) }},
		{name: "DG14 empty", reason: refusal.MessageMalformed, opening: func(_ *world, m *wire.Opening) { m.DG14 = nil }},
		{name: "DG1 signed otherwise", reason: refusal.DG1HashMismatch, sign: otherwise(lds.DG1)},
		{name: "DG1 altered on the card", reason: refusal.DG1HashMismatch, like: "DG1 signed otherwise", chip: flip(lds.DG1, -1)},
		{name: "DG11 signed otherwise", reason: refusal.DG11HashMismatch, sign: otherwise(lds.DG11)},
		{name: "DG11 in place of DG1", reason: refusal.DG1HashMismatch, like: "DG1 signed otherwise", chip: func(p *vcard.Personalisation) {
			p.Files[lds.DG1.FID()] = p.Files[lds.DG11.FID()]
		}},
		{name: "DG11 altered on the card", reason: refusal.DG11HashMismatch, like: "DG11 signed otherwise", chip: flip(lds.DG11, -1)},
		{name: "DG2 signed otherwise", base: withPhoto(), reason: refusal.DG2HashMismatch, sign: otherwise(lds.DG2)},
		{name: "digests of DG1 and DG11 exchanged", reason: refusal.DG1HashMismatch, like: "DG1 signed otherwise", sign: onObject(func(o *attesttest.SecurityObject) {
			one, eleven := o.Digest(lds.DG1), o.Digest(lds.DG11)
			one.Value, eleven.Value = eleven.Value, one.Value
		})},
		{name: "DG14 without chip authentication", reason: refusal.ChipUnsupported, sign: signs(lds.DG14, emptyDG14()), opening: sends(emptyDG14())},
		{name: "DG14 that is no file", reason: refusal.FileMalformed, cause: "DG14", sign: signs(lds.DG14, []byte("SPECIMEN")), opening: sends([]byte("SPECIMEN"))},
		{name: "DG1 that is no zone", reason: refusal.FileMalformed, cause: "DG1", issue: func(e *evidence) {
			e.card.Files[lds.DG1.FID()] = attesttest.File(0x61, []byte{0x5F, 0x1F, 0})
		}},
	}
}

// emptyDG14 is a DG14 that announces no protocol.
func emptyDG14() []byte { return attesttest.File(0x6E, attesttest.Set()) }

// signs puts the digest of another content into the security object.
func signs(f lds.File, content []byte) func(*evidence) {
	return onObject(func(o *attesttest.SecurityObject) { o.Digest(f).Value = attesttest.Sum(o.Hash, content) })
}

func sends(dg14 []byte) func(*world, *wire.Opening) {
	return func(_ *world, m *wire.Opening) { m.DG14 = dg14 }
}

// personalised changes the profile of the card.
func personalised(change func(*issuer.Profile)) func(*evidence) {
	return func(e *evidence) {
		change(&e.profile)
		e.card = e.world.issue()
	}
}

// documentDefects are documents that are what they were issued as, and do not
// count.
func documentDefects() []defect {
	status := func(s attest.Status) func(*world) {
		return func(w *world) { w.config.Status = reported(s) }
	}
	mismatch, notAccepted, kind, told := refusal.CountryMismatch, refusal.CountryNotAccepted, refusal.DocumentTypeNotAllowed, refusal.DocumentReported
	return []defect{
		{name: "document expired", reason: refusal.DocumentExpired, issue: personalised(func(p *issuer.Profile) { p.ExpiryDate = "2026-12-31" })},
		{name: "document of another state than its signer", reason: mismatch, cause: `document of "BEL"`, issue: personalised(func(p *issuer.Profile) { p.IssuingState = "BEL" })},
		{name: "country that the verifier does not want", reason: notAccepted, policy: func(w *world) { w.config.Countries = []string{"D"} }},
		{name: "kind of document that the verifier does not want", reason: kind, cause: `document code "ID"`, like: "signer for another kind of document", policy: func(w *world) {
			w.config.DocumentTypes = []string{"P"}
		}},
		{name: "document lost", reason: told, cause: "lost", policy: status(attest.StatusLost)},
		{name: "document stolen", reason: told, cause: "stolen", policy: status(attest.StatusStolen)},
		{name: "document declared invalid", reason: told, cause: "invalid", policy: status(attest.StatusInvalid)},
		{name: "more asked than proved", reason: refusal.LevelInsufficient, policy: func(w *world) { w.tx.Level = level.EIDAS2 }},
	}
}

// chipDefects are answers that are not those of the chip of the document.
func chipDefects() []defect {
	return []defect{
		{name: "chip with another key", reason: refusal.ChipNotGenuine, chip: func(p *vcard.Personalisation) {
			p.ChipKeys = slices.Clone(p.ChipKeys)
			p.ChipKeys[0].Scalar = attesttest.Flip(p.ChipKeys[0].Scalar, -1)
		}},
		{name: "answer altered", reason: refusal.ChipNotGenuine, like: "chip with another key", answers: func(_ *world, m *wire.Answers) {
			m.Responses[0] = attesttest.Flip(m.Responses[0], 10)
		}},
		{name: "answers exchanged", reason: refusal.ChipNotGenuine, like: "chip with another key", answers: func(_ *world, m *wire.Answers) { slices.Reverse(m.Responses) }},
		{name: "answers without secure messaging", reason: refusal.ChipAnswerUnprotected, answers: func(_ *world, m *wire.Answers) {
			m.Responses = wire.Batch{{0x90, 0}, {0x90, 0}}
		}},
		{name: "no answers", reason: refusal.ChipAnswerMissing, answers: func(_ *world, m *wire.Answers) { m.Responses = wire.Batch{} }},
		{name: "an answer too many", reason: refusal.ChipAnswerExcess, answers: func(_ *world, m *wire.Answers) {
			m.Responses = append(m.Responses, m.Responses[0])
		}},
		{name: "answers too late", reason: refusal.ChipTimeout, answers: func(w *world, _ *wire.Answers) { w.now = w.now.Add(chipproof.Deadline) }},
	}
}

// active is evidence of a chip with active authentication alone.
func active() *base { return &base{name: "active authentication", aa: true} }

// activeDefectsOfEvidence are those of active authentication.
func activeDefectsOfEvidence() []defect {
	foreign := attesttest.DG15(attesttest.New("FR", attesttest.Source("another chip")).Key())
	return []defect{
		{name: "DG15 signed otherwise", base: active(), reason: refusal.DG15HashMismatch, sign: otherwise(lds.DG15)},
		{name: "DG15 of another chip", base: active(), reason: refusal.DG15HashMismatch, like: "DG15 signed otherwise", signed: func(_ *world, m *wire.Signed) {
			m.DG15 = foreign
		}},
		{name: "DG15 not signed", base: active(), reason: refusal.FileNotListed, cause: "DG15", sign: unlisted(lds.DG15)},
		{name: "DG15 signed for another chip", base: active(), reason: refusal.ChipNotGenuine, like: "chip with another key", sign: signs(lds.DG15, foreign), signed: func(_ *world, m *wire.Signed) {
			m.DG15 = foreign
		}},
		{name: "chip's signature altered", base: active(), reason: refusal.ChipNotGenuine, like: "chip with another key", signed: func(_ *world, m *wire.Signed) {
			m.Signature = attesttest.Flip(m.Signature, -1)
		}},
		{name: "chip authentication withheld", base: active(), reason: refusal.DG14HashMismatch, like: "DG14 signed otherwise", signed: func(_ *world, m *wire.Signed) { m.DG14 = nil }},
		{name: "chip authentication left out", base: active(), reason: refusal.ChipAuthenticationSkipped, issue: personalised(func(p *issuer.Profile) {
			p.ChipKeys = issuer.Specimen().ChipKeys
		})},
		{name: "DG1 of another document", base: active(), reason: refusal.DG1HashMismatch, like: "DG1 signed otherwise", signed: func(_ *world, m *wire.Signed) {
			m.Files[0].Content = attesttest.Flip(m.Files[0].Content, -1)
		}},
		{name: "a file left out", base: active(), reason: refusal.MessageMalformed, cause: "does not begin with DG1", signed: func(_ *world, m *wire.Signed) { m.Files = nil }},
	}
}
