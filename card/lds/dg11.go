package lds

import "cnie.example/card/tlv"

// Tags of DG11 (ICAO Doc 9303-10, 4.7.11).
const (
	tagFullName       tlv.Tag = 0x5F0E
	tagOtherName      tlv.Tag = 0x5F0F
	tagPersonalNumber tlv.Tag = 0x5F10
	tagBirthPlace     tlv.Tag = 0x5F11
	tagTelephone      tlv.Tag = 0x5F12
	tagProfession     tlv.Tag = 0x5F13
	tagTitle          tlv.Tag = 0x5F14
	tagSummary        tlv.Tag = 0x5F15
	tagCitizenship    tlv.Tag = 0x5F16
	tagOtherDocuments tlv.Tag = 0x5F17
	tagCustody        tlv.Tag = 0x5F18
	tagBirthDate      tlv.Tag = 0x5F2B
	tagAddress        tlv.Tag = 0x5F42
)

// AdditionalPersonalDetails is DG11 (ICAO Doc 9303-10, 4.7.11). Every element
// is optional; the zero value stands for one that is absent.
type AdditionalPersonalDetails struct {
	FullName       Name
	OtherNames     []Name
	PersonalNumber string

	// BirthDate is YYYYMMDD with zeros for what the document does not know:
	// "19850700" for July 1985, "19850000" for 1985, "00000000" for nothing.
	BirthDate string

	BirthPlace         []string // parts as the document has them: city, state, country
	Address            []string // parts as the document has them
	Telephone          string
	Profession         string
	Title              string
	Summary            string
	ProofOfCitizenship []byte   // image as the chip holds it
	OtherDocuments     []string // numbers of other travel documents
	Custody            string
}

// ParseDG11 reads DG11. ProofOfCitizenship aliases b, nothing else does.
// Elements in any order are accepted, an element that occurs twice is not, but
// for other names, which some issuers write without the template around them;
// well formed elements that are not in AdditionalPersonalDetails are skipped.
// Text must be UTF-8 without control characters. Errors wrap ErrFile.
func ParseDG11(b []byte) (AdditionalPersonalDetails, error) {
	var d AdditionalPersonalDetails
	content, err := DG11.content(b)
	if err != nil {
		return AdditionalPersonalDetails{}, err
	}
	if err = readDetails(content, tagOtherName, d.set); err != nil {
		return AdditionalPersonalDetails{}, DG11.malformed(err)
	}
	return d, nil
}

func (d *AdditionalPersonalDetails) set(tag tlv.Tag, v []byte) (err error) {
	switch tag {
	case tagFullName:
		d.FullName, err = parseName(v)
	case tagNames:
		var names []Name
		names, err = parseNames(v, tagOtherName)
		d.OtherNames = append(d.OtherNames, names...)
	case tagOtherName:
		err = addName(&d.OtherNames, v)
	case tagBirthDate:
		d.BirthDate, err = parseDate(v)
	case tagBirthPlace:
		d.BirthPlace, err = parseParts(v)
	case tagAddress:
		d.Address, err = parseParts(v)
	case tagOtherDocuments:
		d.OtherDocuments, err = parseParts(v)
	case tagCitizenship:
		d.ProofOfCitizenship = v
	default:
		if text := d.text(tag); text != nil {
			*text, err = parseText(v)
		}
	}
	return err
}

// text is where an element of plain text goes; nil for one that is not known.
func (d *AdditionalPersonalDetails) text(tag tlv.Tag) *string {
	switch tag {
	case tagPersonalNumber:
		return &d.PersonalNumber
	case tagTelephone:
		return &d.Telephone
	case tagProfession:
		return &d.Profession
	case tagTitle:
		return &d.Title
	case tagSummary:
		return &d.Summary
	case tagCustody:
		return &d.Custody
	}
	return nil
}
