// Package record is the evidence record of a login: what a provider checked,
// with what, when, and under which certificates, trust store and revocation
// lists. The provider signs it, and keeps it or hands it to the relying party.
//
// A Record holds no file that names the person, no hash of DG1, and no document
// number. Hashes are of whole files. They name nobody, but link the logins of
// one document, and identify it to whoever has its EF.SOD or DG14: a Record is
// to be treated as personal data.
//
// A Record is the provider's word. That the chip was there by chip
// authentication is "attested by provider": the provider could have computed
// the whole conversation itself, so it convinces nobody else and cannot be
// checked again. By active authentication it is "signed by the chip"; the
// signature is not in the record. That passkey or card key and document are in
// one hand is not proven: same_chip says so.
//
// Check verifies again, offline, what can be verified of the files of a
// document and of the record about them, and says what cannot.
//
// The text of a Record is JSON in one form only: members in the order of the
// struct, none repeated, none unknown, none null, times in UTC and whole
// seconds. It is signed as a compact JWS with ES256 or EdDSA.
//
// The package makes no decision about a login, opens no network connection and
// keeps nothing. Nothing in it is secret but the key that is passed to Sign;
// its operations are those of the standard library. Nothing else is constant
// time.
package record
