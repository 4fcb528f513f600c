// Package cnie reads the French electronic identity card and other travel
// documents of ICAO Doc 9303, and is the only package that holds facts about the
// French ones: answers to reset, their names, what was seen of them.
//
// Open opens a document by the one protocol that its caller names, PACE or Basic
// Access Control, and never falls back to another. The order of what follows is
// decided by what the chip announces. For a login, Evidence gives what an
// identity provider needs to judge the chip, EF.SOD and DG14; Hand gives the chip
// to the provider by his public key and leaves a relay for his commands, or,
// where a document has no chip authentication, ActiveAuthenticate has the chip
// sign the provider's challenge. For a person's own reading, Authenticate has
// the chip prove itself and Proof tells how and why so; Read reads. Document says
// what the card is. A login that reads DG1 and DG11 takes 13 commands with
// extended length, 24 with short length, 10 with a known document.
//
// Two memories save commands; both belong to the caller, who may keep them or
// not. Known is what does not change in a document, and identifies its holder.
// Lengths says what length works with which card in which reader. Use opens a
// card again with a smaller length where only the failure shows that the first
// one was too large.
//
// The package judges nothing but what decides its own next step: the proof of
// the chip to this terminal, and whether EF.CardAccess offered what the document
// signs (ErrDowngrade). Signatures, hashes and expiry are the work of the
// verifier, and until he has spoken everything read is only what a card says. It
// knows no PIN and no signature application, since none of the French card is
// public. It never resets the card: that belongs to whoever connected it, at
// every end. Secrets are handled by the packages pace, bac and chipauth; what is
// compared here is public, and nothing here is constant time.
package cnie
