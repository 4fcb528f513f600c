package attest

import (
	"strings"
	"unicode"

	"cnie.example/card/lds"
	"cnie.example/card/mrz"

	"golang.org/x/text/unicode/norm"
)

// Widths of the name field (ICAO Doc 9303-5, 9303-6 and 9303-4, 4.2.2).
const (
	nameWidthTD1 = 30
	nameWidthTD2 = 31
	nameWidthTD3 = 39
)

// agrees says whether the names in national characters are those of the
// machine readable zone, by the transliteration of ICAO Doc 9303-3, section 6.
// Only Latin letters are known: names in other scripts do not agree.
//
// A zone whose name field is full may have been cut: there the beginnings have
// to agree.
func agrees(zone *mrz.MRZ, national lds.Name) bool {
	width := nameWidthTD1
	switch zone.Format {
	case mrz.TD2:
		width = nameWidthTD2
	case mrz.TD3:
		width = nameWidthTD3
	}
	cut := len(zone.PrimaryIdentifier)+len("<<")+len(zone.SecondaryIdentifier) >= width
	return transliterates(national.Primary, zone.PrimaryIdentifier, cut) &&
		transliterates(national.Secondary, zone.SecondaryIdentifier, cut)
}

// transliterates says whether name can be written as zone, spaces aside. It
// follows every way of writing at once: at holds the places in zone that the
// letters so far can have come to. Behind the end of a zone that was cut any
// letter may follow, but no other character.
func transliterates(name, zone string, cut bool) bool {
	zone = strings.ReplaceAll(zone, " ", "")
	at := map[int]bool{0: true}
	for _, c := range norm.NFC.String(name) {
		next := map[int]bool{}
		for i := range at {
			for _, letters := range writings(c) {
				if strings.HasPrefix(zone[i:], letters) || cut && strings.HasPrefix(letters, zone[i:]) {
					next[min(i+len(letters), len(zone))] = true
				}
			}
		}
		if at = next; len(at) == 0 {
			return false
		}
	}
	return at[len(zone)]
}

// writings lists what a character may become in a machine readable zone (ICAO
// Doc 9303-3, section 6, A). Some states write the letter without its mark
// where the table has two letters.
func writings(c rune) []string {
	switch c {
	case ' ', '-', '\u2010', '\u2011', '\'', '\u2019', ',', '.':
		return []string{""} // spaces do not count, see transliterates
	}
	c = unicode.ToUpper(c)
	if special, ok := specialLetter(c); ok {
		return special
	}
	base := []rune(norm.NFD.String(string(c)))
	for _, mark := range base[1:] {
		if !unicode.Is(unicode.Mn, mark) {
			return nil
		}
	}
	if base[0] < 'A' || base[0] > 'Z' {
		return nil
	}
	return []string{string(base[0])}
}

// specialLetter holds the letters that are more than a base letter with marks.
func specialLetter(c rune) (writings []string, ok bool) {
	switch c {
	case 'Ä':
		return []string{"AE", "A"}, true
	case 'Å':
		return []string{"AA", "A"}, true
	case 'Æ':
		return []string{"AE"}, true
	case 'Ñ':
		return []string{"N", "NXX"}, true
	case 'Ö':
		return []string{"OE", "O"}, true
	case 'Ø':
		return []string{"OE", "O"}, true
	case 'Œ':
		return []string{"OE"}, true
	case 'Ü':
		return []string{"UE", "UXX", "U"}, true
	case 'ẞ', 'ß':
		return []string{"SS"}, true
	case 'Þ':
		return []string{"TH"}, true
	case 'Ð', 'Đ':
		return []string{"D"}, true
	case 'Ħ':
		return []string{"H"}, true
	case 'Ĳ':
		return []string{"IJ"}, true
	case 'Ł', 'Ŀ':
		return []string{"L"}, true
	case 'Ŋ':
		return []string{"N"}, true
	case 'Ŧ':
		return []string{"T"}, true
	case 'ĸ':
		return []string{"Q"}, true
	case 'Ə':
		return []string{"E"}, true
	}
	return nil, false
}
