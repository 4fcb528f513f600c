// Package curve is the elliptic curves of electronic travel documents:
// brainpoolP256r1, brainpoolP320r1, brainpoolP384r1 and brainpoolP512r1 (RFC
// 5639) and P-256, P-384, P-521 (NIST SP 800-186). It has points and scalars for
// key agreement and for the generic and the integrated mapping of PACE, ECDSA,
// and the domain parameters of certificates and of ICAO Doc 9303-11, 9.5.1.
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
// certificates, and it has no protocol: IntegratedMap takes the output of the
// pseudorandom function of PACE, not the nonces. It takes uncompressed points
// only.
//
// # What is constant time
//
// Time and memory access do not depend on the scalar in Point.Mul, on the key
// and the nonce in Sign, on the coordinates in Point.Mul, Point.Add, Point.Equal
// and in encoding a point, on the number in Curve.Scalar, Curve.ReduceScalar and
// Curve.IntegratedMap. This rests on how the arithmetic is written: complete
// formulas, a fixed number of digits, tables that are read whole, masks in place
// of branches; for the NIST curves, on package nistec.
//
// It is shown by measurement too. TestConstantTime compares, by Welch's t-test
// on interleaved runs, the times for one fixed and for random inputs, on all
// times and on the fastest of them (Reparaz, Balasch, Verbauwhede: Dude, is my
// code constant time?, DATE 2017):
//
//	go test -run TestConstantTime -timing -v .
//
// It measures Point.Mul on every curve, and the generator, the nonce of a
// signature and integrated mapping on the brainpool curves, and fails when a |t|
// above 4.5 comes back in three attempts. The same run must find two leaks that
// are planted in the test: a double-and-add, and a search of the table that
// stops at the entry, which changes the time of a multiplication by 0.2 %.
//
// The limits of this: it tells of one machine and one compiler; only classes of
// inputs that are measured can differ; a difference below the noise is not seen,
// which is one part in ten thousand on brainpoolP256r1 and one in a thousand on
// the slowest curves; and power, cache and branch traces are not looked at. Some
// processors take another time for operands that are zero, as nearly all are
// with the scalar 1: on an AMD EPYC, a multiplication by 1 took 0.02 % less on
// brainpoolP256r1 and on P-256, and a chain of field multiplications by zero,
// which has no branch, differed by up to 0.07 %. The test reports this and does
// not judge it.
//
// Not constant time, or visible from outside:
//   - Verify and ParseParameters, which work on public values only;
//   - whether input was valid, and whether a sum was infinity;
//   - how many candidates RandomScalar and Sign rejected, which says nothing of
//     the one they took;
//   - whether a point is one that Generator gave, which has its own faster
//     multiplication on most curves.
//
// Wipe overwrites what a Scalar or Point holds. Copies that the compiler or the
// garbage collector made, and intermediate results on the stack, are not
// overwritten.
package curve
