// Package vcard is the chip half of an electronic travel document: PACE with
// generic mapping, secure messaging, chip authentication version 1 and the
// files of the eMRTD application (ICAO Doc 9303, parts 10 and 11), as a French
// identity card offers them. A Card is a card.Transmitter.
//
// It is a second implementation, apart from the terminal's: it has its own
// TLV, secure messaging, CMAC and curve arithmetic, and of this module it may use
// only package card. A fault mirrored by shared code would be a fault that no
// test sees.
//
// It does not do integrated mapping, PACE-CAM, basic access control, active or
// terminal authentication, and it has no write commands. Personalisation says
// what is on the card; package issuer makes one.
//
// Nothing here is constant time: the arithmetic is math/big. The keys of a
// virtual card protect specimen data and nothing else.
package vcard
