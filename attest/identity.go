package attest

import (
	"bytes"
	"maps"
	"strings"
	"time"

	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
	"cnie.example/card/mrz"
)

// Source tells where a claim was read. Both files were signed by the issuing
// state and sent by the chip itself in this login.
type Source string

// Sources of claims.
const (
	SourceDG1  Source = "chip_dg1"  // machine readable zone: capital letters, no accents, may be cut
	SourceDG11 Source = "chip_dg11" // national characters, full dates
)

// Names of the claims of an Identity.
const (
	ClaimFamilyName     = "family_name"
	ClaimGivenNames     = "given_names"
	ClaimBirthDate      = "birth_date"
	ClaimSex            = "sex"
	ClaimNationality    = "nationality"
	ClaimDocumentNumber = "document_number"
	ClaimExpiryDate     = "expiry_date"
	ClaimIssuingState   = "issuing_state"
)

// Identity is what a document says about its holder. It is personal data.
type Identity struct {
	FamilyName string
	GivenNames string // separated by spaces; empty when the document has none

	// BirthDate is YYYY-MM-DD; YYYY-MM or YYYY when the document knows no
	// more, empty when it does not know the year. The machine readable zone
	// has no century: out of DG1 alone, a person of 100 years or more comes
	// out too young.
	BirthDate string

	Sex            string // "F", "M", or "X" for not specified
	Nationality    string // ICAO Doc 9303-3, section 5: "FRA", "D"
	DocumentNumber string
	ExpiryDate     string // YYYY-MM-DD, the last day
	IssuingState   string // as Nationality

	// Photo is DG2 as the chip holds it, unparsed; nil unless it was asked for.
	Photo []byte

	// Sources tells for each claim that is not empty where it was read, by the
	// name of the claim.
	Sources map[string]Source

	// Lab says that a laboratory signed the document: the person does not exist.
	Lab bool
}

// Claim is one statement of an Identity.
type Claim struct {
	Name   string
	Value  string
	Source Source
}

// Claims lists the claims that are not empty, names first. The slice is the
// caller's.
func (i *Identity) Claims() []Claim {
	all := []Claim{
		{Name: ClaimFamilyName, Value: i.FamilyName},
		{Name: ClaimGivenNames, Value: i.GivenNames},
		{Name: ClaimBirthDate, Value: i.BirthDate},
		{Name: ClaimSex, Value: i.Sex},
		{Name: ClaimNationality, Value: i.Nationality},
		{Name: ClaimDocumentNumber, Value: i.DocumentNumber},
		{Name: ClaimExpiryDate, Value: i.ExpiryDate},
		{Name: ClaimIssuingState, Value: i.IssuingState},
	}
	var stated []Claim
	for _, c := range all {
		if c.Value != "" {
			c.Source = i.Sources[c.Name]
			stated = append(stated, c)
		}
	}
	return stated
}

func (i *Identity) clone() *Identity {
	c := *i
	c.Sources, c.Photo = maps.Clone(i.Sources), bytes.Clone(i.Photo)
	return &c
}

// ReadIdentity reads what DG1 and DG11 state. dg11 is nil for a document
// without it; now chooses the century of dates that have none. Neither file is
// kept.
//
// It parses and judges nothing: the statements are true only as far as passive
// authentication of both files says so. A Login has done that, and sets Lab
// and Photo, which are not set here. A file that does not follow its syntax is
// refused with refusal.FileMalformed.
func ReadIdentity(dg1, dg11 []byte, now time.Time) (*Identity, error) {
	zone, err := readZone(dg1)
	if err != nil {
		return nil, err
	}
	var details lds.AdditionalPersonalDetails
	if dg11 != nil {
		if details, err = lds.ParseDG11(dg11); err != nil {
			return nil, refusal.New(refusal.FileMalformed, err)
		}
	}
	identity := &Identity{Sources: map[string]Source{}}
	identity.setZone(zone, now)
	identity.setNames(zone, details.FullName)
	identity.setBirthDate(zone, details.BirthDate, now)
	return identity, nil
}

func readZone(dg1 []byte) (*mrz.MRZ, error) {
	zone, err := lds.ParseDG1(dg1)
	if err != nil {
		return nil, refusal.New(refusal.FileMalformed, err)
	}
	return zone, nil
}

// set states a claim. An empty value is not stated.
func (i *Identity) set(claim *string, name, value string, source Source) {
	if value != "" {
		*claim = value
		i.Sources[name] = source
	}
}

// setZone states what only the machine readable zone says.
func (i *Identity) setZone(zone *mrz.MRZ, now time.Time) {
	i.set(&i.Sex, ClaimSex, zone.Sex, SourceDG1)
	i.set(&i.Nationality, ClaimNationality, zone.Nationality, SourceDG1)
	i.set(&i.DocumentNumber, ClaimDocumentNumber, zone.DocumentNumber, SourceDG1)
	i.set(&i.IssuingState, ClaimIssuingState, zone.IssuingState, SourceDG1)
	if last, err := zone.ExpiryDay(now); err == nil {
		i.set(&i.ExpiryDate, ClaimExpiryDate, last.Format(time.DateOnly), SourceDG1)
	}
}

// setNames takes the names in national characters when they are those of the
// machine readable zone, else the latter.
func (i *Identity) setNames(zone *mrz.MRZ, national lds.Name) {
	family, given, source := spaced(zone.PrimaryIdentifier), spaced(zone.SecondaryIdentifier), SourceDG1
	if agrees(zone, national) {
		family, given, source = national.Primary, national.Secondary, SourceDG11
	}
	i.set(&i.FamilyName, ClaimFamilyName, family, source)
	i.set(&i.GivenNames, ClaimGivenNames, given, source)
}

// spaced drops the spaces that come of fillers beyond those between words.
func spaced(name string) string { return strings.Join(strings.Fields(name), " ") }

// setBirthDate takes the full date of DG11 when it is that of the machine
// readable zone and not in the future, else the latter with the latest century
// that is not in the future.
func (i *Identity) setBirthDate(zone *mrz.MRZ, full string, now time.Time) {
	if sameBirthDate(zone.BirthDate, full) && full <= now.UTC().Format("20060102") {
		i.set(&i.BirthDate, ClaimBirthDate, dashed(full), SourceDG11)
		return
	}
	i.set(&i.BirthDate, ClaimBirthDate, zoneBirthDate(zone.BirthDate, now), SourceDG1)
}
