package mrz

// Widths of fields of TD2 (ICAO Doc 9303-6, 4.2.2).
const (
	namesTD2    = 31
	optionalTD2 = 7
)

func parseTD2(s string) (*MRZ, error) {
	m := &MRZ{Format: TD2}
	var err error
	f := fields(s)
	if err = m.issued(&f); err != nil {
		return nil, err
	}
	if m.PrimaryIdentifier, m.SecondaryIdentifier, err = names(f.take(namesTD2)); err != nil {
		return nil, err
	}
	number, digit := f.take(numberField), f.digit()
	if m.Nationality, err = letters("nationality", f.take(stateField)); err != nil {
		return nil, err
	}
	if err = m.dates(&f); err != nil {
		return nil, err
	}
	if err = m.number(number, digit, f.take(optionalTD2)); err != nil {
		return nil, err
	}
	if err = verify("composite", f.digit(), compositeTD2(s)...); err != nil {
		return nil, err
	}
	return m, nil
}

// compositeTD2 gives the parts under the composite check digit (ICAO Doc
// 9303-6, 4.2.4): number and dates, each with its digit, and optional data.
func compositeTD2(s string) []string {
	return []string{s[36:46], s[49:56], s[57:71]}
}

// bytesTD2 writes number and optional data first: a long number is in both,
// with the fields between them.
func (m *MRZ) bytesTD2() ([]byte, error) {
	number := writer{}
	number.number(m.DocumentNumber, m.OptionalData, optionalTD2)
	if number.err != nil {
		return nil, number.err
	}
	w := writer{}
	w.code(m.DocumentCode)
	w.field("issuing state", m.IssuingState, stateField)
	w.names(m, namesTD2)
	w.b = append(w.b, number.b[:numberField+1]...)
	w.field("nationality", m.Nationality, stateField)
	w.date("birth date", m.BirthDate)
	w.sex(m.Sex)
	w.date("expiry date", m.ExpiryDate)
	w.b = append(w.b, number.b[numberField+1:]...)
	if w.err == nil {
		w.digit(compositeTD2(string(w.b))...)
	}
	return w.zone()
}
