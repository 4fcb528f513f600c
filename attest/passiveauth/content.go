package passiveauth

import (
	"crypto"
	"fmt"
	"strconv"

	"cnie.example/attest/certificate"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// checkObject reads the signed content, LDSSecurityObject (ICAO Doc 9303-10,
// 4.6.2.3).
func (v *verification) checkObject() outcome {
	object, err := lds.ParseSecurityObject(v.signed.Content)
	if err != nil {
		return refused(refusal.SODMalformed, err)
	}
	if err := v.acceptsHash(object.Hash); err != nil {
		return refused(refusal.DigestNotAccepted, err)
	}
	if err := v.checkDowngrade(object.Hash); err != nil {
		return refused(refusal.DigestNotAccepted, err)
	}
	if !knownVersion(object) {
		return refused(refusal.LDSVersionUnsupported,
			fmt.Errorf("security object of version %d, LDS %q, Unicode %q", object.Version, object.LDSVersion, object.UnicodeVersion))
	}
	v.Object = object
	with := "version " + strconv.Itoa(object.Version) + ", " + object.Hash.String()
	if object.LDSVersion != "" {
		with += ", LDS " + object.LDSVersion
	}
	return passed(with)
}

// knownVersion tells the versions of ICAO Doc 9303-10, 4.6.2.3: version 0, which
// says nothing about the data structure, and version 1, which does. Documents
// are known with LDS 1.7 and 1.8; both are read the same way.
func knownVersion(o lds.SecurityObject) bool {
	if o.Version == 0 && o.LDSVersion == "" && o.UnicodeVersion == "" {
		return true
	}
	return o.Version == 1 && (o.LDSVersion == "0107" || o.LDSVersion == "0108") && o.UnicodeVersion == "040000"
}

// acceptsHash refuses SHA-1 where the operator does not allow it. Weaker ones
// are unknown to the parsers.
func (v *verification) acceptsHash(hash crypto.Hash) error {
	if hash == crypto.SHA1 && !v.trust.Options().SHA1 {
		return certificate.ErrSHA1
	}
	return nil
}

// checkDowngrade compares the hash inside the signed content with the two
// outside, which nobody signs: that of the signed attributes and that of the
// signature. Where SHA-1 is allowed, a document that was made with SHA-2 must
// still not pass with a signature over SHA-1.
func (v *verification) checkDowngrade(inside crypto.Hash) error {
	if inside == crypto.SHA1 {
		return nil
	}
	algorithm, err := v.signer().SignatureAlgorithm.SignatureAlgorithm(v.signer().Digest)
	if err != nil {
		return err
	}
	if v.signer().Digest == crypto.SHA1 || algorithm.Hash == crypto.SHA1 {
		return fmt.Errorf("%v inside the security object and SHA-1 in its signature", inside)
	}
	return nil
}

// checkCountry compares the countries of document signer and authorities: all
// have to name the same one (ICAO Doc 9303-12, 7.1, countryName).
func (v *verification) checkCountry() outcome {
	country := v.Chain.Anchor().Country
	same := country != "" && v.Signer.Country == country && v.Signer.Issuer.Country == country
	for _, authority := range v.Chain {
		same = same && authority.Country == country
	}
	if !same {
		return refused(refusal.CountryMismatch, fmt.Errorf("document signer %q of issuer %q under CSCA %q",
			v.Signer.Country, v.Signer.Issuer.Country, country))
	}
	return passed(country)
}
