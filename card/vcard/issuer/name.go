package issuer

import (
	"strings"
	"unicode"
)

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

// transliterate writes a name in the characters of the MRZ.
func transliterate(name string) (string, error) {
	var b strings.Builder
	for _, r := range name {
		r = unicode.ToUpper(r)
		switch {
		case r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case strings.ContainsRune("'’.,", r):
		case r == ' ' || r == '-':
			b.WriteByte('<')
		default:
			letters := inZone(r)
			if letters == "" {
				return "", ErrProfile
			}
			b.WriteString(letters)
		}
	}
	return strings.Trim(b.String(), "<"), nil
}
