// Package cnie reads the French electronic identity card, and is the only
// package that holds facts about this card: answers to reset, application
// identifier, order of steps.
//
// Open reads EF.CardAccess and opens the secure channel of PACE; Evidence reads
// what an identity provider needs to judge the chip, DG14 and EF.SOD; Hand
// gives the chip to the provider by his public key and leaves a relay for his
// commands. For a person's own reading there are Authenticate and Read. A login
// that reads DG1 and DG11 takes 13 commands with extended length.
//
// The package judges nothing: signatures, hashes and expiry are the work of the
// verifier. It knows no PIN and no signature application, since none of this
// card is public. It never resets the card: that belongs to whoever connected
// it, at every end. Secrets are handled by the packages pace, chipauth and sm.
package cnie
