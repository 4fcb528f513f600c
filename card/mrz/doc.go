// Package mrz reads the machine readable zone of travel documents: TD1, three
// lines of 30 characters on cards (ICAO Doc 9303-5, 4.2.2), and TD3, two lines
// of 44 on passports (ICAO Doc 9303-4, 4.2.2).
//
// Every check digit is verified. The package judges nothing else: it does not
// know which states exist, whether a document has expired, or whether the text
// is the one that a chip signed. It does not read TD2 and visas, and it does
// not guess characters as optical readers do.
//
// A zone is personal data: errors tell positions and rules, never characters.
// Nothing here is constant time.
package mrz
