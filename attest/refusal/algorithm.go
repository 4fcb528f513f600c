package refusal

// Reasons of signatures, digests and keys (ICAO Doc 9303-12, 4.4), whichever
// certificate or object has them.
const (
	// AlgorithmUnsupported: a signature, digest or key is of an algorithm that is unknown, or that does not fit the other.
	AlgorithmUnsupported Reason = "algorithm_unsupported"
	// DigestNotAccepted: a digest is SHA-1 and not allowed, or weaker than what is signed says.
	DigestNotAccepted Reason = "digest_not_accepted"
	// KeyNotAccepted: an RSA key is malformed, or has a modulus or an exponent outside the limits.
	KeyNotAccepted Reason = "key_not_accepted"
	// CurveNotAccepted: an elliptic curve is unknown or has altered parameters, or a point is not on it.
	CurveNotAccepted Reason = "curve_not_accepted"
)

func algorithmReasons() []Reason {
	return []Reason{AlgorithmUnsupported, DigestNotAccepted, KeyNotAccepted, CurveNotAccepted}
}
