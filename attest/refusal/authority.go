package refusal

// Reasons of the country signing authority (CSCA) and of the way from the
// document signer to it (ICAO Doc 9303-12, 4.3 and 7.1).
const (
	// CSCAUnknown: no trusted country signing authority issued the document signer certificate.
	CSCAUnknown Reason = "csca_unknown"
	// CSCAChainBroken: link certificates lead to no trusted authority, or one of them is not signed by the one before.
	CSCAChainBroken Reason = "csca_chain_broken"
	// CSCAKeyUsage: the certificate of an authority is not for signing certificates.
	CSCAKeyUsage Reason = "csca_key_usage"
	// CSCAPathLength: an authority has more authorities below it than its certificate allows.
	CSCAPathLength Reason = "csca_path_length"
	// CSCANotYetValid: the country signing certificate begins later.
	CSCANotYetValid Reason = "csca_not_yet_valid"
	// CSCAExpired: the country signing certificate has ended.
	CSCAExpired Reason = "csca_expired"
	// CSCARevoked: the country signing certificate is revoked.
	CSCARevoked Reason = "csca_revoked"
	// CSCADistrusted: the operator of the verifier distrusts the country signing certificate.
	CSCADistrusted Reason = "csca_distrusted"
	// RevocationUnknown: no fresh revocation list speaks for the certificates, and the verifier demands one.
	RevocationUnknown Reason = "revocation_unknown"
)

func authorityReasons() []Reason {
	return []Reason{
		CSCAUnknown, CSCAChainBroken, CSCAKeyUsage, CSCAPathLength, CSCANotYetValid,
		CSCAExpired, CSCARevoked, CSCADistrusted, RevocationUnknown,
	}
}
