package sm

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// messageSP800 is the message of the examples of NIST SP 800-38B, D, and of
// RFC 4493, 4.
const messageSP800 = "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710"

// A wrong subkey, a wrong last block or a wrong padding gives other tags than
// RFC 4493, 4 (AES-128) and NIST SP 800-38B, D.2 and D.3 (AES-192, AES-256).
func TestKnownAnswerCMAC(t *testing.T) {
	for _, tc := range []struct {
		cipher Cipher
		key    string
		tags   map[int]string // length of the message: tag
	}{
		{AES128, "2B7E151628AED2A6ABF7158809CF4F3C", map[int]string{
			0:  "BB1D6929E95937287FA37D129B756746",
			16: "070A16B46B4D4144F79BDD9DD04A287C",
			40: "DFA66747DE9AE63030CA32611497C827",
			64: "51F0BEBF7E3B9D92FC49741779363CFE",
		}},
		{AES192, "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B", map[int]string{
			0:  "D17DDF46ADAACDE531CAC483DE7A9367",
			16: "9E99A7BF31E710900662F65E617C5184",
			40: "8A1DE5BE2EB31AAD089A82E6EE908B0E",
			64: "A1D5DF0EED790F794D77589659F39A11",
		}},
		{AES256, "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4", map[int]string{
			0:  "028962F61B7BF89EFC6B551F4667D983",
			16: "28A7023F452E8F82BD4BF28D8C37C35C",
			40: "AAF3D8F1DE5640C232F5B169B9C911E6",
			64: "E1992190549F6ED5696A2C056C315410",
		}},
	} {
		block, err := tc.cipher.NewBlock(unhex(t, tc.key))
		if err != nil {
			t.Fatal(err)
		}
		m := newCMAC(block)
		for n, want := range tc.tags {
			message := unhex(t, messageSP800)[:n]
			m.write(message)
			if got := m.full(); !bytes.Equal(got[:], unhex(t, want)) {
				t.Errorf("%v, %d bytes: %X, want %s", tc.cipher, n, got, want)
			}
			if got := naiveCMAC(unhex(t, tc.key), message); !bytes.Equal(got, unhex(t, want)) {
				t.Errorf("the test's own CMAC, %v, %d bytes: %X", tc.cipher, n, got)
			}
		}
	}
}

// A wrong order of the two keys, or a MAC over all blocks with both, gives
// another value than M.IFD of ICAO Doc 9303-11, D.3.
func TestKnownAnswerRetailMAC(t *testing.T) {
	m, err := newRetail(unhex(t, "7962D9ECE03D1ACD4C76089DCE131543"))
	if err != nil {
		t.Fatal(err)
	}
	m.write(unhex(t, "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"))
	m.pad()
	if got := m.sum(); !bytes.Equal(got[:], unhex(t, "5F1448EEA8AD90A7")) {
		t.Errorf("%X", got)
	}
}

// The MAC must not depend on how the message is cut into writes: a block held
// back wrongly at a boundary shows here.
func TestMACInPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range ciphers() {
		k, p := pair(c)
		for n := range 80 {
			message := make([]byte, n)
			for i := range message {
				message[i] = byte(r.Uint32())
			}
			for rest := message; len(rest) > 0; {
				cut := 1 + r.IntN(len(rest))
				k.auth.write(rest[:cut])
				rest = rest[cut:]
			}
			k.auth.pad()
			if got := k.auth.sum(); !bytes.Equal(got[:], p.tag(p.padded(message))) {
				t.Fatalf("%v, %d bytes: %X", c, n, got)
			}
		}
	}
}

// Token must be the MAC of the data as the PACE examples have it: CMAC without
// padding of its own, retail MAC with it. T.IFD and T.IC of ICAO Doc 9303-11,
// G.1.
func TestKnownAnswerToken(t *testing.T) {
	k, err := NewKeys(AES128, unhex(t, "F5F0E35C0D7161EE6724EE513A0D9A7F"), unhex(t, "FE251C7858B356B24514B3BD5F4297D1"))
	if err != nil {
		t.Fatal(err)
	}
	object := "7F494F060A04007F000702020402028641"
	for point, want := range map[string]string{
		"049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094": "C2B0BD78D94BA866",
		"042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462": "3ABB9674BCE93C08",
	} {
		got, err := k.Token(unhex(t, object+point))
		if err != nil || !bytes.Equal(got, unhex(t, want)) {
			t.Errorf("%X, %v, want %s", got, err, want)
		}
	}
	des, p := pair(TripleDES)
	if got, err := des.Token([]byte{1, 2, 3}); err != nil || !bytes.Equal(got, p.tag(p.padded([]byte{1, 2, 3}))) {
		t.Errorf("3DES: %X, %v", got, err)
	}
}
