// Package mrz reads the machine readable zone of travel documents: TD1, three
// lines of 30 characters on cards (ICAO Doc 9303-5, 4.2.2), TD2, two lines of
// 36 (ICAO Doc 9303-6, 4.2.2), and TD3, two lines of 44 on passports (ICAO Doc
// 9303-4, 4.2.2).
//
// Every check digit is verified. The package judges nothing else: it does not
// know which states exist, whether a document has expired, or whether the text
// is the one that a chip signed. It does not read visas, nor the French cards
// of before 2021, which have lines of 36 characters in a form of their own.
// Nothing is guessed: not the characters that optical readers confuse, not the
// parts of a date that are unknown, not the rest of a name that was cut.
//
// A zone is personal data: errors tell positions and rules, never characters.
// Nothing here is constant time.
package mrz
