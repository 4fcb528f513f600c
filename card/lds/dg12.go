package lds

import "cnie.example/card/tlv"

// Tags of DG12 (ICAO Doc 9303-10, 4.7.12).
const (
	tagIssuingAuthority tlv.Tag = 0x5F19
	tagOtherPerson      tlv.Tag = 0x5F1A
	tagEndorsements     tlv.Tag = 0x5F1B
	tagTaxExit          tlv.Tag = 0x5F1C
	tagFront            tlv.Tag = 0x5F1D
	tagRear             tlv.Tag = 0x5F1E
	tagIssueDate        tlv.Tag = 0x5F26
	tagPersonalised     tlv.Tag = 0x5F55
	tagPersonaliser     tlv.Tag = 0x5F56
)

// AdditionalDocumentDetails is DG12 (ICAO Doc 9303-10, 4.7.12). Every element
// is optional; the zero value stands for one that is absent.
type AdditionalDocumentDetails struct {
	IssuingAuthority string
	IssueDate        string // YYYYMMDD, zeros for what is not known
	OtherPersons     []Name // others on the document
	Endorsements     string // and observations
	TaxExit          string // tax or exit requirements
	Front            []byte // image of the front of the document as the chip holds it
	Rear             []byte // image of the rear

	// PersonalisationTime is YYYYMMDDhhmmss; the standard names no time zone.
	PersonalisationTime string
	// PersonalisationSystem is the serial number of the machine that wrote the
	// document.
	PersonalisationSystem string
}

// ParseDG12 reads DG12. Front and Rear alias b, nothing else does. Elements in
// any order are accepted, an element that occurs twice is not, but for names of
// other persons, which may stand without the template around them; well formed
// elements that are not in AdditionalDocumentDetails are skipped. Text must be
// UTF-8 without control characters; dates are digits or, as several states
// write them, BCD. Errors wrap ErrFile.
func ParseDG12(b []byte) (AdditionalDocumentDetails, error) {
	var d AdditionalDocumentDetails
	content, err := DG12.content(b)
	if err != nil {
		return AdditionalDocumentDetails{}, err
	}
	if err = readDetails(content, tagOtherPerson, d.set); err != nil {
		return AdditionalDocumentDetails{}, DG12.malformed(err)
	}
	return d, nil
}

func (d *AdditionalDocumentDetails) set(tag tlv.Tag, v []byte) (err error) {
	switch tag {
	case tagIssuingAuthority:
		d.IssuingAuthority, err = parseText(v)
	case tagIssueDate:
		d.IssueDate, err = parseDate(v)
	case tagNames:
		var names []Name
		names, err = parseNames(v, tagOtherPerson)
		d.OtherPersons = append(d.OtherPersons, names...)
	case tagOtherPerson:
		err = addName(&d.OtherPersons, v)
	case tagEndorsements:
		d.Endorsements, err = parseText(v)
	case tagTaxExit:
		d.TaxExit, err = parseText(v)
	case tagFront:
		d.Front = v
	case tagRear:
		d.Rear = v
	case tagPersonalised:
		d.PersonalisationTime, err = parseTime(v)
	case tagPersonaliser:
		d.PersonalisationSystem, err = parseText(v)
	}
	return err
}
