// Package attest is the library an identity provider imports to log a person
// in with an electronic travel document that is in a reader somewhere else.
//
// A Verifier holds the policy. Begin opens a Login for one transaction, Open
// takes the document's signed data and gives the handover that makes the chip
// prove its presence, Answer takes what the chip said. When Answer wants no
// more, Identity tells who the document names, Level what was proved and
// Verified which checks passed.
//
//	login, err := verifier.Begin(attest.Transaction{…})
//	handover, err := login.Open(ctx, opening)     // sign it, send it
//	commands, err := login.Answer(ctx, answers)   // until commands is nil
//	identity, err := login.Identity()
//
// Everything a Login is given comes from a machine that is not trusted. What
// it says is believed only when a state signed it, or the chip protected it
// under keys that only this Login and the chip have. The level follows from
// the evidence; what was asked only decides whether that is enough. The first
// error ends a Login for good and wipes its keys. Errors about the other side
// are *refusal.Error with a stable reason; no error holds personal data.
//
// The package signs nothing, sends nothing, stores nothing and does not know
// users: the caller signs the handover, ties the transaction to a browser,
// ends a Login that is not answered with Close, and keeps accounts. Whether a
// document was reported lost or stolen is not checked here, and neither are
// revocation lists.
//
// Comparisons of secrets are constant time (packages sm and chipauth). Names,
// dates and other contents are handled in variable time.
package attest
