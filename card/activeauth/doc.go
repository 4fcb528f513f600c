// Package activeauth is active authentication (ICAO Doc 9303-11, 6.1), terminal
// half: the chip signs a challenge with a key that cannot be read out of it, so
// a copy of its files cannot do the same.
//
// Challenge makes the challenge of a login, Authenticate has the chip sign it,
// Verify checks the signature. The three may run on different machines: who
// verifies computes the challenge himself from what he knows of the login, and
// never takes eight bytes from someone else.
//
// What a good signature proves: the chip with the key of DG15 signed this
// challenge. What it does not prove: that DG15 is genuine. The key must come
// from a DG15, and for ECDSA the hash function from a DG14, that passive
// authentication has found genuine; otherwise anybody can make both key and
// signature. Nor does it open a channel: what is read afterwards is not
// authenticated by it. It therefore never stands in for chip authentication,
// which is done wherever the chip offers it.
//
// A signature convinces everyone who sees it, also those whom the holder did
// not want to tell (ICAO Doc 9303-11, Appendix C). A challenge has 64 bits,
// which is what chips take.
//
// RSA keys have 1024 to 4096 bits and sign by ISO/IEC 9796-2, scheme 1, with
// SHA-1 or SHA-2; ECDSA keys are on the curves of package curve and sign with
// SHA-2. Scheme 1 resists no attacker who has very many messages of his choice
// signed (Coron and others, CRYPTO 2009), and small keys and SHA-1 are in the
// documents of some states: what they are worth is for a policy to say.
//
// Everything here is public and handled in variable time.
package activeauth
