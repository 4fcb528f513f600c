package mrz

// Widths of fields of TD1 (ICAO Doc 9303-5, 4.2.2).
const (
	optionalTD1  = 15
	optional2TD1 = 11
	namesTD1     = 30

	// maxNumberTD1 is the longest document number of any format: the overflow
	// leaves room for its check digit and one filler in the optional data.
	maxNumberTD1 = numberField + optionalTD1 - 2
)

func parseTD1(s string) (*MRZ, error) {
	m := &MRZ{Format: TD1}
	var err error
	f := fields(s)
	if err = m.issued(&f); err != nil {
		return nil, err
	}
	if err = m.number(f.take(numberField), f.digit(), f.take(optionalTD1)); err != nil {
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

func (m *MRZ) bytesTD1() ([]byte, error) {
	w := writer{}
	w.code(m.DocumentCode)
	w.field("issuing state", m.IssuingState, stateField)
	w.number(m.DocumentNumber, m.OptionalData, optionalTD1)
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
