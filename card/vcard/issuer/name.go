package issuer

import "strings"

// nameField is the primary identifier, two fillers and the secondary
// identifier, in size characters.
func nameField(d *document, size int) (string, error) {
	primary, err := transliterate(d.FamilyName)
	if err != nil {
		return "", refuseAs("family_name", "a letter without transliteration")
	}
	secondary, err := transliterate(strings.Join(d.GivenNames, " "))
	if err != nil {
		return "", refuseAs("given_names", "a letter without transliteration")
	}
	if secondary == "" {
		return fill(primary[:min(len(primary), size)], size), nil
	}
	return fill(truncate(primary, secondary, size), size), nil
}

// truncate cuts names that do not fit. The secondary identifier keeps a letter
// at least, and the last place holds a letter, which tells that something was
// cut off (ICAO Doc 9303-3, 4.6; 9303-5, 4.2.3), unless the primary identifier
// has no letter left to give for it.
func truncate(primary, secondary string, size int) string {
	const between = "<<"
	if len(primary)+len(between)+len(secondary) <= size {
		return primary + between + secondary
	}
	primary = primary[:min(len(primary), size-len(between)-1)]
	for {
		cut := primary + between + secondary
		if cut = cut[:min(len(cut), size)]; !strings.HasSuffix(cut, "<") || len(primary) <= 1 {
			return cut
		}
		primary = strings.TrimRight(primary[:len(primary)-1], "<")
	}
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
