package attest_test

import (
	"crypto"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/refusal"
)

// onDS changes the document signer's certificate before it is signed.
func onDS(change func(ds *attesttest.Certificate)) func(*evidence) {
	return func(e *evidence) { change(e.ds) }
}

// rogue is an authority under the name of the real one, with a key of its own.
// It signs the document signer's certificate.
func rogue(e *evidence) *attesttest.Certificate {
	other := e.csca.Clone().SetPublicKey(e.state.Key())
	e.ds.SignWith(other.Key).Set(attesttest.AuthorityKey(other.KeyIdentifier()))
	return other
}

// signerDefects are those of the document signer's certificate.
func signerDefects() []defect {
	forged, malformed, unknown := refusal.DSSignatureInvalid, refusal.DSMalformed, refusal.CSCAUnknown
	return []defect{
		{name: "signer's certificate altered", reason: forged, issue: onDS(func(ds *attesttest.Certificate) {
			ds.Alter = func(der []byte) []byte {
				return attesttest.Replace(der, ds.Key.Public(), attesttest.RSA2048(1).Public()[:len(ds.Key.Public())])
			}
		})},
		{name: "signer's validity lengthened", reason: forged, like: "signer's certificate altered", issue: onDS(func(ds *attesttest.Certificate) {
			longer := attesttest.Time(ds.NotAfter.AddDate(1, 0, 0))
			ds.Alter = func(der []byte) []byte { return attesttest.Replace(der, attesttest.Time(ds.NotAfter), longer) }
		})},
		{name: "signature of the authority altered", reason: forged, like: "signer's certificate altered", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Alter = func(der []byte) []byte { return attesttest.Flip(der, -1) }
		})},
		{name: "signer's certificate signed by itself", reason: forged, like: "signer's certificate altered", issue: onDS(func(ds *attesttest.Certificate) {
			ds.SignWith(ds.Key)
		})},
		{name: "rogue authority of the same name and key identifier", reason: forged, like: "signer's certificate altered", issue: func(e *evidence) {
			e.ds.SignWith(rogue(e).Key).Set(attesttest.AuthorityKey(e.csca.KeyIdentifier()))
		}},
		{name: "rogue authority of the same name", reason: unknown, issue: func(e *evidence) { rogue(e) }},
		{name: "rogue authority of the same name, no key identifier", reason: unknown, like: "rogue authority of the same name", issue: func(e *evidence) {
			rogue(e)
			e.ds.Remove(attesttest.AuthorityKeyIdentifier)
		}},
		{name: "rogue authority inside the document", reason: unknown, like: "rogue authority of the same name", sign: func(e *evidence) {
			other := rogue(e)
			e.document.Signed.Certificates = [][]byte{e.ds.DER(), other.DER()}
		}},
		{name: "authority of another name", reason: unknown, like: "rogue authority of the same name", issue: func(e *evidence) {
			other := e.state.CSCA("ANOTHER SPECIMEN")
			e.ds.Issuer = other.Subject
			e.ds.SignWith(other.Key).Set(attesttest.AuthorityKey(other.KeyIdentifier()))
		}},
		{name: "signer not yet valid", reason: refusal.DSNotYetValid, issue: func(e *evidence) { e.ds.NotBefore = e.now.AddDate(0, 0, 1) }},
		{name: "signer expired", reason: refusal.DSExpired, issue: func(e *evidence) { e.ds.NotAfter = e.now.AddDate(0, 0, -1) }},
		{name: "signer of another country", reason: refusal.CountryMismatch, cause: `"BE"`, issue: onDS(func(ds *attesttest.Certificate) {
			ds.Subject = attesttest.NewName("BE", "DS SPECIMEN")
		})},
		{name: "signer of no country", reason: refusal.CountryMismatch, cause: `document signer ""`, issue: onDS(func(ds *attesttest.Certificate) {
			ds.Subject = attesttest.NewName("", "DS SPECIMEN")
		})},
		{name: "unknown critical extension of the signer", reason: refusal.DSCriticalExtension, issue: onDS(func(ds *attesttest.Certificate) {
			ds.Set(attesttest.UnknownCritical())
		})},
		{name: "signer of a laboratory", reason: refusal.LabDocument, issue: onDS(func(ds *attesttest.Certificate) { ds.Set(attesttest.Lab()) })},
		{name: "extension of the signer twice", reason: malformed, cause: "extension", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Extensions = append(ds.Extensions, ds.Extensions[len(ds.Extensions)-1])
		})},
		{name: "signer's certificate of a negative version", reason: malformed, cause: "version", issue: onDS(func(ds *attesttest.Certificate) { ds.Version = -1 })},
		{name: "signer's certificate of version 4", reason: malformed, cause: "version", like: "signer's certificate of a negative version", issue: onDS(func(ds *attesttest.Certificate) { ds.Version = 3 })},
		{name: "extensions in version 1", reason: malformed, cause: "not version 3", issue: onDS(func(ds *attesttest.Certificate) { ds.Version = 0 })},
		{name: "two signature algorithms in one certificate", reason: malformed, cause: "signature algorithm differs", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Inside = attesttest.ECDSA(crypto.SHA512).Identifier()
		})},
		{name: "byte behind the signer's signature", reason: malformed, cause: "signature", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Alter = func(der []byte) []byte {
				return attesttest.Sequence(attesttest.Content(der), []byte{0})
			}
		})},
		{name: "signer's certificate of indefinite length", reason: refusal.SODMalformed, cause: "certificates", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Alter = indefinite
		})},
	}
}

// usageDefects are certificates under the right authority that are for
// something else.
func usageDefects() []defect {
	usage := refusal.DSKeyUsage
	return []defect{
		{name: "signer not for signatures", reason: usage, cause: "not for digital signatures", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Set(attesttest.Usage(attesttest.UsageKeyCertSign))
		})},
		{name: "signer without key usage", reason: usage, cause: "not for digital signatures", like: "signer not for signatures", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Remove(attesttest.KeyUsage)
		})},
		{name: "signer that is an authority", reason: usage, cause: "is an authority", issue: onDS(func(ds *attesttest.Certificate) { ds.Set(attesttest.Authority(0)) })},
		{name: "signer of master lists", reason: usage, cause: "2.23.136.1.1.3", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Set(attesttest.Purposes(attesttest.MasterListSigning))
		})},
		{name: "signer for another kind of document", reason: refusal.DocumentTypeNotAllowed, cause: `document code "ID"`, issue: onDS(func(ds *attesttest.Certificate) {
			ds.Set(attesttest.Types("P"))
		})},
		{name: "signer for no kind of document", reason: refusal.DocumentTypeNotAllowed, cause: `document code "ID"`, like: "signer for another kind of document", issue: onDS(func(ds *attesttest.Certificate) {
			ds.Set(attesttest.Types())
		})},
	}
}
