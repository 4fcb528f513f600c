package issuer

import "strings"

// form is the layout of a machine readable zone.
type form struct {
	lines, width int
	names        int // characters of the name field
	optional     int // characters of the optional data that a long number may go on in
}

func (d *document) form() form {
	return map[string]form{
		"TD1": {lines: 3, width: 30, names: 30, optional: 15},
		"TD2": {lines: 2, width: 36, names: 31, optional: 7},
		"TD3": {lines: 2, width: 44, names: 39, optional: 14},
	}[d.Format]
}

func (f form) size() int { return f.lines * f.width }

// machineReadableZone computes the lines of the document, without line breaks.
func machineReadableZone(d *document) (string, error) {
	f := d.form()
	names, err := nameField(d, f.names)
	if err != nil {
		return "", err
	}
	number, optional, err := numberField(d, f)
	if err != nil {
		return "", err
	}
	second := d.OptionalData[1]
	if d.Format != "TD1" && second != "" || len(second) > 11 {
		return "", refuseAs("optional_data", "the second is for TD1, of at most 11 characters")
	}
	birth, expiry := checked(d.birth.zone()), checked(d.expiry.zone())
	sex := strings.ReplaceAll(d.Sex, "X", "<")
	code, state, nationality := fill(d.DocumentCode, 2), fill(d.IssuingState, 3), fill(d.Nationality, 3)
	switch d.Format {
	case "TD1": // ICAO Doc 9303-5, 4.2.2
		upper := code + state + number + optional
		second = fill(second, 11)
		composite := checkDigit(upper[5:] + birth + expiry + second)
		return upper + birth + sex + expiry + nationality + second + composite + names, nil
	case "TD2": // ICAO Doc 9303-6, 4.2.2
		composite := checkDigit(number + birth + expiry + optional)
		return code + state + names + number + nationality + birth + sex + expiry + optional + composite, nil
	default: // ICAO Doc 9303-4, 4.2.2
		optional = checked(optional)
		composite := checkDigit(number + birth + expiry + optional)
		return code + state + names + number + nationality + birth + sex + expiry + optional + composite, nil
	}
}

// numberField is the document number with its check digit, ten characters,
// and the optional data. A number longer than nine characters goes on in the
// optional data of TD1 and TD2 (ICAO Doc 9303-5, 4.2.2, note j; 9303-6, 4.2.2,
// note j).
func numberField(d *document, f form) (field, optional string, err error) {
	number, optional := d.DocumentNumber, d.OptionalData[0]
	check := checkDigit(number)
	switch {
	case len(number) <= 9:
		field = fill(number, 9) + check
	case d.Format == "TD3" || len(number[9:]+check)+1 > f.optional:
		return "", "", refuse("document_number")
	default:
		field, optional = number[:9]+"<", number[9:]+check+"<"+optional
	}
	if len(optional) > f.optional {
		return "", "", refuseAs("optional_data", "does not fit the zone")
	}
	return field, fill(optional, f.optional), nil
}

// information is what MRZ passwords are derived from: document number, birth
// and expiry date, each with its check digit (ICAO Doc 9303-11, 4.3.2 and
// 9.7.3).
func (d *document) information() []byte {
	number, birth, expiry, optional := d.mrz[5:15], d.mrz[30:37], d.mrz[38:45], d.mrz[15:30]
	if f := d.form(); f.lines == 2 {
		line := d.mrz[f.width:]
		number, birth, expiry, optional = line[:10], line[13:20], line[21:28], line[28:28+f.optional]
	}
	if rest, _, ok := strings.Cut(optional, "<"); d.Format != "TD3" && number[9] == '<' && ok && rest != "" {
		number = number[:9] + rest
	}
	return []byte(number + birth + expiry)
}

func fill(s string, n int) string { return s + strings.Repeat("<", n-len(s)) }

func checked(s string) string { return s + checkDigit(s) }

// checkDigit has the weights 7, 3, 1 (ICAO Doc 9303-3, 4.9).
func checkDigit(s string) string {
	sum := 0
	for i := range len(s) {
		value := 0
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			value = int(c - '0')
		case c >= 'A' && c <= 'Z':
			value = int(c-'A') + 10
		}
		sum += value * [3]int{7, 3, 1}[i%3]
	}
	return string(rune('0' + sum%10))
}
