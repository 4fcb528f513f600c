// Package vcard is the chip half of an electronic travel document (ICAO Doc
// 9303, parts 10 and 11): PACE over elliptic curves with generic, integrated
// and chip authentication mapping, Basic Access Control, secure messaging with
// AES and 3DES, chip authentication version 1, active authentication, and the
// files of the master file and of the eMRTD application. PIN and PUK follow BSI
// TR-03110. A Card is a card.Transmitter.
//
// It is a second implementation, apart from the terminal's: it has its own
// TLV, secure messaging, MACs and curve arithmetic, and of this module it may
// use only package card. A fault mirrored by shared code would be a fault that
// no test sees.
//
// Personalisation says what is on the card; package issuer makes one. The card
// does what it is told wrong: Fault has the ways, from a card that is pulled out
// to a chip that was cloned. Latency models the time that a chip takes, as a
// computation or as real waiting.
//
// It does not do PACE over finite fields, chip authentication version 2 or 3,
// terminal authentication or GET RESPONSE, and the only thing that a command
// changes for good is the number of tries of the PIN.
//
// Nothing here is constant time: the arithmetic is math/big. The keys of a
// virtual card protect specimen data and nothing else.
package vcard
