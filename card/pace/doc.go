// Package pace is Password Authenticated Connection Establishment, terminal
// half (ICAO Doc 9303-11, 4.4): a password that the holder knows or that is
// printed on the document, CAN, MRZ, PIN or PUK, opens a secure channel to its
// chip, and someone who listens learns nothing that lets him try passwords
// later.
//
// Offered are generic mapping, integrated mapping and chip authentication
// mapping over the elliptic curves of package curve, with AES-128, AES-192,
// AES-256 and, not for the last mapping, 3DES. Finite fields are refused with
// ErrUnsupported. A failure is never followed by Basic Access Control, nor by
// another protocol of PACE.
//
// Integrated mapping is off unless Preference asks for it: notes in JMRTD name
// the patents FR09-54043 and FR09-54053 (Sagem, 2009) for it. Whether they bind
// a use is for its owner to find out. Generic mapping is the default.
//
// The last try of a password is spent only when the caller says LastTry. What a
// chip does not announce at MSE:Set AT cannot be known here: TriesLeft of the
// error before is then all there is.
//
// The channel authenticates neither the document nor its state: anyone who can
// read the password can make a chip that knows it. That is the work of passive
// authentication and chip authentication; after chip authentication mapping,
// Session.VerifyChip does the second.
//
// Arithmetic on secrets is constant time as far as package curve is, the
// tokens are compared in constant time, and every intermediate secret is
// overwritten when its step is over. AES and DES are those of the standard
// library, DES never constant time. Lengths and the password's kind are public.
package pace
