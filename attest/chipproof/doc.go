// Package chipproof is the verifier's half of remote chip authentication: it
// makes the session keys with the chip, wraps READ BINARY commands ahead,
// judges the chip's answers and puts the files together.
//
// What it proves: the first answer whose MAC verifies under keys that nobody
// but this verifier and the chip can have, together with a DG1 that has the
// signed hash, shows that the chip of DG14 answered now. What it does not
// prove: that DG14 is genuine (passive authentication, which must be done
// before Start), who holds the document, or anything to a third party, since
// the verifier could have made the whole conversation up.
//
// An Exchange is used once. Command n of it, counted from zero over all
// batches, has the send sequence counter 2n+1 and its answer 2n+2 (ICAO Doc
// 9303-11, 9.8.2, from a counter of zero after chip authentication). No counter
// is used twice and nothing is asked again; every error is final. Keys are
// wiped at every end: when the files are complete, after any error, and by
// Close and Freeze. What has been read of a file that is not complete is
// overwritten with them.
//
// Freeze and Thaw move an Exchange that waits for answers to another process,
// with its deadline. Neither encrypts, and neither keeps anybody from thawing
// twice: package attest does both.
//
// Errors about the other side are *refusal.Error. MACs are compared in
// constant time (package sm), the ephemeral scalar is used in constant time
// (package chipauth); contents and lengths of files are handled in variable
// time.
package chipproof
