// Package bac is Basic Access Control, terminal half (ICAO Doc 9303-11, 4.3):
// keys made of the machine readable zone open a secure channel with 3DES to a
// document that knows the same zone.
//
// It is weak. A document number of nine digits, a birth date and an expiry date
// have 57 bits of entropy at best, and far fewer for whoever knows the holder.
// Someone who listened to one session can try zones against it for as long as
// he likes, on his own machine, and then reads everything. PACE does not have
// this fault. So nothing in this module falls back to it: it runs when a caller
// asks for it by name, never because PACE failed.
//
// Like PACE it authenticates neither the document nor its state: whoever can
// read the zone can make a chip that knows it. That is the work of passive
// authentication and chip authentication.
//
// Cryptograms are compared in constant time, and every secret made here is
// overwritten when it is of no more use. DES is not constant time (package sm);
// key schedules inside the standard library are left to the garbage collector.
package bac
