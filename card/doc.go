// Package card is the language of smart cards: command and response APDUs
// (ISO/IEC 7816-4), status words, and Transmitter, the one transport that
// everything in this module shares.
//
// A Transmitter moves one command APDU to a card and brings one response APDU
// back. PC/SC cards, the virtual card, secure channels, relays and recorders
// are all Transmitters and stack like io.Writers. Send adds what the
// transmission layer asks of a terminal: GET RESPONSE after 61xx, the corrected
// length after 6Cxx, and command chaining for data that does not fit.
//
// The package knows no card, no file and no key. It does not do secure
// messaging (package sm) and it does not log. Parsing checks every length
// against the input and copies nothing: the slices of a parsed command or
// response alias the bytes they were parsed from.
package card
