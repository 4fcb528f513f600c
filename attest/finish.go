package attest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
	return nil, l.finish()
}

// finish judges what the files say, computes the level from what was verified
// and compares it with what was asked.
func (l *Login) finish() error {
	zone, err := readZone(l.contents[lds.DG1])
	if err != nil {
		return err
	}
	now := l.config.Clock()
	if err := l.checkDocument(zone, now); err != nil {
		return err
	}
	identity, err := ReadIdentity(l.contents[lds.DG1], l.contents[lds.DG11], now)
	if err != nil {
		return err
	}
	identity.Photo, identity.Lab = bytes.Clone(l.contents[lds.DG2]), l.lab
	reached := level.Compute(l.evidence())
	if err := level.Require(l.tx.Level, reached); err != nil {
		return err
	}
	l.identity, l.level = identity, reached
	return nil
}

// evidence is what the checks that passed amount to. It reads nothing else.
func (l *Login) evidence() level.Evidence {
	all := func(checks ...Check) bool {
		return !slices.ContainsFunc(checks, func(c Check) bool { return !slices.Contains(l.checks, c) })
	}
	return level.Evidence{
		Document: all(CheckChain, CheckDSValidity, CheckCSCAValidity, CheckSignature, CheckCountry,
			CheckCountryAccepted, CheckDG1, CheckIssuingState, CheckDocumentType, CheckExpiry),
		Possession: all(CheckDG14, CheckDG1, CheckChipAuthentication) || all(CheckDG15, CheckDG1, CheckActive),
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
	if !sameState(l.document.Signer.Country, code) {
		return refusal.New(refusal.CountryMismatch, fmt.Errorf("document of %q by a signer of %q", code, l.document.Signer.Country))
	}
	if !slices.Contains(l.config.Countries, code) {
		return refusal.New(refusal.CountryNotAccepted, fmt.Errorf("document of %q", code))
	}
	l.passed(CheckIssuingState)
	return nil
}

func (l *Login) checkDocumentType(code string) error {
	if !l.config.acceptsType(code) || !l.document.AllowsType(code) {
		return refusal.New(refusal.DocumentTypeNotAllowed, fmt.Errorf("document code %q", code))
	}
	l.passed(CheckDocumentType)
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
	l.passed(CheckExpiry)
	return nil
}
