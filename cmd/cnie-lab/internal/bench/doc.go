// Package bench reads one card many times and tells how long each step took,
// how many APDUs it needed, and why a run failed.
//
// A run is the reading of a login: connect, open the secure channel, DG14 and
// EF.SOD, the proof of the chip, files. It is the owner's reading of package
// card/cnie, so that no provider is needed. Nothing of what the card holds is
// kept. Times are those of the wall clock, of terminal, reader and card
// together.
package bench
