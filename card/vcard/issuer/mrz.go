package issuer

import "strings"

// machineReadableZone computes the three lines of a TD1 document, 90
// characters without line breaks (ICAO Doc 9303-5, 4.2.2). Names longer than
// the line are cut off at its end.
func machineReadableZone(d *document) (string, error) {
	names, err := nameField(d)
	if err != nil {
		return "", err
	}
	number, optional := numberField(d.DocumentNumber, d.OptionalData[0])
	if len(optional) > 15 {
		return "", refuse("optional_data")
	}
	birth, expiry := d.birth.Format("060102"), d.expiry.Format("060102")
	sex := strings.ReplaceAll(d.Sex, "X", "<")
	upper := fill(d.DocumentCode, 2) + fill(d.IssuingState, 3) + number + fill(optional, 15)
	birth += checkDigit(birth)
	expiry += checkDigit(expiry)
	second := fill(d.OptionalData[1], 11)
	composite := checkDigit(upper[5:] + birth + expiry + second)
	return upper + birth + sex + expiry + fill(d.Nationality, 3) + second + composite + fill(names, 30), nil
}

// numberField is the document number with its check digit, ten characters,
// and the optional data. A number longer than nine characters goes on in the
// optional data (ICAO Doc 9303-5, 4.2.2, note j).
func numberField(number, optional string) (field, rest string) {
	check := checkDigit(number)
	if len(number) <= 9 {
		return fill(number, 9) + check, optional
	}
	return number[:9] + "<", number[9:] + check + "<" + optional
}

// information is what MRZ passwords are derived from: document number, birth
// and expiry date, each with its check digit (ICAO Doc 9303-11, 4.3.2 and
// 9.7.3).
func information(mrz string) []byte {
	number, dates := mrz[5:15], mrz[30:37]+mrz[38:45]
	if rest, _, ok := strings.Cut(mrz[15:30], "<"); mrz[14] == '<' && ok && rest != "" {
		number = mrz[5:14] + rest
	}
	return []byte(number + dates)
}

func fill(s string, n int) string { return s + strings.Repeat("<", n-len(s)) }

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

// nameField is at most 30 characters: primary identifier, two fillers,
// secondary identifier.
func nameField(d *document) (string, error) {
	primary, err := transliterate(d.FamilyName)
	if err != nil {
		return "", refuse("family_name")
	}
	secondary, err := transliterate(strings.Join(d.GivenNames, " "))
	if err != nil {
		return "", refuse("given_names")
	}
	field := primary
	if secondary != "" {
		field += "<<" + secondary
	}
	return field[:min(len(field), 30)], nil
}

// transliterate writes a name in the characters of the MRZ (ICAO Doc 9303-3,
// section 6): the letters of French and its neighbours, and the marks in names.
func transliterate(name string) (string, error) {
	var b strings.Builder
	for _, r := range strings.ToUpper(name) {
		if r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
			continue
		}
		switch r {
		case '\'', '’', '.', ',':
		case ' ', '-':
			b.WriteByte('<')
		case 'À', 'Á', 'Â', 'Ã':
			b.WriteByte('A')
		case 'Ä', 'Æ':
			b.WriteString("AE")
		case 'Å':
			b.WriteString("AA")
		case 'Ç':
			b.WriteByte('C')
		case 'È', 'É', 'Ê', 'Ë':
			b.WriteByte('E')
		case 'Ì', 'Í', 'Î', 'Ï':
			b.WriteByte('I')
		case 'Ñ':
			b.WriteByte('N')
		case 'Ò', 'Ó', 'Ô', 'Õ':
			b.WriteByte('O')
		case 'Ö', 'Ø', 'Œ':
			b.WriteString("OE")
		case 'ẞ', 'ß':
			b.WriteString("SS")
		case 'Ù', 'Ú', 'Û':
			b.WriteByte('U')
		case 'Ü':
			b.WriteString("UE")
		case 'Ý', 'Ÿ':
			b.WriteByte('Y')
		default:
			return "", ErrProfile
		}
	}
	return strings.Trim(b.String(), "<"), nil
}
