package attest_test

import (
	"bytes"
	"crypto"
	"slices"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// onSigned changes the SignedData, onSigner its signer, onObject what is signed.
func onSigned(change func(*attesttest.SignedData)) func(*evidence) {
	return func(e *evidence) { change(e.document.Signed) }
}

func onSigner(change func(*attesttest.SignerInfo)) func(*evidence) {
	return func(e *evidence) { change(e.document.Signer()) }
}

func onObject(change func(*attesttest.SecurityObject)) func(*evidence) {
	return func(e *evidence) { change(e.document.Object) }
}

// indefinite encodes one element with indefinite length, as BER allows.
func indefinite(der []byte) []byte {
	return slices.Concat(der[:1], []byte{0x80}, attesttest.Content(der), []byte{0, 0})
}

// securityObjectDefects are those of the form of EF.SOD and of SignedData.
func securityObjectDefects() []defect {
	malformed := refusal.SODMalformed
	return []defect{
		{name: "EF.SOD with another tag", reason: malformed, cause: "tag", sign: func(e *evidence) { e.document.Tag = 0x30 }},
		{name: "EF.SOD with a byte behind it", reason: malformed, cause: "1 bytes after 77", sign: func(e *evidence) {
			e.document.Alter = func(sod []byte) []byte { return append(sod, 0) }
		}},
		{name: "EF.SOD cut", reason: malformed, cause: "bytes left", sign: func(e *evidence) {
			e.document.Alter = func(sod []byte) []byte { return sod[:len(sod)-1] }
		}},
		{name: "element behind the CMS structure", reason: malformed, cause: "ContentInfo", sign: onSigned(func(d *attesttest.SignedData) {
			d.Alter = func(der []byte) []byte { return append(der, attesttest.Null()...) }
		})},
		{name: "CMS structure of indefinite length", reason: malformed, cause: "ContentInfo", like: "element behind the CMS structure", sign: onSigned(func(d *attesttest.SignedData) {
			d.Alter = indefinite
		})},
		{name: "SignedData of version 1", reason: malformed, cause: "version", sign: onSigned(func(d *attesttest.SignedData) { d.Version = 1 })},
		{name: "content type of a master list", reason: malformed, cause: "content type 2.23.136.1.1.2", sign: onSigned(func(d *attesttest.SignedData) {
			d.ContentType = attesttest.MasterListType
		})},
		{name: "two signers", reason: malformed, cause: "2 signers", sign: onSigned(func(d *attesttest.SignedData) {
			d.Signers = append(d.Signers, d.Signers[0].Clone())
		})},
		{name: "no signer", reason: malformed, cause: "0 signers", sign: onSigned(func(d *attesttest.SignedData) { d.Signers = nil })},
		{name: "nine certificates", reason: malformed, cause: "9 certificates", sign: onSigned(func(d *attesttest.SignedData) {
			d.Certificates = slices.Repeat(d.Certificates, 9)
		})},
		{name: "signer's version of the other form of name", reason: malformed, cause: "SignerIdentifier", sign: onSigner(func(s *attesttest.SignerInfo) { s.Version = 3 })},
		{name: "digest of the signer not announced", reason: malformed, cause: "digestAlgorithms lack", sign: onSigned(func(d *attesttest.SignedData) {
			d.Digests = [][]byte{attesttest.Digest(crypto.SHA512)}
		})},
		{name: "no certificate", reason: refusal.SODSignerMissing, sign: onSigned(func(d *attesttest.SignedData) { d.Certificates = nil })},
		{name: "certificate of another signer", reason: refusal.SODSignerMissing, like: "no certificate", sign: func(e *evidence) {
			e.document.Signed.Certificates = [][]byte{e.state.DS(e.csca).DER()}
		}},
		{name: "signer named by another serial number", reason: refusal.SODSignerMissing, like: "no certificate", sign: onSigner(func(s *attesttest.SignerInfo) { s.Serial = []byte{9} })},
		{name: "signer named by another key identifier", reason: refusal.SODSignerMissing, like: "no certificate", sign: onSigner(func(s *attesttest.SignerInfo) { s.KeyIdentifier = []byte("none") })},
	}
}

func without(id attesttest.OID) func([][]byte) [][]byte {
	return func(list [][]byte) [][]byte {
		return slices.DeleteFunc(list, func(a []byte) bool { return bytes.Contains(a, id.DER()) })
	}
}

func doubled(id attesttest.OID) func([][]byte) [][]byte {
	return func(list [][]byte) [][]byte {
		at := slices.IndexFunc(list, func(a []byte) bool { return bytes.Contains(a, id.DER()) })
		return slices.Insert(list, at, list[at])
	}
}

// attributeDefects are those of the signed attributes and of the signature over
// them.
func attributeDefects() []defect {
	invalid, unsigned := refusal.SODAttributesInvalid, refusal.SODSignatureInvalid
	return []defect{
		{name: "no signed attributes", reason: invalid, cause: "absent", sign: onSigner(func(s *attesttest.SignerInfo) { s.NoAttributes = true })},
		{name: "no digest among the attributes", reason: invalid, cause: "contentType or messageDigest is absent", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Mutate = without(attesttest.MessageDigestAttribute)
		})},
		{name: "no content type among the attributes", reason: invalid, cause: "contentType or messageDigest is absent", like: "no digest among the attributes", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Mutate = without(attesttest.ContentTypeAttribute)
		})},
		{name: "two digests among the attributes", reason: invalid, cause: "1.2.840.113549.1.9.4", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Mutate = doubled(attesttest.MessageDigestAttribute)
		})},
		{name: "two content types among the attributes", reason: invalid, cause: "1.2.840.113549.1.9.3", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Mutate = doubled(attesttest.ContentTypeAttribute)
		})},
		{name: "attribute of another content type", reason: refusal.SODDigestMismatch, cause: "content type", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.ContentType = attesttest.MasterListType
		})},
		{name: "digest of another content", reason: refusal.SODDigestMismatch, sign: onSigner(func(s *attesttest.SignerInfo) {
			s.MessageDigest = attesttest.Sum(crypto.SHA256, []byte("SPECIMEN"))
		})},
		{name: "content altered", reason: refusal.SODDigestMismatch, like: "digest of another content", sign: func(e *evidence) {
			digest := e.document.Object.Digest(lds.DG14).Value
			e.document.Alter = func(sod []byte) []byte { return attesttest.Replace(sod, digest, attesttest.Flip(digest, 0)) }
		}},
		{name: "attributes altered", reason: unsigned, base: timed(), sign: onSigner(func(s *attesttest.SignerInfo) {
			written := []byte(s.SigningTime.UTC().Format("060102150405Z"))
			later := []byte(s.SigningTime.Add(time.Second).UTC().Format("060102150405Z"))
			s.AlterSigned = func(a []byte) []byte { return attesttest.Replace(a, written, later) }
		})},
		{name: "signature altered", reason: unsigned, like: "attributes altered", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.AlterSignature = func(signature []byte) []byte { return attesttest.Flip(signature, -1) }
		})},
		{name: "signature by another key", reason: unsigned, like: "attributes altered", sign: func(e *evidence) {
			e.document.Signer().Key = e.state.Key()
		}},
		{name: "signature empty", reason: unsigned, like: "attributes altered", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.AlterSignature = func([]byte) []byte { return nil }
		})},
		{name: "signature of zeros", reason: unsigned, like: "attributes altered", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.AlterSignature = func([]byte) []byte { return attesttest.Sequence(attesttest.Integer(0), attesttest.Integer(0)) }
		})},
		{name: "signature over another hash than declared", reason: unsigned, like: "attributes altered", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Identifier = attesttest.ECDSA(crypto.SHA384).Identifier()
		})},
	}
}

// timed is evidence with a stated time of signing in the first quarter, for
// which alone the signer's private key was meant.
func timed() *base {
	return &base{
		name:  "time of signing",
		issue: func(e *evidence) { e.ds.Set(attesttest.KeyPeriod(e.state.Begin, e.state.Begin.AddDate(0, 3, 0))) },
		sign:  signedAfter(0, 1),
	}
}

func signedAfter(years, months int) func(*evidence) {
	return func(e *evidence) { e.document.Signer().SigningTime = e.state.Begin.AddDate(years, months, 0) }
}

func signingTimeDefects() []defect {
	reason := refusal.SODSigningTime
	return []defect{
		{name: "signed in the future", reason: reason, cause: "future", base: timed(), sign: signedAfter(2, 0)},
		{name: "signed before the signer was valid", reason: reason, cause: "validity of the document signer", base: timed(), sign: signedAfter(0, -1)},
		{name: "signed after the private key was to rest", reason: reason, cause: "private key", base: timed(), sign: signedAfter(0, 4)},
	}
}

// contentDefects are those of LDSSecurityObject.
func contentDefects() []defect {
	malformed, version := refusal.SODMalformed, refusal.LDSVersionUnsupported
	info := func(lds, unicode string) func(*attesttest.SecurityObject) {
		return func(o *attesttest.SecurityObject) { o.Version, o.LDSVersion, o.UnicodeVersion = 1, lds, unicode }
	}
	return []defect{
		{name: "security object of version 2", reason: version, cause: "unknown version of the security object: 2", sign: onObject(func(o *attesttest.SecurityObject) { o.Version = 2 })},
		{name: "data structure 1.9", reason: version, cause: `"0109"`, sign: onObject(info("0109", "040000"))},
		{name: "Unicode 5", reason: version, cause: `"050000"`, sign: onObject(info("0108", "050000"))},
		{name: "version information in version 0", reason: version, cause: "version 0", sign: onObject(func(o *attesttest.SecurityObject) {
			o.LDSVersion, o.UnicodeVersion = "0108", "040000"
		})},
		{name: "version 1 without version information", reason: version, cause: `version 1, LDS ""`, sign: onObject(func(o *attesttest.SecurityObject) { o.Version = 1 })},
		{name: "digest of 31 bytes", reason: malformed, cause: "31 bytes", sign: onObject(func(o *attesttest.SecurityObject) {
			o.Digest(lds.DG1).Value = o.Digest(lds.DG1).Value[:31]
		})},
		{name: "one data group twice", reason: malformed, cause: "two hashes", sign: onObject(func(o *attesttest.SecurityObject) {
			o.Digests = append(o.Digests, *o.Digest(lds.DG1))
		})},
		{name: "data group 17", reason: malformed, cause: "17", sign: onObject(func(o *attesttest.SecurityObject) {
			o.Digests = append(o.Digests, attesttest.GroupDigest{Number: 17, Value: make([]byte, 32)})
		})},
		{name: "no data group", reason: malformed, cause: "no hash of a data group", sign: onObject(func(o *attesttest.SecurityObject) { o.Digests = nil })},
		{name: "element behind the security object", reason: malformed, cause: "security object", sign: onObject(func(o *attesttest.SecurityObject) {
			o.Mutate = func(der []byte) []byte { return append(der, attesttest.Null()...) }
		})},
		{name: "security object of indefinite length", reason: malformed, cause: "security object", like: "element behind the security object", sign: onObject(func(o *attesttest.SecurityObject) {
			o.Mutate = indefinite
		})},
	}
}
