package attest_test

import (
	"crypto"
	"math/big"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/refusal"
	"cnie.example/card/curve"
)

// withRSA is evidence whose signer has an RSA key and signs by RSASSA-PSS, and
// whose authority has RSASSA-PKCS1-v1_5.
func withRSA() *base {
	return &base{
		name: "RSA",
		issue: func(e *evidence) {
			e.csca.SetPublicKey(attesttest.RSA4096(1))
			e.ds.SignWith(e.csca.Key).Set(attesttest.AuthorityKey(e.csca.Key.Identifier()))
			e.ds.SetPublicKey(attesttest.RSA2048(1))
		},
		sign: onSigner(func(s *attesttest.SignerInfo) { s.SignWith(attesttest.PSS(crypto.SHA256)) }),
	}
}

// explicit is evidence whose keys are on brainpoolP256r1, with the parameters
// spelled out.
func explicit() *base {
	return &base{name: "explicit parameters", issue: func(e *evidence) {
		e.state.Curve = curve.BrainpoolP256r1()
		e.csca.SetPublicKey(e.state.Key())
		e.ds.SignWith(e.csca.Key).Set(attesttest.AuthorityKey(e.csca.Key.Identifier()))
		e.ds.SetPublicKey(e.state.Key())
		for _, c := range []*attesttest.Certificate{e.csca, e.ds} {
			c.PublicKey = c.Key.InfoOn(attesttest.DomainOf(e.state.Curve).DER())
		}
	}}
}

// signerKey gives the document signer another key.
func signerKey(key func() *attesttest.Key) func(*evidence) {
	return func(e *evidence) { e.ds.SetPublicKey(key()) }
}

// algorithmDefects are hashes and keys that are not accepted.
func algorithmDefects() []defect {
	digest, key, unsupported := refusal.DigestNotAccepted, refusal.KeyNotAccepted, refusal.AlgorithmUnsupported
	sha1 := func(s *attesttest.SignerInfo) { s.SignWith(attesttest.ECDSA(crypto.SHA1)) }
	large := func() *attesttest.Key {
		return attesttest.RSA2048(1).WithExponent(new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 32), big.NewInt(15)))
	}
	return []defect{
		{name: "SHA-1 in the security object", reason: digest, cause: "SHA-1", sign: func(e *evidence) {
			e.document.Object.Rehash(crypto.SHA1, e.files)
		}},
		{name: "SHA-1 over the security object", reason: digest, cause: "SHA-1", like: "SHA-1 in the security object", sign: onSigner(sha1)},
		{name: "SHA-1 in the signature alone", reason: digest, cause: "SHA-1", like: "SHA-1 in the security object", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Algorithm = attesttest.ECDSA(crypto.SHA1)
		})},
		{name: "SHA-1 in the signer's certificate", reason: digest, cause: "SHA-1", like: "SHA-1 in the security object", issue: func(e *evidence) {
			e.ds.Algorithm = attesttest.ECDSA(crypto.SHA1)
		}},
		{name: "SHA-2 downgraded to SHA-1 where SHA-1 is allowed", reason: digest, cause: "SHA-256 inside", base: lenient(), sign: onSigner(sha1)},
		{name: "MD5 over the security object", reason: unsupported, cause: "digest 1.2.840.113549.2.5", sign: onSigner(func(s *attesttest.SignerInfo) { s.Hash = crypto.MD5 })},
		{name: "unknown digest", reason: unsupported, cause: "digest 1.3.6.1.4.1.99999.1", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.DigestIdentifier = attesttest.Sequence(attesttest.Unknown.DER())
		})},
		{name: "unknown signature algorithm", reason: unsupported, cause: "signature 1.3.6.1.4.1.99999.1", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Identifier = attesttest.Sequence(attesttest.Unknown.DER())
		})},
		{name: "MD5 in the signer's certificate", reason: unsupported, cause: "signature 1.2.840.113549.1.1.4", base: withRSA(), issue: func(e *evidence) {
			e.ds.Algorithm = attesttest.PKCS1(crypto.MD5)
		}},
		{name: "unknown hash in the security object", reason: unsupported, cause: "hash algorithm of the security object", sign: onObject(func(o *attesttest.SecurityObject) {
			o.HashIdentifier = attesttest.Sequence(attesttest.Unknown.DER())
		})},
		{name: "signature of another kind than the key", reason: unsupported, cause: "does not fit", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Identifier = attesttest.PKCS1(crypto.SHA256).Identifier()
		})},
		{name: "signer with RSA-1024", reason: key, cause: "1024 bits", issue: signerKey(attesttest.RSA1024)},
		{name: "signer with RSA-8192", reason: key, cause: "8192 bits", issue: signerKey(attesttest.RSA8192)},
		{name: "signer with a long RSA exponent", reason: key, cause: "exponent", issue: signerKey(large)},
		{name: "authority with RSA-1024", reason: key, cause: "1024 bits", like: "signer with RSA-1024", issue: func(e *evidence) { authorityKey(e, attesttest.RSA1024()) }},
		{name: "authority with RSA-8192", reason: key, cause: "8192 bits", like: "signer with RSA-8192", issue: func(e *evidence) { authorityKey(e, attesttest.RSA8192()) }},
	}
}

// authorityKey gives the authority another key, which signs the signer too.
func authorityKey(e *evidence, k *attesttest.Key) {
	e.csca.SetPublicKey(k)
	e.ds.SignWith(k).Set(attesttest.AuthorityKey(k.Identifier()))
}

// lenient is evidence for a verifier that takes SHA-1.
func lenient() *base {
	return &base{name: "SHA-1 allowed", issue: func(e *evidence) { e.contents.Options.SHA1 = true }}
}

// parameterDefects are curves: unknown ones, and explicit parameters that
// differ from those of a known curve in one number.
func parameterDefects() []defect {
	reason := refusal.CurveNotAccepted
	named := "named curve"
	spelled := "domain parameters"
	off := func(change func(*attesttest.Domain)) func(*evidence) {
		return func(e *evidence) {
			d := attesttest.DomainOf(e.state.Curve)
			change(&d)
			e.ds.PublicKey = e.ds.Key.InfoOn(d.DER())
		}
	}
	add := func(n *big.Int) { n.Add(n, big.NewInt(1)) }
	all := []defect{
		{name: "signer on secp256k1", reason: reason, cause: named, issue: func(e *evidence) {
			e.ds.PublicKey = e.ds.Key.InfoOn(attesttest.Secp256k1.DER())
		}},
		{name: "authority on secp256k1", reason: reason, cause: named, like: "signer on secp256k1", issue: func(e *evidence) {
			e.csca.PublicKey = e.csca.Key.InfoOn(attesttest.Secp256k1.DER())
		}},
		{name: "point that is not on the curve", reason: reason, cause: "point", issue: func(e *evidence) {
			e.ds.PublicKey = attesttest.Flip(e.ds.Key.Info(), -1)
		}},
	}
	const first = "explicit p off by one"
	for _, d := range []struct {
		name   string
		change func(*attesttest.Domain)
	}{
		{first, func(d *attesttest.Domain) { add(d.Prime) }},
		{"explicit a off by one", func(d *attesttest.Domain) { add(d.A) }},
		{"explicit b off by one", func(d *attesttest.Domain) { add(d.B) }},
		{"explicit x of the generator off by one", func(d *attesttest.Domain) { d.Generator = attesttest.Flip(d.Generator, 32) }},
		{"explicit y of the generator off by one", func(d *attesttest.Domain) { d.Generator = attesttest.Flip(d.Generator, -1) }},
		{"explicit order off by one", func(d *attesttest.Domain) { add(d.Order) }},
		{"explicit cofactor 2", func(d *attesttest.Domain) { add(d.Cofactor) }},
		{"explicit parameters without cofactor", func(d *attesttest.Domain) { d.Cofactor = nil }},
	} {
		spoiled := defect{name: d.name, base: explicit(), reason: reason, cause: spelled, issue: off(d.change)}
		if d.name != first {
			spoiled.like = first
		}
		all = append(all, spoiled)
	}
	return append(all, defect{
		// Everybody has a key for this point, under this generator (CVE-2020-0601).
		name: "authority with a forged generator", base: explicit(), reason: reason, cause: spelled, like: first,
		issue: func(e *evidence) {
			forged, domain := attesttest.ForgedGenerator(e.csca.Key)
			e.csca.PublicKey = e.csca.Key.InfoOn(domain.DER())
			e.ds.SignWith(forged)
		},
	}, defect{
		name: "signer's signature with a forged generator", base: explicit(), reason: refusal.SODSignatureInvalid, like: "attributes altered",
		sign: func(e *evidence) { e.document.Signer().Key, _ = attesttest.ForgedGenerator(e.ds.Key) },
	})
}

// paddingDefects are those of RSASSA-PSS.
func paddingDefects() []defect {
	unsupported, invalid := refusal.AlgorithmUnsupported, refusal.SODSignatureInvalid
	declared := func(change func(*attesttest.Algorithm)) func(*evidence) {
		return onSigner(func(s *attesttest.SignerInfo) {
			a := s.Algorithm
			change(&a)
			s.Identifier = a.Identifier()
		})
	}
	const parameters = "RSASSA-PSS parameters"
	return []defect{
		{name: "PSS with a longer salt than declared", base: withRSA(), reason: invalid, like: "attributes altered", sign: declared(func(a *attesttest.Algorithm) { a.Salt-- })},
		{name: "PSS with a shorter salt than declared", base: withRSA(), reason: invalid, like: "attributes altered", sign: declared(func(a *attesttest.Algorithm) { a.Salt++ })},
		{name: "PSS with another mask than declared", base: withRSA(), reason: invalid, like: "attributes altered", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Identifier = s.Algorithm.Identifier()
			s.Algorithm.Mask = crypto.SHA512
		})},
		{name: "PSS with another mask declared", base: withRSA(), reason: invalid, like: "attributes altered", sign: declared(func(a *attesttest.Algorithm) { a.Mask = crypto.SHA512 })},
		{name: "PSS with trailer 2", base: withRSA(), reason: unsupported, cause: parameters, sign: declared(func(a *attesttest.Algorithm) { a.Trailer = 2 })},
		{name: "PSS with a negative salt", base: withRSA(), reason: unsupported, cause: parameters, like: "PSS with trailer 2", sign: declared(func(a *attesttest.Algorithm) { a.Salt = -1 })},
		{name: "PSS declared, PKCS #1 signed", base: withRSA(), reason: invalid, like: "attributes altered", sign: onSigner(func(s *attesttest.SignerInfo) {
			s.Identifier = s.Algorithm.Identifier()
			s.Algorithm = attesttest.PKCS1(crypto.SHA256)
		})},
		{name: "key for PSS alone that signs by PKCS #1", base: withRSA(), reason: unsupported, cause: "does not fit", like: "signature of another kind than the key", sign: func(e *evidence) {
			e.ds.PublicKey = e.ds.Key.InfoPSS(attesttest.PSS(crypto.SHA256))
			e.document.Signed.Certificates = [][]byte{e.ds.DER()}
			e.document.Signer().SignWith(attesttest.PKCS1(crypto.SHA256))
		}},
		{name: "key for PSS with a longer salt", base: withRSA(), reason: unsupported, cause: "does not fit", like: "signature of another kind than the key", issue: func(e *evidence) {
			a := attesttest.PSS(crypto.SHA256)
			a.Salt = 64
			e.ds.PublicKey = e.ds.Key.InfoPSS(a)
		}},
	}
}
