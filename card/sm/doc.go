// Package sm is secure messaging of travel documents, terminal half (ICAO Doc
// 9303-11, 9.8): it derives session keys, wraps command APDUs and unwraps
// response APDUs under them, with 3DES or AES in encrypt-then-authenticate
// mode.
//
// Keys wraps and unwraps without any I/O, with the send sequence counter given
// by the caller, so that commands can be wrapped far from the card. Channel
// puts Keys and a counter over a card.Transmitter and is one itself. The
// package agrees on no keys: that is the work of pace, bac and chipauth.
//
// A response counts only when its MAC is right: an answer without it, with
// data objects out of order, or with a status word other than the protected
// one is an error, and an error ends a Channel for good.
//
// MACs are compared in constant time. AES and DES are those of the standard
// library: AES is constant time where the processor has instructions for it,
// DES never is. Lengths are public. Wiping overwrites the keys held here; the
// key schedules inside the standard library cannot be overwritten and are left
// to the garbage collector.
package sm
