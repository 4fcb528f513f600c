package certificate

// Limits of RSA keys, in bits. ICAO Doc 9303-12, 4.4.1 asks for a modulus of
// 2048 at least. The upper limits keep a verification cheap: an operator may
// raise them, as some authorities have keys of 6144 bits, but not without end.
const (
	minRSA = 2048

	DefaultRSA         = 4096  // modulus, when Options say nothing
	DefaultRSAExponent = 32    // exponent, when Options say nothing
	MaxRSA             = 16384 // modulus, the highest limit of Options
	MaxRSAExponent     = 64    // exponent, the highest limit of Options
)

// Options are the policy under which certificates and revocation lists are read
// and used. The zero value is the policy of production.
type Options struct {
	// Lab accepts certificates that carry LabExtension.
	Lab bool
	// SHA1 accepts signatures and digests with SHA-1, for documents of long ago.
	SHA1 bool
	// MaxRSA and MaxRSAExponent are the longest modulus and public exponent of
	// an RSA key that is used, in bits. Zero and less stand for DefaultRSA and
	// DefaultRSAExponent; more than MaxRSA and MaxRSAExponent counts as those.
	MaxRSA, MaxRSAExponent int
}

// rsaLimits are the limits in force.
func (o Options) rsaLimits() (modulus, exponent int) {
	return limit(o.MaxRSA, DefaultRSA, MaxRSA), limit(o.MaxRSAExponent, DefaultRSAExponent, MaxRSAExponent)
}

func limit(asked, otherwise, most int) int {
	if asked <= 0 {
		return otherwise
	}
	return min(asked, most)
}
