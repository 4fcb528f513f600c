// Package curve is the elliptic curves of electronic travel documents:
// brainpoolP256r1 (RFC 5639) and P-256, P-384, P-521 (NIST SP 800-186). It has
// points and scalars for key agreement and for the mapping of PACE, ECDSA, and
// the domain parameters of certificates and of ICAO Doc 9303-11, 9.5.1.
//
// A Curve makes Points and Scalars, and makes them only of valid input: every
// Point is on its curve and not infinity, every Scalar is from 1 to n-1. All
// curves have the cofactor 1, so a point on the curve is in the right group.
// A key agreement is
//
//	k, err := c.RandomScalar(rand)  // own ephemeral key
//	own, err := c.Generator().Mul(k)
//	peer, err := c.Point(received)
//	shared, err := peer.Mul(k)
//	secret := shared.X()            // always c.Size() bytes
//	shared.Wipe()
//	k.Wipe()
//
// The package does not hash, derive keys, encode private keys or parse
// certificates, and it has no protocol. It takes uncompressed points only.
//
// # What is constant time
//
// Time and memory access do not depend on the scalar in Point.Mul, on the key
// and the nonce in Sign, on the coordinates in Point.Mul, Point.Add, Point.Equal
// and in encoding a point, and on the number in Curve.Scalar and
// Curve.ReduceScalar. This rests on how the arithmetic is written (no branch and
// no index on a secret) and on package nistec for the NIST curves; nothing
// measures it on the machine at hand.
//
// Not constant time, or visible from outside:
//   - Verify and ParseParameters, which work on public values only;
//   - whether input was valid, and whether a sum was infinity;
//   - how many candidates RandomScalar and Sign rejected, which says nothing of
//     the one they took;
//   - whether a point is one that Generator gave, which has its own faster
//     multiplication.
//
// Wipe overwrites what a Scalar or Point holds. Copies that the compiler or the
// garbage collector made, and intermediate results on the stack, are not
// overwritten.
package curve
