// Package chipauth is chip authentication (ICAO Doc 9303-11, 6.2) in two
// halves that may run on two machines.
//
// Compute is the half of the one who must be convinced: it makes a fresh key
// pair, agrees on session keys with the chip's public key of DG14, and signs
// the hand-over with the ephemeral scalar before it destroys it. Present is
// the half of the one who holds the card: it sends the point to the chip. A
// chip that then answers under the session keys holds the private key that
// belongs to DG14. In a remote login the identity provider computes, the agent
// presents, and no session key travels.
//
// Agree is Compute without hand-over, for a terminal that reads for its own
// user. It convinces nobody else: whoever knows the ephemeral scalar can make
// up such a conversation from the public DG14 alone.
//
// Offered are ECDH keys on the curves of package curve, all of cofactor 1, with
// AES and, for documents that have nothing better, with 3DES. Finite-field keys
// are refused. Whether DG14 is genuine is not decided here but by passive
// authentication; a key from an unverified DG14 proves nothing.
//
// Key agreement and signing are constant time in the ephemeral scalar; DES
// under the session keys is not (package sm). VerifyProof works on public
// values and is variable time.
package chipauth
