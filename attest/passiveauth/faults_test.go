package passiveauth_test

import (
	"crypto"
	"math/big"
	"testing"
	"time"

	at "cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/curve"
)

// fault is one thing wrong with a document or with what the verifier knows, and
// the one refusal that follows.
type fault struct {
	name   string
	reason refusal.Reason
	check  string // that fails
	change func(t *testing.T, w *world)
}

// inDocument is a change of the security object before it is signed.
func inDocument(change func(d *at.Document)) func(*testing.T, *world) {
	return func(_ *testing.T, w *world) { w.document = change }
}

// inSigner is a change of the document signer certificate before it is issued.
func inSigner(change func(w *world, ds *at.Certificate)) func(*testing.T, *world) {
	return func(_ *testing.T, w *world) { change(w, w.ds) }
}

// rsaPSS makes the document signer one with an RSA key, and lets it sign by
// RSASSA-PSS.
func rsaPSS(w *world, change func(s *at.SignerInfo)) {
	w.ds.SetPublicKey(at.RSA2048(1))
	w.document = func(d *at.Document) {
		d.Signer().SignWith(at.PSS(crypto.SHA256))
		change(d.Signer())
	}
}

func faults() []fault {
	var all []fault
	for _, list := range [][]fault{
		syntaxFaults(), digestFaults(), signatureFaults(), signerFaults(), keyFaults(), issuerFaults(),
		authorityFaults(), linkFaults(), validityFaults(), revocationFaults(), signingTimeFaults(), objectFaults(), countryFaults(),
	} {
		all = append(all, list...)
	}
	return all
}

func syntaxFaults() []fault {
	const check = passiveauth.CheckSyntax
	attributes := func(change func(list [][]byte) [][]byte) func(*testing.T, *world) {
		return inDocument(func(d *at.Document) { d.Signer().Mutate = change })
	}
	return []fault{
		{"unsigned file", refusal.SODMalformed, check, inDocument(func(d *at.Document) { d.Tag = 0x30 })},
		{"bytes behind", refusal.SODMalformed, check, inDocument(func(d *at.Document) { d.Alter = func(b []byte) []byte { return append(b, 0) } })},
		{"too long", refusal.SODMalformed, check, inDocument(func(d *at.Document) { d.Signer().Unsigned = at.Octets(make([]byte, passiveauth.MaxSOD)) })},
		{"two signers", refusal.SODMalformed, check, inDocument(func(d *at.Document) { d.Signed.Signers = append(d.Signed.Signers, d.Signer().Clone()) })},
		{"no signer", refusal.SODMalformed, check, inDocument(func(d *at.Document) { d.Signed.Signers = nil })},
		{"many certificates", refusal.SODMalformed, check, inDocument(func(d *at.Document) {
			for range passiveauth.MaxCertificates {
				d.Signed.Certificates = append(d.Signed.Certificates, d.Signed.Certificates[0])
			}
		})},
		{"a master list", refusal.SODMalformed, check, inDocument(func(d *at.Document) { d.Signed.ContentType = at.MasterListType })},
		{"no signed attributes", refusal.SODAttributesInvalid, check, inDocument(func(d *at.Document) { d.Signer().NoAttributes = true })},
		{"an attribute is missing", refusal.SODAttributesInvalid, check, attributes(func(l [][]byte) [][]byte { return l[:1] })},
		{"an attribute twice", refusal.SODAttributesInvalid, check, attributes(func(l [][]byte) [][]byte { return append(l, l[0]) })},
	}
}

func digestFaults() []fault {
	const check = passiveauth.CheckDigest
	return []fault{
		{"digest of another content", refusal.SODDigestMismatch, check, inDocument(func(d *at.Document) { d.Signer().MessageDigest = make([]byte, 32) })},
		{"SHA-1 in the signer", refusal.DigestNotAccepted, check, inDocument(func(d *at.Document) { d.Signer().Hash = crypto.SHA1 })},
		{"unknown digest algorithm", refusal.AlgorithmUnsupported, passiveauth.CheckSyntax, inDocument(func(d *at.Document) {
			d.Signer().DigestIdentifier = at.Sequence(at.Unknown.DER())
		})},
		{"MD5", refusal.AlgorithmUnsupported, passiveauth.CheckSyntax, inDocument(func(d *at.Document) { d.Signer().Hash = crypto.MD5 })},
	}
}

func signatureFaults() []fault {
	const check = passiveauth.CheckSignature
	return []fault{
		{"signature of another key", refusal.SODSignatureInvalid, check, func(t *testing.T, w *world) {
			w.document = func(d *at.Document) { d.Signer().Key = w.state.Key() }
		}},
		{"bit of the signature", refusal.SODSignatureInvalid, check, inDocument(func(d *at.Document) {
			d.Signer().AlterSignature = func(s []byte) []byte { return at.Flip(s, len(s)-1) }
		})},
		{"attributes changed after signing", refusal.SODSignatureInvalid, check, func(t *testing.T, w *world) {
			w.document = func(d *at.Document) {
				d.Signer().SigningTime = w.state.Begin.AddDate(0, 1, 0)
				d.Signer().AlterSigned = func(b []byte) []byte { return at.Replace(b, []byte("260201000000Z"), []byte("260301000000Z")) }
			}
		}},
		{"PSS with another salt than stated", refusal.SODSignatureInvalid, check, func(t *testing.T, w *world) {
			rsaPSS(w, func(s *at.SignerInfo) {
				stated := s.Algorithm
				stated.Salt = 20
				s.Identifier = stated.Identifier()
			})
		}},
		{"PKCS #1 stated as PSS", refusal.SODSignatureInvalid, check, func(t *testing.T, w *world) {
			rsaPSS(w, func(s *at.SignerInfo) {
				s.SignWith(at.PKCS1(crypto.SHA256)).Identifier = at.PSS(crypto.SHA256).Identifier()
			})
		}},
		{"unknown signature algorithm", refusal.AlgorithmUnsupported, check, inDocument(func(d *at.Document) {
			d.Signer().Identifier = at.Sequence(at.Unknown.DER())
		})},
		{"RSA stated for an elliptic curve", refusal.AlgorithmUnsupported, check, inDocument(func(d *at.Document) {
			d.Signer().Identifier = at.PKCS1(crypto.SHA256).Identifier()
		})},
		{"signature over SHA-1", refusal.DigestNotAccepted, check, inDocument(func(d *at.Document) { d.Signer().Algorithm = at.ECDSA(crypto.SHA1) })},
	}
}

func signerFaults() []fault {
	const check, usage = passiveauth.CheckSigner, passiveauth.CheckUsage
	return []fault{
		{"no certificate", refusal.SODSignerMissing, check, inDocument(func(d *at.Document) { d.Signed.Certificates = nil })},
		{"another certificate", refusal.SODSignerMissing, check, func(t *testing.T, w *world) {
			w.document = func(d *at.Document) { d.Signed.Certificates = [][]byte{w.csca.DER()} }
		}},
		{"certificate cut", refusal.DSMalformed, check, inDocument(func(d *at.Document) {
			d.Signed.Certificates[0] = at.Sequence(d.Signed.Certificates[0][4:100])
		})},
		{"unknown critical extension", refusal.DSCriticalExtension, check, inSigner(func(_ *world, ds *at.Certificate) {
			ds.Set(at.Extension{ID: at.Unknown, Critical: true, Value: at.Null()})
		})},
		{"laboratory", refusal.LabDocument, check, inSigner(func(_ *world, ds *at.Certificate) {
			ds.Set(at.Extension{ID: at.Laboratory, Critical: true, Value: at.Null()})
		})},
		{"not for signatures", refusal.DSKeyUsage, usage, inSigner(func(_ *world, ds *at.Certificate) { ds.Set(at.Usage(0x20)) })},
		{"no key usage", refusal.DSKeyUsage, usage, inSigner(func(_ *world, ds *at.Certificate) { ds.Remove(at.KeyUsage) })},
		{"an authority signs", refusal.DSKeyUsage, usage, inSigner(func(_ *world, ds *at.Certificate) { ds.Set(at.Authority(0)) })},
		{"a signer of master lists", refusal.DSKeyUsage, usage, inSigner(func(_ *world, ds *at.Certificate) { ds.Set(at.Purposes(at.MasterListSigning)) })},
		{"distrusted signer", refusal.DSDistrusted, usage, func(t *testing.T, w *world) {
			w.trust = func(c *csca.Contents) {
				c.Overrides.Distrust = []csca.Override{{SHA256: fingerprint(t, w.ds), Reason: "SPECIMEN"}}
			}
		}},
	}
}

func keyFaults() []fault {
	const check, signature = passiveauth.CheckChain, passiveauth.CheckSignature
	return []fault{
		{"RSA key too short", refusal.KeyNotAccepted, signature, inSigner(func(_ *world, ds *at.Certificate) { ds.SetPublicKey(at.RSA1024()) })},
		{"RSA key too long", refusal.KeyNotAccepted, signature, inSigner(func(_ *world, ds *at.Certificate) { ds.SetPublicKey(at.RSA8192()) })},
		{"RSA exponent too long", refusal.KeyNotAccepted, signature, inSigner(func(_ *world, ds *at.Certificate) {
			e := new(big.Int).Lsh(big.NewInt(1), 40)
			ds.SetPublicKey(at.RSA2048(1).WithExponent(e.Add(e, big.NewInt(15))))
		})},
		{"explicit parameters off by one", refusal.CurveNotAccepted, signature, inSigner(func(w *world, ds *at.Certificate) {
			d := at.DomainOf(w.state.Curve)
			d.B.Add(d.B, big.NewInt(1))
			ds.PublicKey = ds.Key.InfoOn(d.DER())
		})},
		{"unknown curve", refusal.CurveNotAccepted, signature, inSigner(func(_ *world, ds *at.Certificate) {
			ds.PublicKey = ds.Key.InfoOn(at.Secp256k1.DER())
		})},
		{"point of another curve", refusal.CurveNotAccepted, signature, inSigner(func(w *world, ds *at.Certificate) {
			ds.PublicKey = ds.Key.InfoOn(at.DomainOf(curve.BrainpoolP256r1()).DER())
		})},
		{"key of an unknown algorithm", refusal.AlgorithmUnsupported, signature, inSigner(func(_ *world, ds *at.Certificate) {
			ds.PublicKey = at.Sequence(at.Sequence(at.Unknown.DER()), at.Bits([]byte{1}))
		})},
		{"RSA key that is none", refusal.KeyNotAccepted, signature, inSigner(func(_ *world, ds *at.Certificate) {
			ds.PublicKey = at.Sequence(at.Sequence(at.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01").DER(), at.Null()), at.Bits([]byte{1}))
		})},
		{"authority with a key too long", refusal.KeyNotAccepted, check, func(t *testing.T, w *world) {
			w.csca.SetPublicKey(at.RSA8192())
			w.ds = w.state.DS(w.csca)
		}},
		{"authority on an unknown curve", refusal.CurveNotAccepted, check, func(t *testing.T, w *world) {
			w.csca.PublicKey = w.csca.Key.InfoOn(at.Secp256k1.DER())
		}},
		{"certificate signed over SHA-1", refusal.DigestNotAccepted, check, inSigner(func(_ *world, ds *at.Certificate) { ds.Algorithm = at.ECDSA(crypto.SHA1) })},
		{"certificate of an unknown signature algorithm", refusal.AlgorithmUnsupported, check, inSigner(func(_ *world, ds *at.Certificate) {
			ds.Identifier = at.Sequence(at.Unknown.DER())
		})},
	}
}

func issuerFaults() []fault {
	const check = passiveauth.CheckChain
	return []fault{
		{"unknown authority", refusal.CSCAUnknown, check, func(t *testing.T, w *world) { w.ds = w.state.DS(w.state.CSCA("CSCA OTHER")) }},
		{"unknown key of a known name", refusal.CSCAUnknown, check, func(t *testing.T, w *world) { w.ds = w.state.DS(w.state.CSCA("CSCA SPECIMEN")) }},
		{"unknown key of a known name, no key identifier", refusal.CSCAUnknown, check, func(t *testing.T, w *world) {
			w.ds = w.state.DS(w.state.CSCA("CSCA SPECIMEN")).Remove(at.AuthorityKeyIdentifier)
		}},
		{"empty store", refusal.CSCAUnknown, check, func(t *testing.T, w *world) { w.anchors = []*at.Certificate{} }},
		{"forged under the identifier of the authority", refusal.DSSignatureInvalid, check, inSigner(func(w *world, ds *at.Certificate) {
			ds.SignWith(w.state.Key())
		})},
		{"certificate changed after signing", refusal.DSSignatureInvalid, check, inSigner(func(_ *world, ds *at.Certificate) {
			ds.Alter = func(der []byte) []byte { return at.Replace(der, []byte("DS SPECIMEN"), []byte("DS SPECIMEM")) }
			ds.Subject = at.NewName("UT", "DS SPECIMEN")
		})},
		{"forged generator", refusal.CSCAUnknown, check, func(t *testing.T, w *world) {
			// The rogue authority has the name, the point and the identifier of
			// the real one, and is no anchor: its key is another.
			forged, domain := at.ForgedGenerator(w.csca.Key)
			rogue := w.csca.Clone()
			rogue.Key, rogue.Signer, rogue.PublicKey = forged, forged, forged.InfoOn(domain.DER())
			w.ds = w.state.DS(rogue).Set(at.AuthorityKey([]byte("rogue")))
		}},
	}
}

func authorityFaults() []fault {
	const check = passiveauth.CheckChain
	inAuthority := func(change func(c *at.Certificate)) func(*testing.T, *world) {
		return func(_ *testing.T, w *world) { change(w.csca) }
	}
	return []fault{
		{"authority not for certificates", refusal.CSCAKeyUsage, check, inAuthority(func(c *at.Certificate) { c.Set(at.Usage(at.UsageCRLSign)) })},
		{"authority without key usage", refusal.CSCAKeyUsage, check, inAuthority(func(c *at.Certificate) { c.Remove(at.KeyUsage) })},
		{"authority is none", refusal.CSCAKeyUsage, check, inAuthority(func(c *at.Certificate) { c.Remove(at.BasicConstraints) })},
		{"laboratory authority", refusal.LabDocument, check, inAuthority(func(c *at.Certificate) {
			c.Set(at.Extension{ID: at.Laboratory, Critical: true, Value: at.Null()})
		})},
		{"distrusted authority", refusal.CSCADistrusted, check, func(t *testing.T, w *world) {
			w.trust = func(c *csca.Contents) {
				c.Overrides.Distrust = []csca.Override{{SHA256: fingerprint(t, w.csca), Reason: "SPECIMEN"}}
			}
		}},
	}
}

// linked lets the document hang under a newer authority, which the store knows
// by a link certificate alone.
func linked(w *world) (older, newer, link *at.Certificate) {
	newer = w.state.CSCA("CSCA SPECIMEN")
	older, link = w.csca, w.state.Link(w.csca, newer)
	w.ds, w.anchors, w.pool = w.state.DS(newer), []*at.Certificate{older}, []*at.Certificate{link}
	return older, newer, link
}

func linkFaults() []fault {
	const check = passiveauth.CheckChain
	return []fault{
		{"link to nowhere", refusal.CSCAChainBroken, check, func(t *testing.T, w *world) {
			linked(w)
			w.anchors = []*at.Certificate{w.state.CSCA("CSCA OTHER")}
		}},
		{"forged link", refusal.CSCAChainBroken, check, func(t *testing.T, w *world) {
			_, _, link := linked(w)
			link.SignWith(w.state.Key())
		}},
		{"link signed over SHA-1", refusal.DigestNotAccepted, check, func(t *testing.T, w *world) {
			_, _, link := linked(w)
			link.Algorithm = at.ECDSA(crypto.SHA1)
		}},
		{"link signed by a key too long", refusal.KeyNotAccepted, check, func(t *testing.T, w *world) {
			w.csca.SetPublicKey(at.RSA8192())
			linked(w)
		}},
		{"authority below one that allows none", refusal.CSCAPathLength, check, func(t *testing.T, w *world) {
			// Another country's: within one country it is a link, which does not count.
			sub := w.state.CSCA("CSCA SPECIMEN")
			sub.Subject = at.NewName("XA", "CSCA SPECIMEN")
			w.ds, w.pool = w.state.DS(sub), []*at.Certificate{w.state.Link(w.csca, sub)}
		}},
		{"link has expired", refusal.CSCAExpired, passiveauth.CheckCSCAValidity, func(t *testing.T, w *world) {
			_, _, link := linked(w)
			link.NotAfter = w.policy.Now.Add(-time.Second)
		}},
		{"revoked link", refusal.CSCARevoked, passiveauth.CheckRevocation, func(t *testing.T, w *world) {
			older, _, link := linked(w)
			w.lists = []*at.RevocationList{w.state.RevocationList(older, link)}
		}},
	}
}

func validityFaults() []fault {
	const signer, authority = passiveauth.CheckDSValidity, passiveauth.CheckCSCAValidity
	return []fault{
		{"signer has expired", refusal.DSExpired, signer, inSigner(func(w *world, ds *at.Certificate) { ds.NotAfter = w.policy.Now.Add(-time.Second) })},
		{"signer begins later", refusal.DSNotYetValid, signer, inSigner(func(w *world, ds *at.Certificate) { ds.NotBefore = w.policy.Now.Add(time.Second) })},
		{"authority has expired", refusal.CSCAExpired, authority, func(t *testing.T, w *world) { w.csca.NotAfter = w.policy.Now.Add(-time.Second) }},
		{"authority begins later", refusal.CSCANotYetValid, authority, func(t *testing.T, w *world) { w.csca.NotBefore = w.policy.Now.Add(time.Second) }},
	}
}

func revocationFaults() []fault {
	const check = passiveauth.CheckRevocation
	return []fault{
		{"revoked signer", refusal.DSRevoked, check, func(t *testing.T, w *world) {
			w.lists = []*at.RevocationList{w.state.RevocationList(w.csca, w.ds)}
		}},
		{"revoked signer in a stale list", refusal.DSRevoked, check, func(t *testing.T, w *world) {
			list := w.state.RevocationList(w.csca, w.ds)
			list.ThisUpdate, list.NextUpdate = w.state.Begin, w.state.Begin.AddDate(0, 1, 0)
			w.lists = []*at.RevocationList{list}
		}},
		{"revoked signer of an older document", refusal.DSRevoked, check, func(t *testing.T, w *world) {
			w.lists = []*at.RevocationList{w.state.RevocationList(w.csca, w.ds)}
			w.document = func(d *at.Document) { d.Signer().SigningTime = w.state.Begin.AddDate(0, 1, 0) }
		}},
		{"no list and one is demanded", refusal.RevocationUnknown, check, func(t *testing.T, w *world) { w.policy.RequireRevocation = true }},
		{"stale list and a fresh one is demanded", refusal.RevocationUnknown, check, func(t *testing.T, w *world) {
			list := w.state.RevocationList(w.csca)
			list.ThisUpdate, list.NextUpdate = w.state.Begin, w.state.Begin.AddDate(0, 1, 0)
			w.lists, w.policy.RequireRevocation = []*at.RevocationList{list}, true
		}},
		{"forged list and one is demanded", refusal.RevocationUnknown, check, func(t *testing.T, w *world) {
			list := w.state.RevocationList(w.csca)
			list.Signer = w.state.Key()
			w.lists, w.policy.RequireRevocation = []*at.RevocationList{list}, true
		}},
		{"no list of the older authority and one is demanded", refusal.RevocationUnknown, check, func(t *testing.T, w *world) {
			_, newer, _ := linked(w)
			w.lists, w.policy.RequireRevocation = []*at.RevocationList{w.state.RevocationList(newer)}, true
		}},
	}
}

func signingTimeFaults() []fault {
	const check = passiveauth.CheckSigningTime
	signedAt := func(w *world, when time.Time) {
		w.document = func(d *at.Document) { d.Signer().SigningTime = when }
	}
	return []fault{
		{"signed in the future", refusal.SODSigningTime, check, func(t *testing.T, w *world) {
			signedAt(w, w.policy.Now.Add(passiveauth.ClockTolerance+time.Second))
		}},
		{"signed before the signer began", refusal.SODSigningTime, check, func(t *testing.T, w *world) { signedAt(w, w.ds.NotBefore.Add(-time.Second)) }},
		{"signed before the key was to be used", refusal.SODSigningTime, check, func(t *testing.T, w *world) {
			w.ds.Set(at.KeyPeriod(w.state.Begin.AddDate(0, 2, 0), time.Time{}))
			signedAt(w, w.state.Begin.AddDate(0, 1, 0))
		}},
		{"signed after the key was to be destroyed", refusal.SODSigningTime, check, func(t *testing.T, w *world) {
			w.ds.Set(at.KeyPeriod(w.state.Begin, w.state.Begin.AddDate(0, 3, 0)))
			signedAt(w, w.state.Begin.AddDate(0, 4, 0))
		}},
	}
}

func objectFaults() []fault {
	const check = passiveauth.CheckObject
	object := func(version int64, info, unicode string) func(*testing.T, *world) {
		return inDocument(func(d *at.Document) {
			d.Object.Version, d.Object.LDSVersion, d.Object.UnicodeVersion = version, info, unicode
		})
	}
	return []fault{
		{"content is something else", refusal.SODMalformed, check, inDocument(func(d *at.Document) {
			d.Object.Mutate = func([]byte) []byte { return []byte("SPECIMEN") }
		})},
		{"a digest twice", refusal.SODMalformed, check, inDocument(func(d *at.Document) {
			d.Object.Digests = append(d.Object.Digests, d.Object.Digests[0])
		})},
		{"no digests", refusal.SODMalformed, check, inDocument(func(d *at.Document) { d.Object.Digests = nil })},
		{"SHA-1 of the files", refusal.DigestNotAccepted, check, inDocument(func(d *at.Document) { d.Object.Rehash(crypto.SHA1, contents()) })},
		{"MD5 of the files", refusal.AlgorithmUnsupported, check, inDocument(func(d *at.Document) { d.Object.Rehash(crypto.MD5, contents()) })},
		{"SHA-1 outside of SHA-256", refusal.DigestNotAccepted, check, func(t *testing.T, w *world) {
			w.opts.SHA1 = true
			w.document = func(d *at.Document) { d.Signer().Hash = crypto.SHA1 }
		}},
		{"signature over SHA-1 outside of SHA-256", refusal.DigestNotAccepted, check, func(t *testing.T, w *world) {
			w.opts.SHA1 = true
			w.document = func(d *at.Document) { d.Signer().Algorithm = at.ECDSA(crypto.SHA1) }
		}},
		{"security object of version 2", refusal.LDSVersionUnsupported, check, object(2, "0109", "040000")},
		{"LDS 1.9", refusal.LDSVersionUnsupported, check, object(1, "0109", "040000")},
		{"Unicode 5", refusal.LDSVersionUnsupported, check, object(1, "0108", "050000")},
		{"version 1 without versions", refusal.LDSVersionUnsupported, check, object(1, "", "")},
		{"version 0 with versions", refusal.LDSVersionUnsupported, check, object(0, "0108", "040000")},
	}
}

func countryFaults() []fault {
	const check = passiveauth.CheckCountry
	return []fault{
		{"signer of another country", refusal.CountryMismatch, check, inSigner(func(_ *world, ds *at.Certificate) { ds.Subject = at.NewName("XA", "DS SPECIMEN") })},
		{"signer without country", refusal.CountryMismatch, check, inSigner(func(_ *world, ds *at.Certificate) { ds.Subject = at.NewName("", "DS SPECIMEN") })},
		{"issuer of another country", refusal.CountryMismatch, check, inSigner(func(_ *world, ds *at.Certificate) { ds.Issuer = at.NewName("XA", "CSCA SPECIMEN") })},
		{"authority of another country between", refusal.CountryMismatch, check, func(t *testing.T, w *world) {
			w.csca.Set(at.Authority(-1))
			sub := w.state.CSCA("CSCA SPECIMEN")
			sub.Subject = at.NewName("XA", "CSCA SPECIMEN")
			w.ds, w.pool = w.state.DS(sub), []*at.Certificate{w.state.Link(w.csca, sub)}
			w.ds.Issuer = w.csca.Subject
		}},
		{"authority of another country", refusal.CountryMismatch, check, func(t *testing.T, w *world) {
			w.csca.Subject = at.NewName("XA", "CSCA SPECIMEN")
			w.csca.Issuer = w.csca.Subject
		}},
	}
}

// labOptions are those of a laboratory.
func labOptions() certificate.Options { return certificate.Options{Lab: true} }
