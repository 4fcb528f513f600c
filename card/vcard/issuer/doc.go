// Package issuer makes specimen documents for virtual cards: it draws up the
// files of the eMRTD application from a profile, signs them with the keys of a
// laboratory and hands over a vcard.Personalisation (ICAO Doc 9303, parts 5,
// 10 and 12).
//
// Every default says SPECIMEN, and every certificate of a Lab carries a
// private critical extension, so that a verifier outside a laboratory refuses
// it. The package verifies nothing and issues no certificate revocation list.
//
// Bad documents are made by the caller: an expired one by its profile, one of
// an unknown country signing authority by a second Lab, an altered one by
// changing Files of the personalisation, a clone by giving it another ChipKey
// from vcard's Curve.GenerateKey.
package issuer
