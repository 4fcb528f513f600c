// Package pace is Password Authenticated Connection Establishment, terminal
// half (ICAO Doc 9303-11, 4.4): a password printed on the document, CAN or
// MRZ, opens a secure channel to its chip, and someone who listens learns
// nothing that lets him try passwords later.
//
// Offered is generic mapping over the elliptic curves of package curve with
// AES-128, AES-192 and AES-256. Refused with ErrUnsupported are integrated
// mapping, chip authentication mapping, finite fields and 3DES. A failure is
// never followed by Basic Access Control.
//
// The channel authenticates neither the document nor its state: anyone who can
// read the password can make a chip that knows it. That is the work of passive
// authentication and chip authentication.
//
// Arithmetic on secrets is constant time as far as package curve is, the
// tokens are compared in constant time, and every intermediate secret is
// overwritten when its step is over. Lengths and the password's kind are
// public.
package pace
