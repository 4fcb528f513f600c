package curve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"math/big"
	"testing"
)

// recompute makes TestAccumulated compute its hash by the reference (half a
// minute) instead of taking the stored one.
var recompute = flag.Bool("reference", false, "recompute accumulated vectors by the reference implementation")

// Catches: a wrong multiplication, addition or parameter of brainpoolP256r1 in
// the very computations of PACE with generic mapping (ICAO Doc 9303-11,
// 4.4.3.3.1 and G.1).
func TestKnownAnswerPACEGenericMapping(t *testing.T) {
	var hexadecimal map[string]string
	readJSON(t, "testdata/icao9303-11-G1.json", &hexadecimal)
	v := map[string][]byte{}
	for name, s := range hexadecimal {
		if name != "_about" {
			v[name] = unhex(t, s)
		}
	}
	c := BrainpoolP256r1()
	scalar := func(name string) *Scalar { return mustScalar(t, c, v[name]) }
	point := func(name string) *Point { return mustPoint(t, c, v[name]) }
	expect := func(name string, got *Point) {
		t.Helper()
		if !bytes.Equal(got.Bytes(), v[name]) {
			t.Errorf("%s = %X, not %X", name, got.Bytes(), v[name])
		}
	}
	g := c.Generator()
	expect("map_ifd_pk", mustMul(t, g, scalar("map_ifd_sk")))
	expect("map_ic_pk", mustMul(t, g, scalar("map_ic_sk")))
	expect("h", mustMul(t, point("map_ic_pk"), scalar("map_ifd_sk")))
	expect("h", mustMul(t, point("map_ifd_pk"), scalar("map_ic_sk")))

	s, err := c.ReduceScalar(v["s"])
	if err != nil {
		t.Fatal(err)
	}
	mapped, err := mustMul(t, g, s).Add(point("h"))
	if err != nil {
		t.Fatal(err)
	}
	expect("mapped_g", mapped)
	expect("ifd_pk", mustMul(t, mapped, scalar("ifd_sk")))
	expect("ic_pk", mustMul(t, mapped, scalar("ic_sk")))
	if got := mustMul(t, point("ic_pk"), scalar("ifd_sk")).X(); !bytes.Equal(got, v["shared"]) {
		t.Errorf("shared = %X", got)
	}
	if got := mustMul(t, point("ifd_pk"), scalar("ic_sk")).X(); !bytes.Equal(got, v["shared"]) {
		t.Errorf("shared, chip's side = %X", got)
	}
}

// Catches: a deviation from the published key agreement of RFC 7027, A.1.
func TestKnownAnswerRFC7027(t *testing.T) {
	c := BrainpoolP256r1()
	da := mustScalar(t, c, unhex(t, "81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D"))
	db := mustScalar(t, c, unhex(t, "55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3"))
	qa := unhex(t, "0444106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5"+
		"8AB4846F11CACCB73CE49CBDD120F5A900A69FD32C272223F789EF10EB089BDC")
	qb := unhex(t, "048D2D688C6CF93E1160AD04CC4429117DC2C41825E1E9FCA0ADDD34E6F1B39F7B"+
		"990C57520812BE512641E47034832106BC7D3E8DD0E4C7F1136D7006547CEC6A")
	z := unhex(t, "0489AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B"+
		"49C27868F4ECA2179BFD7D59B1E3BF34C1DBDE61AE12931648F43E59632504DE")
	for _, v := range []struct {
		name string
		p    *Point
		k    *Scalar
		want []byte
	}{
		{"Q_A", c.Generator(), da, qa},
		{"Q_B", c.Generator(), db, qb},
		{"Z of A", mustPoint(t, c, qb), da, z},
		{"Z of B", mustPoint(t, c, qa), db, z},
	} {
		if got := mustMul(t, v.p, v.k).Bytes(); !bytes.Equal(got, v.want) {
			t.Errorf("%s = %X", v.name, got)
		}
	}
}

// The SHA-256 of the first 1000 and of all 10 000 points of TestAccumulated,
// computed by the reference (go test -run Accumulated -reference [-short]).
const (
	accumulatedShort = "8f45a455a8042be3516c11946793a57312349ac17b7721a56993a7cdc5a93938"
	accumulated      = "dcb90d8ec951aac3d214350b03f098e38d11c3bef6ba83e29773d9db5763a399"
)

// Catches: a fault of the arithmetic that shows once in thousands of cases, such
// as a lost carry; coordinates that lose leading zeros; scalars with leading
// zeros.
func TestAccumulated(t *testing.T) {
	results, want := 10000, accumulated
	if testing.Short() {
		results, want = 1000, accumulatedShort
	}
	c := BrainpoolP256r1()
	random := stream("accumulated")
	r := newReference(t, c.Name())
	k, point := make([]byte, c.ScalarSize()), c.Generator().Bytes()
	hash, padded := sha256.New(), 0
	for i := range results {
		nextScalar(random, k, i)
		if *recompute {
			point = r.encode(r.mul(new(big.Int).SetBytes(k), r.decode(point)))
		} else {
			point = mustMul(t, mustPoint(t, c, point), mustScalar(t, c, k)).Bytes()
		}
		hash.Write(point)
		if point[1] == 0 {
			padded++
		}
	}
	if padded < results/400 {
		t.Errorf("%d x-coordinates with a leading zero byte: the test does not reach them", padded)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want {
		t.Errorf("hash %s, not %s", got, want)
	}
}

// nextScalar fills k with a number from 1 to n-1 of brainpoolP256r1; every
// tenth has up to 31 leading zero bytes.
func nextScalar(random interface{ Read([]byte) (int, error) }, k []byte, i int) {
	random.Read(k)
	k[0] &= 0x7F // below n
	if i%10 == 9 {
		clear(k[:i/10%len(k)])
	}
	k[len(k)-1] |= 1 // not zero
}
