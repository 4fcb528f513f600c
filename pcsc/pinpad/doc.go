// Package pinpad enters PINs at the keys of a card reader (PC/SC Workgroup,
// part 10, "IFDs with Secure PIN Entry Capabilities", v2.02.09) and lets such a
// reader run PACE (amendment 1; BSI TR-03119). The PIN goes from the keys to
// the card: it is never in this process.
//
// Open asks a reader what it can do. Pad.Verify and Pad.Modify give it the
// command with a place for the PIN, Pad.EstablishPACE the kind of password. A
// *pcsc.Card is a Reader; the package itself opens no readers, needs no cgo and
// parses what readers answer strictly.
//
// It does not know which PINs a card has: reference, format and lengths come
// from the caller. It does not talk to people: what the display of the reader
// says is the reader's affair. It protects the PIN and not the transaction: a
// program that owns the connection can use the card after the PIN was entered.
package pinpad
