package issuer

import "strings"

// inZone is what a national capital letter becomes in the MRZ (ICAO Doc 9303-3,
// section 6, A), nothing for one that is not in the table. Where the table
// leaves a choice, the letters are those of the two-letter form. Ș and Ț have
// their comma as often as the cedilla that the table gives them.
func inZone(letter rune) string {
	for _, row := range [...]struct{ letters, zone string }{
		{"ÀÁÂÃĀĂĄ", "A"},
		{"ÄÆ", "AE"},
		{"Å", "AA"},
		{"ÇĆĈĊČ", "C"},
		{"ÐĎĐ", "D"},
		{"ÈÉÊËĒĔĖĘĚƏ", "E"},
		{"ĜĞĠĢ", "G"},
		{"ĤĦ", "H"},
		{"ÌÍÎÏĨĪĬĮİ", "I"},
		{"Ĳ", "IJ"},
		{"Ĵ", "J"},
		{"Ķ", "K"},
		{"ĹĻĽĿŁ", "L"},
		{"ÑŃŅŇŊ", "N"},
		{"ÒÓÔÕŌŎŐ", "O"},
		{"ÖØŒ", "OE"},
		{"ĸ", "Q"},
		{"ŔŖŘ", "R"},
		{"ŚŜŞŠȘ", "S"},
		{"ßẞ", "SS"},
		{"ŢŤŦȚ", "T"},
		{"Þ", "TH"},
		{"ÙÚÛŨŪŬŮŰŲ", "U"},
		{"Ü", "UE"},
		{"Ŵ", "W"},
		{"ÝŶŸ", "Y"},
		{"ŹŻŽ", "Z"},
	} {
		if strings.ContainsRune(row.letters, letter) {
			return row.zone
		}
	}
	return ""
}
