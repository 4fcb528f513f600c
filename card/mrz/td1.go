package mrz

import (
	"fmt"
	"strings"
)

// Widths of fields of TD1 (ICAO Doc 9303-5, 4.2.2).
const (
	optionalTD1  = 15
	optional2TD1 = 11
	namesTD1     = 30

	// maxNumberTD1 is the longest document number: the overflow leaves room
	// for its check digit and one filler in the optional data.
	maxNumberTD1 = numberField + optionalTD1 - 2
)

func parseTD1(s string) (*MRZ, error) {
	m := &MRZ{Format: TD1}
	var err error
	f := fields(s)
	if m.DocumentCode, err = documentCode(f.take(codeField)); err != nil {
		return nil, err
	}
	if m.IssuingState, err = letters("issuing state", f.take(stateField)); err != nil {
		return nil, err
	}
	if err = m.numberTD1(f.take(numberField), f.digit(), f.take(optionalTD1)); err != nil {
		return nil, err
	}
	if err = m.dates(&f); err != nil {
		return nil, err
	}
	if m.Nationality, err = letters("nationality", f.take(stateField)); err != nil {
		return nil, err
	}
	m.OptionalData2 = trim(f.take(optional2TD1))
	if err = verify("composite", f.digit(), compositeTD1(s)...); err != nil {
		return nil, err
	}
	m.PrimaryIdentifier, m.SecondaryIdentifier, err = names(f.take(namesTD1))
	if err != nil {
		return nil, err
	}
	return m, nil
}

// compositeTD1 gives the parts under the composite check digit (ICAO Doc
// 9303-5, 4.2.4): number and optional data of the first line, both dates with
// their digits and the optional data of the second.
func compositeTD1(s string) []string {
	return []string{s[5:30], s[30:37], s[38:45], s[48:59]}
}

// numberTD1 reads the document number. When the filler stands in place of its
// check digit, the number goes on in the optional data up to the next filler,
// and the last character before it is the check digit (ICAO Doc 9303-5, 4.2.2.1
// note j).
func (m *MRZ) numberTD1(number string, digit byte, optional string) error {
	if digit == filler {
		over, rest, found := strings.Cut(optional, string(filler))
		if !found || len(over) < 2 || number[numberField-1] == filler {
			return fmt.Errorf("long document number: %w", ErrFormat)
		}
		last := len(over) - 1
		number, digit, optional = number+over[:last], over[last], rest
	}
	if err := verify("document number", digit, number); err != nil {
		return err
	}
	m.DocumentNumber, m.OptionalData = trim(number), trim(optional)
	if m.DocumentNumber == "" {
		return fmt.Errorf("document number: %w", ErrFormat)
	}
	return nil
}

func (m *MRZ) dates(f *fields) (err error) {
	m.BirthDate = f.take(dateField)
	if err = checkDated("birth date", m.BirthDate, f.digit()); err != nil {
		return err
	}
	if m.Sex, err = sex(f.digit()); err != nil {
		return err
	}
	m.ExpiryDate = f.take(dateField)
	return checkDated("expiry date", m.ExpiryDate, f.digit())
}

// checkDated verifies a date and its check digit.
func checkDated(name, date string, digit byte) error {
	if err := checkDate(name, date); err != nil {
		return err
	}
	return verify(name, digit, date)
}

func (m *MRZ) bytesTD1() ([]byte, error) {
	w := writer{}
	w.field("document code", m.DocumentCode, codeField)
	w.field("issuing state", m.IssuingState, stateField)
	w.numberTD1(m.DocumentNumber, m.OptionalData)
	w.date("birth date", m.BirthDate)
	w.sex(m.Sex)
	w.date("expiry date", m.ExpiryDate)
	w.field("nationality", m.Nationality, stateField)
	w.field("optional data", m.OptionalData2, optional2TD1)
	if w.err == nil {
		w.digit(compositeTD1(string(w.b))...)
	}
	w.names(m, namesTD1)
	return w.zone()
}
