package attest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/country"
	"cnie.example/attest/level"
	"cnie.example/attest/refusal"
	"cnie.example/attest/wire"
	"cnie.example/card/lds"
	"cnie.example/card/mrz"
)

func (l *Login) answer(ctx context.Context, m wire.Answers) ([][]byte, error) {
	if err := l.expect(ctx, opened, m); err != nil {
		return nil, err
	}
	commands, err := l.proof.Answer(m.Responses.APDUs())
	l.notePresence()
	if err != nil || commands != nil {
		return commands, err
	}
	return nil, l.finish(ctx)
}

// finish judges what the files say, asks for the status of the document,
// computes the level from what was verified and compares it with what was asked.
func (l *Login) finish(ctx context.Context) error {
	zone, err := readZone(l.contents[lds.DG1])
	if err != nil {
		return err
	}
	now := l.verifier.config.Clock()
	if err := l.checkDocument(zone, now); err != nil {
		return err
	}
	identity, err := ReadIdentity(l.contents[lds.DG1], l.contents[lds.DG11], now)
	if err != nil {
		return err
	}
	if err := l.checkStatus(ctx, zone, now); err != nil {
		return err
	}
	reached := level.Compute(l.evidence())
	if err := level.Require(l.tx.Level, reached); err != nil {
		return err
	}
	identity.Photo, identity.Lab = bytes.Clone(l.contents[lds.DG2]), l.record.Lab
	l.identity, l.level = identity, reached
	return nil
}

// evidence is what the checks that passed amount to. It reads nothing else.
// CheckSigningTime is not among them: a security object need not state a time,
// and one that does not fit has ended the Login.
func (l *Login) evidence() level.Evidence {
	return level.Evidence{
		Document: l.hasPassed(CheckSyntax, CheckSigner, CheckDigest, CheckUsage, CheckChain, CheckDSValidity,
			CheckCSCAValidity, CheckSignature, CheckObject, CheckCountry, CheckCountryAccepted, CheckDG1,
			CheckIssuingState, CheckDocumentType, CheckExpiry),
		Possession: l.hasPassed(CheckDG14, CheckDG1, CheckChipAuthentication) || l.hasPassed(CheckDG15, CheckDG1, CheckActive),
		Current:    l.hasPassed(CheckRevocation, CheckDocumentStatus),
	}
}

// checkDocument applies the policy to the machine readable zone of a DG1 that
// has the signed hash.
func (l *Login) checkDocument(zone *mrz.MRZ, now time.Time) error {
	if err := l.checkIssuingState(zone.IssuingState); err != nil {
		return err
	}
	if err := l.checkDocumentType(zone.DocumentCode); err != nil {
		return err
	}
	return l.checkExpiry(zone, now)
}

func (l *Login) checkIssuingState(code string) error {
	if !country.Same(l.document.Signer.Country, code) {
		return refusal.New(refusal.CountryMismatch, fmt.Errorf("document of %q by a signer of %q", code, l.document.Signer.Country))
	}
	if !slices.Contains(l.verifier.config.Countries, code) {
		return refusal.New(refusal.CountryNotAccepted, fmt.Errorf("document of %q", code))
	}
	l.passed(CheckIssuingState, code)
	return nil
}

func (l *Login) checkDocumentType(code string) error {
	if !l.verifier.config.acceptsType(code) || !l.document.AllowsType(code) {
		return refusal.New(refusal.DocumentTypeNotAllowed, fmt.Errorf("document code %q", code))
	}
	l.passed(CheckDocumentType, code)
	return nil
}

// acceptsType applies the rule of the list in a document signer's certificate
// (ICAO Doc 9303-12, 7.1.1.6) to the verifier's own list.
func (c *Config) acceptsType(code string) bool {
	return slices.ContainsFunc(c.DocumentTypes, func(accepted string) bool {
		return accepted == code || len(accepted) == 1 && strings.HasPrefix(code, accepted)
	})
}

// checkExpiry lets a document pass on its last day, in UTC.
func (l *Login) checkExpiry(zone *mrz.MRZ, now time.Time) error {
	last, err := zone.ExpiryDay(now)
	if err != nil {
		return refusal.New(refusal.FileMalformed, fmt.Errorf("date of expiry: %w", err))
	}
	if !now.UTC().Before(last.AddDate(0, 0, 1)) {
		return refusal.New(refusal.DocumentExpired, errors.New("date of expiry has passed"))
	}
	l.passed(CheckExpiry, "")
	return nil
}
