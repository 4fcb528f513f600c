// Package seal encrypts the state of a login so that it can wait in a store
// outside of the process: a database, a cache, another server's memory. It is
// AES-256-GCM (NIST SP 800-38D) with a random nonce under one of several keys.
//
// A Ring holds the keys. The first seals, all of them open, so that keys are
// changed without losing what is under way: add the new key as the second on
// every server, then make it the first, then drop the old one when nothing
// sealed under it can be alive any more, and destroy it: with a key, old copies
// of the store tell what was in it. One key may seal 2^32 texts (SP
// 800-38D, 8.3), which at 100 a second is more than a year; change it before.
//
// A sealed text opens only under the Binding that it was sealed for: the
// purpose, issuer, transaction, step, version and policy are authenticated and
// are not in the text. What was altered, cut, sealed under a key that is not in
// the Ring, or for another Binding fails with ErrSealed, and nothing tells
// which of these it was.
//
// Sealing keeps contents secret and unaltered. It does not say that a text is
// the newest: who can write the store can put an older one back. That a state
// is used once is for the store's compare-and-swap to see to.
//
// Opening is constant time as far as AES-GCM of the standard library is, on
// processors with instructions for it. Lengths are public.
package seal
