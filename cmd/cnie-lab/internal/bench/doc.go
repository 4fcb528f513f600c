// Package bench reads one card many times and tells how long each step took,
// how many APDUs it needed, and why a run failed.
//
// A run connects, opens the secure channel, reads EF.SOD and DG14, has the chip
// prove itself and reads files: as the owner does (card/cnie), or with the
// commands of a login, whose provider is in this process. No signature of a
// document is verified. Of what the card holds nothing is kept but, where it is
// asked for and as long as Run lasts, what an agent remembers of a document.
// Times are those of the wall clock, of terminal, reader and card together.
package bench
