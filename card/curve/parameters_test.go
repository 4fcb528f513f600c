package curve

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"testing"
)

// Catches: parameters as another implementation writes them that are refused or
// taken for another curve; compressed and hybrid generators and foreign curves
// that are taken.
func TestParseParametersOpenSSL(t *testing.T) {
	for _, v := range parameterVectors(t) {
		c, err := ParseParameters(unhex(t, v.DER))
		if v.Curve == "" || v.Form == "compressed" || v.Form == "hybrid" {
			if !errors.Is(err, ErrUnknownCurve) || c != nil {
				t.Errorf("%s %s: %v", v.Curve, v.Form, err)
			}
			continue
		}
		if err != nil || c.Name() != v.Curve {
			t.Errorf("%s %s: %v", v.Curve, v.Form, err)
		}
	}
}

// Catches: a parameter that is not compared, so that altered domain parameters
// pass for a known curve (CVE-2020-0601), and malformed ones that are taken.
func TestParseParametersAltered(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		plus := func(x *big.Int, d int64) *big.Int { return new(big.Int).Add(x, big.NewInt(d)) }
		double := r.encode(r.add(r.g, r.g))
		for name, alter := range map[string]func(s *specified){
			"version 0":       func(s *specified) { s.Version = 0 },
			"version 4":       func(s *specified) { s.Version = 4 },
			"field type":      func(s *specified) { s.Field.Type = asn1.ObjectIdentifier{1, 2, 840, 10045, 1, 2} },
			"p + 2":           func(s *specified) { s.Field.Prime = plus(r.p, 2) },
			"-p":              func(s *specified) { s.Field.Prime = new(big.Int).Neg(r.p) },
			"p = n":           func(s *specified) { s.Field.Prime = r.n },
			"a":               func(s *specified) { s.Equation.A[len(s.Equation.A)-1] ^= 1 },
			"a and b swapped": func(s *specified) { s.Equation.A, s.Equation.B = s.Equation.B, s.Equation.A },
			"a empty":         func(s *specified) { s.Equation.A = nil },
			"a + 0 byte":      func(s *specified) { s.Equation.A = append(s.Equation.A, 0) },
			"b":               func(s *specified) { s.Equation.B[0] ^= 1 },
			"b empty":         func(s *specified) { s.Equation.B = nil },
			"base 2G":         func(s *specified) { s.Base = double },
			"base -G":         func(s *specified) { s.Base = r.encode(r.negate(r.g)) },
			"base x":          func(s *specified) { s.Base[1] ^= 1 },
			"base y":          func(s *specified) { s.Base[len(s.Base)-1] ^= 1 },
			"base infinity":   func(s *specified) { s.Base = []byte{0} },
			"base empty":      func(s *specified) { s.Base = nil },
			"base long":       func(s *specified) { s.Base = append(s.Base, 0) },
			"n + 2":           func(s *specified) { s.Order = plus(r.n, 2) },
			"n = p":           func(s *specified) { s.Order = r.p },
			"cofactor 2":      func(s *specified) { s.Cofactor = big.NewInt(2) },
			"cofactor 0":      func(s *specified) { s.Cofactor = new(big.Int) },
			"cofactor 257":    func(s *specified) { s.Cofactor = big.NewInt(257) },
			"cofactor -1":     func(s *specified) { s.Cofactor = big.NewInt(-1) },
		} {
			s := openSSLParameters(t, c.Name())
			alter(&s)
			refuseParameters(t, name, marshal(t, s))
		}
		good := marshal(t, openSSLParameters(t, c.Name()))
		refuseParameters(t, "data after", append(slices.Clone(good), 0))
		for i := range good {
			refuseParameters(t, "cut", good[:i])
		}
		oid := marshal(t, c.OID())
		refuseParameters(t, "data after the identifier", append(slices.Clone(oid), 5, 0))
		refuseParameters(t, "cut identifier", oid[:len(oid)-1])
	})
	refuseParameters(t, "implicit", []byte{5, 0})
	refuseParameters(t, "indefinite length", []byte{0x30, 0x80, 0, 0})
	refuseParameters(t, "length of 4 GiB", []byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
}

// Catches: an element that is missing or added inside and not noticed.
func TestParseParametersElements(t *testing.T) {
	var elements []asn1.RawValue
	if _, err := asn1.Unmarshal(marshal(t, openSSLParameters(t, "brainpoolP256r1")), &elements); err != nil {
		t.Fatal(err)
	}
	cofactor := elements[5]
	refuseParameters(t, "no cofactor", marshal(t, elements[:5]))
	refuseParameters(t, "element after the cofactor", marshal(t, append(slices.Clone(elements), cofactor)))
	for _, i := range []int{1, 2} { // the field and the equation
		var inner []asn1.RawValue
		if _, err := asn1.Unmarshal(elements[i].FullBytes, &inner); err != nil {
			t.Fatal(err)
		}
		altered := slices.Clone(elements)
		altered[i] = asn1.RawValue{FullBytes: marshal(t, append(inner, cofactor))}
		refuseParameters(t, "element added inside", marshal(t, altered))
	}
}

// Catches: certificates as states issue them that are refused: a without its
// leading zero bytes, a and b with one more (both are in the German master
// list), a seed with unused bits, and the versions of X9.62.
func TestParseParametersVariants(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		for name, alter := range map[string]func(s *specified){
			"no leading zeros": func(s *specified) { s.Equation.A, s.Equation.B = r.a.Bytes(), r.b.Bytes() },
			"a leading zero": func(s *specified) {
				s.Equation.A = append([]byte{0}, s.Equation.A...)
				s.Equation.B = append([]byte{0}, s.Equation.B...)
			},
			"a seed":    func(s *specified) { s.Equation.Seed = asn1.BitString{Bytes: []byte{1, 0xF0}, BitLength: 12} },
			"version 2": func(s *specified) { s.Version = 2 },
			"version 3": func(s *specified) { s.Version = 3 },
		} {
			s := openSSLParameters(t, c.Name())
			alter(&s)
			if got, err := ParseParameters(marshal(t, s)); got != c {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Catches: a form of the parameters that is told wrong, so that a report calls
// regular certificates unusual or the other way round.
func TestReadParametersForm(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		longer := func(s *specified) { s.Equation.B = append([]byte{0}, s.Equation.B...) }
		for name, test := range map[string]struct {
			alter func(s *specified)
			want  Form
		}{
			"regular":                {func(*specified) {}, Form{}},
			"a with a leading zero":  {func(s *specified) { s.Equation.A = append([]byte{0}, s.Equation.A...) }, Form{OtherLengths: true}},
			"b with a leading zero":  {longer, Form{OtherLengths: true}},
			"seed":                   {func(s *specified) { s.Equation.Seed = asn1.BitString{Bytes: []byte{1}, BitLength: 8} }, Form{}},
			"b without leading zero": {func(s *specified) { s.Equation.B = r.b.Bytes() }, Form{OtherLengths: len(r.b.Bytes()) != c.Size()}},
		} {
			s := openSSLParameters(t, c.Name())
			s.Equation.A, s.Equation.B = r.a.FillBytes(make([]byte, c.Size())), r.b.FillBytes(make([]byte, c.Size()))
			test.alter(&s)
			got, form, err := ReadParameters(marshal(t, s))
			if err != nil || got != c || form != test.want {
				t.Errorf("%s: %+v, %v, want %+v", name, form, err, test.want)
			}
		}
		if got, form, err := ReadParameters(marshal(t, c.OID())); err != nil || got != c || form != (Form{Named: true}) {
			t.Errorf("named: %+v, %v", form, err)
		}
	})
}

func refuseParameters(t *testing.T, name string, der []byte) {
	t.Helper()
	if c, err := ParseParameters(der); !errors.Is(err, ErrUnknownCurve) || c != nil {
		t.Errorf("%s (%x): %v", name, der, err)
	}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Catches: an identifier of ICAO Doc 9303-11, 9.5.1 that gives the wrong curve,
// or finite fields and missing curves that give any.
func TestByParameterID(t *testing.T) {
	want := map[int]*Curve{
		12: P256(), 13: BrainpoolP256r1(), 14: BrainpoolP320r1(), 15: P384(),
		16: BrainpoolP384r1(), 17: BrainpoolP512r1(), 18: P521(),
	}
	for id := -1; id < 40; id++ {
		c, err := ByParameterID(id)
		if c != want[id] || (err == nil) != (want[id] != nil) || err != nil && !errors.Is(err, ErrUnknownCurve) {
			t.Errorf("%d: %v", id, err)
		}
	}
}

// Catches: wrong sizes, names and constants.
func TestCurveConstants(t *testing.T) {
	eachCurve(t, func(t *testing.T, c *Curve, r *reference) {
		for name, v := range map[string]struct {
			b    []byte
			want *big.Int
		}{"p": {c.p, r.p}, "a": {c.a, r.a}, "b": {c.b, r.b}, "n": {c.n, r.n}} {
			if new(big.Int).SetBytes(v.b).Cmp(v.want) != 0 {
				t.Errorf("%s = %x", name, v.b)
			}
		}
		if !bytes.Equal(c.Generator().Bytes(), r.encode(r.g)) {
			t.Error("another generator")
		}
		if c.Size() != r.size || c.ScalarSize() != (r.n.BitLen()+7)/8 {
			t.Errorf("sizes %d, %d", c.Size(), c.ScalarSize())
		}
		oid := c.OID()
		oid[0] = 9
		if c.OID()[0] != 1 {
			t.Error("OID aliases the curve")
		}
	})
}

// Catches: a panic or an untyped error on any input, and parameters that are
// taken for a curve whose identifier or numbers they do not hold.
func FuzzParseParameters(f *testing.F) {
	for _, v := range parameterVectors(f) {
		f.Add(unhex(f, v.DER))
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := ParseParameters(der)
		if err != nil {
			if !errors.Is(err, ErrUnknownCurve) || c != nil {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if bytes.Equal(der, marshal(t, c.OID())) {
			return
		}
		for _, part := range [][]byte{c.p, c.g, c.n, bytes.TrimLeft(c.a, "\x00"), bytes.TrimLeft(c.b, "\x00"), {2, 1, 1}} {
			if !bytes.Contains(der, part) {
				t.Fatalf("%x is %s but does not hold %x", der, c.Name(), part)
			}
		}
	})
}
