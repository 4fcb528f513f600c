// Package csca is the trust store of country signing certificates (CSCA, ICAO
// Doc 9303-12): what has to stand above a document for it to be accepted, and
// what the authorities and the operator have withdrawn.
//
// A Store is made by Load from files, directories and trust directories, by
// Build from Contents, or by New from anchors. It does not change; Live
// exchanges one for another while logins go on. ParseMasterList reads master
// lists, MasterList.Verify verifies them under roots that the operator names,
// Inspect and Diff say what is in them. Directory keeps what is trusted on a
// disk, with its hashes.
//
// # Who signed
//
// The candidates for the issuer of a certificate are found by the following
// rules; whether a candidate is the issuer is decided by the signature alone.
//
//  1. The authorities whose subject key identifier is the authority key
//     identifier of the certificate are tried, also when one has signed: several
//     keys may claim one identifier.
//  2. If there are none, or none of them signed, the authorities whose subject
//     is the issuer of the certificate are tried. Names are compared without
//     letter case, spaces and kind of string. Some certificates have no key
//     identifier, or not that of their issuer, although ICAO Doc 9303-12, 7.1.1
//     demands it.
//  3. In each of both steps at most 16 keys are tried, as a forger chooses what is
//     searched: with the name of the issuer before others, anchors before lists
//     before the pool, valid when the certificate was issued, the newest first.
//     Real lists have at most 8 keys of one name.
//  4. If nobody signed, the error is ErrIssuerSignature when the key identifier
//     named somebody, and ErrUnknownIssuer when it did not. When no signature
//     could be computed, because of the algorithm or the key, that is the error.
//
// So an authority that takes the name or the key identifier of another one does
// not stand for it, and it takes 16 of at least its rank to stand in its way.
//
// # Which way leads to an anchor
//
// An anchor is a certificate that was given as one, a self-signed one of a
// verified master list, or one that an override trusts. All others have to lead
// to an anchor through link certificates (ICAO Doc 9303-12, 4.3). Store.Chain
// looks for the shortest way, of at most MaxChain authorities, and goes on when
// one ends badly: the same key may stand in several certificates.
//
// Each authority on the way, the anchor among them, has to be valid at the time
// of the verification, not at the time of the signature (RFC 5280, 6.1.3: the
// shell model). The time of the signature is stated by the signer alone, and a
// key that is no longer protected can state any. It costs documents that
// outlive their CSCA, which authorities avoid: by ICAO Doc 9303-12 a CSCA is
// valid longer than what it signs. An operator who needs one longer extends it by
// an override.
//
// Each has to be an authority with keyCertSign, within the path length of those
// above it, not distrusted by the operator and not revoked. A certificate that
// ties two keys of one country does not count against pathLenConstraint: RFC
// 5280, 6.1.4 (l) exempts those whose issuer has the name of the subject, and a
// CSCA that changes its name stays the same authority (ICAO Doc 9303-12,
// 7.1.1.5). Nearly every CSCA has 0 there, and links below it.
//
// # Revocation
//
// Store.Chain refuses a revoked authority and asks nothing about the
// certificate it was called for; Store.Revocation does. An authority that is
// revoked because its key is compromised takes the other certificates of the
// key with it. That there is no fresh list is a state and no error: what follows
// from it is the caller's policy.
//
// # When a list counts
//
// MasterList.Verify and Directory.Import demand that the signer of a master list
// and all above it are valid at now. A trust directory that holds the list is
// loaded as of the day of the import, which is in its trust.json: a provider
// starts also when the signer has expired since. Signature, root and hashes are
// verified at each loading, and a signer who is revoked by then makes the
// directory unusable. Store.Lists says until when each signer is valid: whoever
// runs a store should look at ListState.Expired when it is loaded, and from time
// to time, and tell the operator to import a newer list.
//
// # What it costs
//
// Load verifies the signatures of master lists and those of single anchors on
// themselves; Build verifies none. Each signature of a chain or a revocation
// list is verified when it is first needed and remembered: for authorities and
// lists as long as the store lives, for other certificates in a bounded memory
// that only certificates with a good signature enter. Each forgery costs its
// search anew, 32 signatures at most. Nothing that depends on the time is
// remembered longer than one search, whose time grows with the size of the store
// and not with the number of ways through its links. No lock is held while a
// signature is verified.
//
// The package looks at no clock, fetches nothing, does not watch its files, and
// does not check the certificate of a document signer beyond its signature;
// package passiveauth does. Nothing in it is secret; nothing is constant time.
package csca
