// Package issuer makes specimen documents for virtual cards: it draws up the
// files of the master file and of the eMRTD application from a profile, signs
// them with the keys of a laboratory and hands over a vcard.Personalisation
// (ICAO Doc 9303, parts 3 to 6 and 9 to 12).
//
// Profiles are JSON; Profiles lists those with a name, Schema describes them
// all. Every default says SPECIMEN, and every certificate of a Lab carries a
// private critical extension, so that a verifier outside a laboratory refuses
// it. The package verifies nothing, encodes no picture in JPEG 2000 but an
// empty one, and issues no certificate revocation list.
//
// Documents that are bad on the whole are made by the caller: an expired one
// by its profile, one of an unknown country signing authority by a second Lab,
// an altered one by changing Files of the personalisation. What the chip does
// wrong is among the faults of the profile.
package issuer
