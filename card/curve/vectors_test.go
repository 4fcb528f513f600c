package curve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"math/big"
	"testing"
)

// recompute makes TestAccumulated compute its hashes by the reference (half a
// minute) instead of taking the stored ones.
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

// agreement is one key agreement: shared is the x-coordinate of private times
// peer and of the peer's private key times public.
type agreement struct {
	curve                                       *Curve
	private, public, peerPrivate, peer, sharedX []byte
}

func (v agreement) check(t *testing.T) {
	t.Helper()
	k, peerK := mustScalar(t, v.curve, v.private), mustScalar(t, v.curve, v.peerPrivate)
	for name, got := range map[string][2][]byte{
		"public key":                 {mustMul(t, v.curve.Generator(), k).Bytes(), v.public},
		"public key of the peer":     {mustMul(t, v.curve.Generator(), peerK).Bytes(), v.peer},
		"secret":                     {mustMul(t, mustPoint(t, v.curve, v.peer), k).X(), v.sharedX},
		"secret, on the peer's side": {mustMul(t, mustPoint(t, v.curve, v.public), peerK).X(), v.sharedX},
	} {
		if !bytes.Equal(got[0], got[1]) {
			t.Errorf("%s: %s = %X, not %X", v.curve.Name(), name, got[0], got[1])
		}
	}
}

// Catches: a deviation from the published key agreements of RFC 7027, appendix
// A; the secret of A.2 begins with a zero digit.
func TestKnownAnswerRFC7027(t *testing.T) {
	for _, v := range []struct {
		curve              *Curve
		dA, qA, dB, qB, xZ string
	}{
		{
			BrainpoolP256r1(),
			"81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D",
			"0444106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5" +
				"8AB4846F11CACCB73CE49CBDD120F5A900A69FD32C272223F789EF10EB089BDC",
			"55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3",
			"048D2D688C6CF93E1160AD04CC4429117DC2C41825E1E9FCA0ADDD34E6F1B39F7B" +
				"990C57520812BE512641E47034832106BC7D3E8DD0E4C7F1136D7006547CEC6A",
			"89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B",
		},
		{
			BrainpoolP384r1(),
			"1E20F5E048A5886F1F157C74E91BDE2B98C8B52D58E5003D57053FC4B0BD65D6F15EB5D1EE1610DF870795143627D042",
			"0468B665DD91C195800650CDD363C625F4E742E8134667B767B1B476793588F885AB698C852D4A6E77A252D6380FCAF068" +
				"55BC91A39C9EC01DEE36017B7D673A931236D2F1F5C83942D049E3FA20607493E0D038FF2FD30C2AB67D15C85F7FAA59",
			"032640BC6003C59260F7250C3DB58CE647F98E1260ACCE4ACDA3DD869F74E01F8BA5E0324309DB6A9831497ABAC96670",
			"044D44326F269A597A5B58BBA565DA5556ED7FD9A8A9EB76C25F46DB69D19DC8CE6AD18E404B15738B2086DF37E71D1EB4" +
				"62D692136DE56CBE93BF5FA3188EF58BC8A3A0EC6C1E151A21038A42E9185329B5B275903D192F8D4E1F32FE9CC78C48",
			"0BD9D3A7EA0B3D519D09D8E48D0785FB744A6B355E6304BC51C229FBBCE239BBADF6403715C35D4FB2A5444F575D4F42",
		},
		{
			BrainpoolP512r1(),
			"16302FF0DBBB5A8D733DAB7141C1B45ACBC8715939677F6A56850A38BD87BD59" +
				"B09E80279609FF333EB9D4C061231FB26F92EEB04982A5F1D1764CAD57665422",
			"040A420517E406AAC0ACDCE90FCD71487718D3B953EFD7FBEC5F7F27E28C6149" +
				"999397E91E029E06457DB2D3E640668B392C2A7E737A7F0BF04436D11640FD09FD" +
				"72E6882E8DB28AAD36237CD25D580DB23783961C8DC52DFA2EC138AD472A0FCE" +
				"F3887CF62B623B2A87DE5C588301EA3E5FC269B373B60724F5E82A6AD147FDE7",
			"230E18E1BCC88A362FA54E4EA3902009292F7F8033624FD471B5D8ACE49D12CF" +
				"ABBC19963DAB8E2F1EBA00BFFB29E4D72D13F2224562F405CB80503666B25429",
			"049D45F66DE5D67E2E6DB6E93A59CE0BB48106097FF78A081DE781CDB31FCE8C" +
				"CBAAEA8DD4320C4119F1E9CD437A2EAB3731FA9668AB268D871DEDA55A5473199F" +
				"2FDC313095BCDD5FB3A91636F07A959C8E86B5636A1E930E8396049CB481961D" +
				"365CC11453A06C719835475B12CB52FC3C383BCE35E27EF194512B71876285FA",
			"A7927098655F1F9976FA50A9D566865DC530331846381C87256BAF3226244B76" +
				"D36403C024D7BBF0AA0803EAFF405D3D24F11A9B5C0BEF679FE1454B21C4CD1F",
		},
	} {
		agreement{
			v.curve, unhex(t, v.dA), unhex(t, v.qA), unhex(t, v.dB), unhex(t, v.qB), unhex(t, v.xZ),
		}.check(t)
	}
}

// Catches: a key agreement that differs from OpenSSL's, above all a secret that
// loses its leading zero bytes.
func TestKnownAnswerOpenSSLAgreement(t *testing.T) {
	var file struct {
		Agreements []struct {
			Curve, Private, Public, Peer, Shared string
			PeerPrivate                          string `json:"peer_private"`
		}
	}
	readJSON(t, "testdata/openssl-ecdh.json", &file)
	padded := 0
	for _, v := range file.Agreements {
		a := agreement{
			curveNamed(t, v.Curve), unhex(t, v.Private), unhex(t, v.Public),
			unhex(t, v.PeerPrivate), unhex(t, v.Peer), unhex(t, v.Shared),
		}
		a.check(t)
		if a.sharedX[0] == 0 {
			padded++
		}
	}
	if len(file.Agreements) != 20 || padded != 8 {
		t.Errorf("%d agreements, %d with a leading zero byte", len(file.Agreements), padded)
	}
}

// The SHA-256 of points of TestAccumulated, computed by the reference (go test
// -run Accumulated -reference [-short]): of the first results with -short and of
// all of them.
var accumulated = []struct {
	curve           func() *Curve
	short, all      int
	shortSum, total string
}{
	{
		BrainpoolP256r1, 1000, 10000,
		"8f45a455a8042be3516c11946793a57312349ac17b7721a56993a7cdc5a93938",
		"dcb90d8ec951aac3d214350b03f098e38d11c3bef6ba83e29773d9db5763a399",
	},
	{
		BrainpoolP320r1, 200, 800,
		"87bf7c967dde553de3cb82dd6c08b03b4030bc0a5d64805e0f38b14b02cbd17c",
		"b5971ed3865e5c7332eaaa46819d7dc2ccd896f153f2fd0ba38c4230064babbd",
	},
	{
		BrainpoolP384r1, 200, 800,
		"eff1e43789174a54a3d1516ccaa7c838a401c0756dada630468f042179357283",
		"c30eb6e29e0908ee1943dedb9c213b692b00ae0a07af89ab7e091ad54cd33664",
	},
	{
		BrainpoolP512r1, 200, 800,
		"25d489b26f3223f57ec2243a6b9d01c183a90c04d197e06587bca5ca7f78c12d",
		"1d67416bedf6a548d7ca2cbb2292d7a8f88accfce51c1a7626e93c859f999be0",
	},
}

// Catches: a fault of the arithmetic that shows once in thousands of cases, such
// as a lost carry; coordinates that lose leading zeros; scalars with leading
// zeros.
func TestAccumulated(t *testing.T) {
	for _, v := range accumulated {
		results, want := v.all, v.total
		if testing.Short() {
			results, want = v.short, v.shortSum
		}
		c := v.curve()
		t.Run(c.Name(), func(t *testing.T) { testAccumulated(t, c, results, want) })
	}
}

func testAccumulated(t *testing.T, c *Curve, results int, want string) {
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
	if results >= 1000 && padded < results/400 {
		t.Errorf("%d x-coordinates with a leading zero byte: the test does not reach them", padded)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want {
		t.Errorf("hash %s, not %s", got, want)
	}
}

// nextScalar fills k with a number from 1 to n-1 of a brainpool curve; every
// tenth has leading zero bytes, up to all but one.
func nextScalar(random interface{ Read([]byte) (int, error) }, k []byte, i int) {
	random.Read(k)
	k[0] &= 0x7F // below n
	if i%10 == 9 {
		clear(k[:i/10%len(k)])
	}
	k[len(k)-1] |= 1 // not zero
}
