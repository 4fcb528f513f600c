package mrz

import "fmt"

// Widths of fields of TD3 (ICAO Doc 9303-4, 4.2.2).
const (
	namesTD3    = 39
	optionalTD3 = 14
)

func parseTD3(s string) (*MRZ, error) {
	m := &MRZ{Format: TD3}
	var err error
	f := fields(s)
	if err = m.issued(&f); err != nil {
		return nil, err
	}
	if m.PrimaryIdentifier, m.SecondaryIdentifier, err = names(f.take(namesTD3)); err != nil {
		return nil, err
	}
	if err = m.numberTD3(f.take(numberField), f.digit()); err != nil {
		return nil, err
	}
	if m.Nationality, err = letters("nationality", f.take(stateField)); err != nil {
		return nil, err
	}
	if err = m.dates(&f); err != nil {
		return nil, err
	}
	if err = m.optionalTD3(f.take(optionalTD3), f.digit()); err != nil {
		return nil, err
	}
	if err = verify("composite", f.digit(), compositeTD3(s)...); err != nil {
		return nil, err
	}
	return m, nil
}

// compositeTD3 gives the parts under the composite check digit (ICAO Doc
// 9303-4, 4.2.4): number, dates and optional data, each with its digit.
func compositeTD3(s string) []string {
	return []string{s[44:54], s[57:64], s[65:87]}
}

func (m *MRZ) numberTD3(number string, digit byte) error {
	if err := verify("document number", digit, number); err != nil {
		return err
	}
	if m.DocumentNumber = trim(number); m.DocumentNumber == "" {
		return fmt.Errorf("document number: %w", ErrFormat)
	}
	return nil
}

// optionalTD3 reads the optional data. When it is empty, its check digit may
// be a filler (ICAO Doc 9303-4, 4.2.2.2).
func (m *MRZ) optionalTD3(s string, digit byte) error {
	m.OptionalData = trim(s)
	if m.OptionalData == "" && digit == filler {
		return nil
	}
	return verify("optional data", digit, s)
}

func (m *MRZ) bytesTD3() ([]byte, error) {
	w := writer{}
	w.code(m.DocumentCode)
	w.field("issuing state", m.IssuingState, stateField)
	w.names(m, namesTD3)
	w.checked("document number", m.DocumentNumber, numberField)
	w.field("nationality", m.Nationality, stateField)
	w.date("birth date", m.BirthDate)
	w.sex(m.Sex)
	w.date("expiry date", m.ExpiryDate)
	w.checked("optional data", m.OptionalData, optionalTD3)
	if w.err == nil {
		w.digit(compositeTD3(string(w.b) + "<")...)
	}
	return w.zone()
}
