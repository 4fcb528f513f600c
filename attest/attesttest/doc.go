// Package attesttest is an issuing state for tests: it makes country signing
// certificates (CSCA), link certificates, document signers (DS), revocation
// lists, master lists, security objects (EF.SOD) and data groups, good ones and
// ones with any single fault (ICAO Doc 9303-10 and 9303-12).
//
//	s := attesttest.New("UT", nil)
//	csca := s.CSCA("CSCA SPECIMEN")
//	ds := s.DS(csca)
//	files := map[lds.File][]byte{lds.DG1: attesttest.DG1(s.Person()), lds.DG14: attesttest.DG14(s.Key())}
//	sod := s.Document(ds, files).SOD()
//	anchor, err := certificate.Parse(csca.DER(), certificate.Options{})
//
// Certificate, RevocationList, Document, SignedData and SignerInfo are
// templates: every field is set to what a state would issue, may be changed,
// and counts when DER, or SOD, is called. Each call encodes and signs anew;
// nothing is remembered. What no field reaches is changed by the functions
// Mutate, which sees the bytes before they are signed, and Alter, which sees
// them after. A changed template stays changed: Clone makes a second one.
//
// Signatures need no randomness: nonces and salts follow from key and message,
// so the same templates give the same bytes. Keys on elliptic curves come from
// the reader of the State; RSA keys are those of testdata, made once by make.sh, SPECIMEN
// like everything else here.
//
// The package shares with the verifier the points of package curve and nothing
// else: it encodes and signs from ICAO Doc 9303, RFC 5280, RFC 5652 and RFC 8017
// again. It is for tests only and is not safe in any other place: keys are
// public, nonces are not random, nothing is constant time, and what cannot be
// encoded panics.
package attesttest
