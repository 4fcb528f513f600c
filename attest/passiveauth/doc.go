// Package passiveauth is passive authentication of ICAO Doc 9303-11, 5.1: it
// verifies the document security object (SOD) of a travel document up to a
// trusted country signing authority (CSCA), and files against the digests in
// it.
//
// # Order
//
// Verify makes its checks in this order; the first that fails ends it with a
// refusal.Error.
//
//	sod_syntax        EF.SOD, SignedData, one signer, signed attributes   sod_malformed, sod_attributes_invalid
//	ds_certificate    the signer's certificate is inside and readable     sod_signer_missing, ds_malformed, ds_critical_extension
//	sod_digest        the attributes have the digest of the content       sod_digest_mismatch
//	ds_key_usage      for documents only, not distrusted                  ds_key_usage, ds_distrusted
//	ds_chain          signatures and authorities up to an anchor          csca_unknown, ds_signature_invalid, csca_chain_broken,
//	                                                                      csca_key_usage, csca_path_length, csca_distrusted, csca_revoked
//	ds_validity       now, of the signer                                  ds_not_yet_valid, ds_expired
//	csca_validity     now, of every authority                             csca_not_yet_valid, csca_expired
//	revocation        the lists of the store                              ds_revoked, csca_revoked, revocation_unknown
//	sod_signing_time  the stated time of signing                          sod_signing_time
//	sod_signature     the signer's key, over the attributes               sod_signature_invalid
//	lds_object        the content: syntax, hash, version                  sod_malformed, digest_not_accepted, lds_version_unsupported
//	country           one for signer, issuer and authorities              country_mismatch
//
// What is wrong with an algorithm or a key has the same reason wherever it
// comes up: algorithm_unsupported, digest_not_accepted, key_not_accepted,
// curve_not_accepted; so has a laboratory, lab_document. The store finds a chain
// and judges its authorities in one call; a refusal there ends ds_chain or the
// check it belongs to, and the ones between are not listed.
//
// # Whose signature counts
//
// The signer's certificate comes from the SOD; one elsewhere is not looked for.
// Its issuer is searched in the store by the authority key identifier, and by
// name when the store has no such key (package csca writes down the rules). A
// signature that does not verify under the key that the certificate names is a
// forgery, ds_signature_invalid; one that verifies under no key of the name
// only says that the authority is unknown, for countries keep one name for many
// keys. Revocation lists and further certificates inside the SOD are no
// evidence and are not used.
//
// # Which time counts
//
// Every certificate has to be valid now. A document signer signs for some
// months and its certificate stays valid as long as its documents, and so does
// the CSCA's (ICAO Doc 9303-12, 4.2), so an expired certificate has no document
// that is not expired too. Nothing is judged at the time of signing alone: that
// time is stated by the signer, and whoever has its key may state any. But when
// the SOD states one, it has to fit: not in the future by more than
// ClockTolerance, and within the validity of the signer's certificate and the
// usage period of its private key. A SOD outside of it was made with a key that
// should have been destroyed. For the same reason a revoked certificate is
// revoked for every document, also for those that say they are older.
//
// # Hashes
//
// SHA-1 counts only where the options of the store allow it, and even there not
// in the signature of a security object that has SHA-2 inside: nobody signs the
// name of the outer hash.
//
// # What it does not do
//
// Passive authentication proves that the data is what a state signed. It does
// not prove that the chip is genuine or present: copies pass. The package does
// not compare the document's own country, type and date of expiry, which are in
// DG1, and knows no policy about countries; AllowsType answers what the signer
// may sign. It fetches nothing. Nothing here is secret; nothing is constant
// time.
package passiveauth
