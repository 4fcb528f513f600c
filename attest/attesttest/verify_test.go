package attesttest_test

import (
	"crypto"
	"errors"
	"math/big"
	"testing"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
)

func parse(t *testing.T, der []byte) *certificate.Certificate {
	t.Helper()
	c, err := certificate.Parse(der, certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Catches a curve, a form of its parameters or a salt that cannot be issued.
func TestEveryKeyAndAlgorithm(t *testing.T) {
	for _, c := range []*curve.Curve{
		curve.P256(), curve.P384(), curve.P521(), curve.BrainpoolP256r1(), curve.BrainpoolP320r1(), curve.BrainpoolP384r1(), curve.BrainpoolP512r1(),
	} {
		key := attesttest.NewKey(c, attesttest.Source(c.Name()))
		csca := authority(key, key.Algorithm())
		for _, explicit := range []bool{false, true} {
			if explicit {
				csca.PublicKey = key.InfoOn(attesttest.DomainOf(c).DER())
			}
			parsed := parse(t, csca.DER())
			if err := parsed.CheckSignatureFrom(parsed); err != nil {
				t.Errorf("%s, explicit %v: %v", c.Name(), explicit, err)
			}
		}
	}
	for _, h := range []crypto.Hash{crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		for _, salt := range []int{1, 20, h.Size(), 100} {
			a := attesttest.PSS(h)
			a.Salt = salt
			parsed := parse(t, authority(attesttest.RSA2048(1), a).DER())
			if err := parsed.CheckSignatureFrom(parsed); err != nil {
				t.Errorf("PSS with %v and %d bytes of salt: %v", h, salt, err)
			}
		}
	}
}

// The keys that are to be refused are refused for what they are, and not
// because they do not sign. Catches a SPECIMEN key of another size.
func TestKeysOutOfLimits(t *testing.T) {
	large := new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 40), big.NewInt(15))
	for name, k := range map[string]*attesttest.Key{
		"1024": attesttest.RSA1024(), "8192": attesttest.RSA8192(), "exponent": attesttest.RSA2048(1).WithExponent(large),
	} {
		c := authority(k, k.Algorithm())
		if err := parse(t, c.DER()).PublicKey.Err(); !errors.Is(err, certificate.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		// The signature is right all the same: s^e = the padded digest.
		public := attesttest.Content(k.Public())
		n := new(big.Int).SetBytes(attesttest.Content(public[:len(public)-len(attesttest.BigInteger(exponentOf(name, large)))]))
		tbs := c.TBS()
		s := new(big.Int).SetBytes(k.Sign(attesttest.PKCS1(crypto.SHA256), tbs))
		block := new(big.Int).Exp(s, exponentOf(name, large), n)
		digest := new(big.Int).SetBytes(attesttest.Sum(crypto.SHA256, tbs))
		if new(big.Int).And(block, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))).Cmp(digest) != 0 {
			t.Errorf("%s: signature does not open to the digest", name)
		}
	}
}

func exponentOf(name string, large *big.Int) *big.Int {
	if name == "exponent" {
		return large
	}
	return big.NewInt(65537)
}

// The forged key must be a good forgery: a verifier that takes the generator
// from the certificate is convinced. Catches one that proves nothing.
func TestForgedGenerator(t *testing.T) {
	victim := attesttest.NewKey(curve.BrainpoolP256r1(), attesttest.Source("victim"))
	forged, domain := attesttest.ForgedGenerator(victim)
	if string(forged.Public()) != string(victim.Public()) {
		t.Fatal("another public key")
	}
	message := []byte("SPECIMEN")
	r, s := signature(t, forged.Sign(attesttest.ECDSA(crypto.SHA256), message))
	// u1·G' + u2·Q with G' = Q is (u1+u2)·Q.
	w := new(big.Int).ModInverse(s, domain.Order)
	u := new(big.Int).SetBytes(attesttest.Sum(crypto.SHA256, message))
	u.Add(u, r).Mul(u, w).Mod(u, domain.Order)
	q, err := curve.BrainpoolP256r1().Point(domain.Generator)
	if err != nil {
		t.Fatal(err)
	}
	k, err := q.Curve().Scalar(u.FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	point, err := q.Mul(k)
	if err != nil {
		t.Fatal(err)
	}
	if x := new(big.Int).SetBytes(point.X()); x.Mod(x, domain.Order).Cmp(r) != 0 {
		t.Error("the forged signature does not verify under the forged generator")
	}
}

func signature(t *testing.T, der []byte) (r, s *big.Int) {
	t.Helper()
	body := attesttest.Content(der)
	first := body[:2+int(body[1])]
	return new(big.Int).SetBytes(attesttest.Content(first)), new(big.Int).SetBytes(attesttest.Content(body[len(first):]))
}

// Catches a security object, a master list or a file that the parsers refuse
// though nothing is wrong with it.
func TestWhatIsIssuedIsRead(t *testing.T) {
	s := attesttest.New("UT", nil)
	csca := s.CSCA("CSCA SPECIMEN")
	ds, files := s.DS(csca), s.Files()
	document := s.Document(ds, files)
	document.Signer().SigningTime = s.Now()
	der, err := lds.ParseSOD(document.SOD())
	if err != nil {
		t.Fatal(err)
	}
	verifyCMS(t, der, ds)

	signer := s.ListSigner(csca)
	verifyCMS(t, s.MasterList(signer, csca, csca.DER(), s.Link(csca, s.CSCA("CSCA SPECIMEN")).DER()).DER(), signer)

	zone, err := lds.ParseDG1(files[lds.DG1])
	if err != nil || zone.IssuingState != "UTO" || zone.DocumentNumber != "SPEC00001" {
		t.Errorf("DG1: %+v, %v", zone, err)
	}
	if details, err := lds.ParseDG11(files[lds.DG11]); err != nil {
		t.Errorf("DG11: %+v, %v", details, err)
	}
	if infos, err := lds.ParseDG14(files[lds.DG14]); err != nil || len(infos.ChipAuthenticationKeys) != 1 || len(infos.ChipAuthentication) != 1 {
		t.Errorf("DG14: %+v, %v", infos, err)
	}
	if _, err := lds.ParseDG15(files[lds.DG15]); err != nil {
		t.Errorf("DG15: %v", err)
	}
}

func verifyCMS(t *testing.T, der []byte, by *attesttest.Certificate) {
	t.Helper()
	signed, err := cms.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	signer := parse(t, by.DER())
	if len(signed.SignerInfos) != 1 || !signed.SignerInfos[0].Identifies(signer) {
		t.Fatal("signer is not named")
	}
	if err := signed.Verify(&signed.SignerInfos[0], signer.PublicKey); err != nil {
		t.Error(err)
	}
}
