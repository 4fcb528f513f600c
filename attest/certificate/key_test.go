package certificate_test

import (
	"crypto"
	"errors"
	"math/big"
	"testing"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/card/curve"
)

// Catches domain parameters that share only some numbers with a known curve, a
// point that is not on it, and another cause than ErrCurve for them: the
// certificate is read, its key verifies nothing.
func TestForgedCurves(t *testing.T) {
	one := big.NewInt(1)
	shift := func(n *big.Int) { n.Add(n, one) }
	type domain = attesttest.Domain
	for name, change := range map[string]func(d *domain){
		"prime":               func(d *domain) { shift(d.Prime) },
		"a":                   func(d *domain) { shift(d.A) },
		"b":                   func(d *domain) { shift(d.B) },
		"generator":           func(d *domain) { d.Generator[len(d.Generator)-1] ^= 1 },
		"generator, negative": func(d *domain) { d.Generator = negative(d) },
		"generator, short":    func(d *domain) { d.Generator = append([]byte{2}, d.Generator[1:1+len(d.Generator)/2]...) },
		"order":               func(d *domain) { shift(d.Order) },
		"cofactor":            func(d *domain) { d.Cofactor = big.NewInt(2) },
		"no cofactor":         func(d *domain) { d.Cofactor = nil },
	} {
		for _, known := range []*curve.Curve{curve.P256(), curve.BrainpoolP512r1()} {
			c := regular()
			c.SetPublicKey(attesttest.NewKey(known, attesttest.Source(name)))
			d := attesttest.DomainOf(known)
			c.PublicKey = c.Key.InfoOn(d.DER())
			checkKey(t, name+", unchanged", c, nil)
			change(&d)
			c.PublicKey = c.Key.InfoOn(d.DER())
			checkKey(t, name, c, certificate.ErrCurve)
		}
	}
	victim := regular()
	forger, forged := attesttest.ForgedGenerator(victim.Key)
	victim.PublicKey = forger.InfoOn(forged.DER())
	checkKey(t, "generator of a forger", victim, certificate.ErrCurve)
}

// negative is the generator with the other y.
func negative(d *attesttest.Domain) []byte {
	half := 1 + len(d.Generator)/2
	y := new(big.Int).SetBytes(d.Generator[half:])
	y.Sub(d.Prime, y)
	return append(d.Generator[:half:half], y.FillBytes(make([]byte, len(d.Generator)-half))...)
}

// Catches keys that are used although their encoding, their algorithm or their
// point is not right.
func TestUnusableKeys(t *testing.T) {
	on := func(parameters, point []byte) []byte {
		return attesttest.Sequence(attesttest.Sequence(attesttest.OID("\x2a\x86\x48\xce\x3d\x02\x01").DER(), parameters), attesttest.Bits(point))
	}
	key := regular().Key
	point := key.Public()
	p256 := attesttest.DomainOf(curve.P256()).DER()
	for name, test := range map[string]struct {
		info []byte
		want error
	}{
		"point off the curve":      {on(p256, attesttest.Flip(point, -1)), certificate.ErrCurve},
		"point at infinity":        {on(p256, []byte{0}), certificate.ErrCurve},
		"point compressed":         {on(p256, append([]byte{2 + point[len(point)-1]&1}, point[1:33]...)), certificate.ErrCurve},
		"point cut":                {on(p256, point[:len(point)-1]), certificate.ErrCurve},
		"no point":                 {on(p256, nil), certificate.ErrCurve},
		"no parameters":            {on(nil, point), certificate.ErrCurve},
		"implicit parameters":      {on(attesttest.Null(), point), certificate.ErrCurve},
		"foreign named curve":      {on(attesttest.Secp256k1.DER(), point), certificate.ErrCurve},
		"point of another curve":   {on(attesttest.DomainOf(curve.BrainpoolP256r1()).DER(), point), certificate.ErrCurve},
		"unknown algorithm":        {attesttest.Sequence(attesttest.Sequence(attesttest.Unknown.DER()), attesttest.Bits(point)), certificate.ErrAlgorithm},
		"RSA with other parameter": {attesttest.Sequence(attesttest.Sequence(attesttest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01").DER(), attesttest.True()), attesttest.Bits(attesttest.RSA2048(1).Public())), certificate.ErrKey},
		"RSA that is none":         {attesttest.Sequence(attesttest.Sequence(attesttest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01").DER(), attesttest.Null()), attesttest.Bits(point)), certificate.ErrKey},
		"RSA of 8192 bits":         {attesttest.RSA8192().Info(), certificate.ErrKeySize},
	} {
		c := regular()
		c.PublicKey = test.info
		checkKey(t, name, c, test.want)
	}
}

// Catches a key for RSASSA-PSS whose parameters are not read or not kept (RFC
// 4055, 1.2 and 3.3), and one that verifies PKCS #1 v1.5.
func TestPSSKeys(t *testing.T) {
	wide := attesttest.PSS(crypto.SHA256)
	wide.Salt++
	const id = attesttest.OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
	for name, test := range map[string]struct {
		key       []byte
		algorithm attesttest.Algorithm
		want      error
	}{
		"no parameters":     {key: attesttest.Sequence(id.DER()), algorithm: attesttest.PSS(crypto.SHA256)},
		"the same":          {key: attesttest.PSS(crypto.SHA256).Identifier(), algorithm: attesttest.PSS(crypto.SHA256)},
		"longer salt":       {key: attesttest.PSS(crypto.SHA256).Identifier(), algorithm: wide},
		"shorter salt":      {key: wide.Identifier(), algorithm: attesttest.PSS(crypto.SHA256), want: certificate.ErrAlgorithm},
		"other hash":        {key: attesttest.PSS(crypto.SHA512).Identifier(), algorithm: attesttest.PSS(crypto.SHA256), want: certificate.ErrAlgorithm},
		"PKCS #1 v1.5":      {key: attesttest.Sequence(id.DER()), algorithm: attesttest.PKCS1(crypto.SHA256), want: certificate.ErrAlgorithm},
		"parameters of RSA": {key: attesttest.Sequence(id.DER(), attesttest.Null()), algorithm: attesttest.PSS(crypto.SHA256), want: certificate.ErrKey},
	} {
		template := regular().SetPublicKey(attesttest.RSA2048(1))
		template.PublicKey = attesttest.Sequence(test.key, attesttest.Bits(attesttest.RSA2048(1).Public()))
		template.Algorithm = test.algorithm
		c, err := certificate.Parse(template.DER(), certificate.Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		if err := c.CheckSignatureFrom(c); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

// checkKey parses a self-signed certificate and verifies it with its own key.
func checkKey(t *testing.T, name string, template *attesttest.Certificate, want error) {
	t.Helper()
	c, err := certificate.Parse(template.DER(), certificate.Options{})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if err := c.PublicKey.Err(); !errors.Is(err, want) || want != nil && !errors.Is(err, certificate.ErrKey) {
		t.Errorf("%s: key: %v, want %v", name, err, want)
	}
	if err := c.CheckSignatureFrom(c); !errors.Is(err, want) {
		t.Errorf("%s: signature: %v, want %v", name, err, want)
	}
}

// Catches finer causes that a caller who knows the general ones does not see.
func TestCausesUnwrap(t *testing.T) {
	for fine, general := range map[error]error{
		certificate.ErrSHA1:    certificate.ErrAlgorithm,
		certificate.ErrKeySize: certificate.ErrKey,
		certificate.ErrCurve:   certificate.ErrKey,
	} {
		if !errors.Is(fine, general) || errors.Is(general, fine) {
			t.Errorf("%v and %v", fine, general)
		}
	}
}
