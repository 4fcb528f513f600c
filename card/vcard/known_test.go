package vcard

import (
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"os"
	"slices"
	"testing"
)

type exchange struct{ Plain, CAPDU, RAPDU string }

type knownAnswers struct {
	PACE struct {
		MRZ   string      `json:"mrz_information"`
		Nonce string      `json:"s"`
		Map   string      `json:"map_ic_sk"`
		Agree string      `json:"ic_sk"`
		APDUs [][2]string `json:"apdus"`
		Enc   string      `json:"ks_enc"`
		MAC   string      `json:"ks_mac"`
	} `json:"pace_gm_ecdh_G1"`
	SM struct {
		Enc       string `json:"ks_enc"`
		MAC       string `json:"ks_mac"`
		Start     string `json:"ssc_start"`
		COM       string `json:"ef_com"`
		Exchanges []exchange
	} `json:"sm_aes256"`
	Integrated map[string]string `json:"pace_im_ecdh_H1"`
	Chip       map[string]string `json:"pace_cam_ecdh_I1"`
	BAC        map[string]string `json:"bac_D"`
	TripleDES  struct {
		COM       string `json:"ef_com"`
		Exchanges []exchange
	} `json:"sm_D4_3des"`
	Active  map[string]string `json:"aa_F"`
	Mapping struct {
		Cases []struct {
			S, T, RP string
			G        string `json:"mapped_g"`
			Bits     int    `json:"aes_key_bits"`
		}
	} `json:"integrated_mapping"`
}

func readKnownAnswers(t *testing.T) (k knownAnswers) {
	t.Helper()
	b, err := os.ReadFile("testdata/known-answers.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &k); err != nil {
		t.Fatal(err)
	}
	return k
}

// sameKeys fails the test unless the channel has these keys.
func sameKeys(t *testing.T, got *channel, c Cipher, enc, mac []byte) {
	t.Helper()
	probe := bytes.Repeat([]byte{0x3C}, 16)
	if !bytes.Equal(encryptCBC(got.enc, nil, probe), encryptCBC(c.block(enc), nil, probe)) {
		t.Error("encryption key differs")
	}
	if !bytes.Equal(got.mac.sum(probe), c.macKey(mac).sum(probe)) {
		t.Error("MAC key differs")
	}
}

// Would catch: any wrong byte in PACE on the chip's side: key derivation for
// the MRZ and 128 bits, nonce encryption, mapping, agreement, tokens, tags.
func TestKnownAnswerPACE(t *testing.T) {
	k := readKnownAnswers(t).PACE
	p := blank()
	p.PACE[0].Cipher, p.MRZ = AES128, []byte(k.MRZ)
	recorded := slices.Concat(unhex(t, k.Nonce), unhex(t, k.Map), unhex(t, k.Agree))
	c, err := New(p, bytes.NewReader(recorded))
	if err != nil {
		t.Fatal(err)
	}
	if len(k.APDUs) != 5 {
		t.Fatalf("%d APDUs in the vectors", len(k.APDUs))
	}
	for i, x := range k.APDUs {
		answer, err := c.Transmit(t.Context(), unhex(t, x[0]))
		if err != nil {
			t.Fatal(err)
		}
		if want := unhex(t, x[1]); !bytes.Equal(answer, want) {
			t.Fatalf("APDU %d: answer %X, want %X", i, answer, want)
		}
	}
	sameKeys(t, c.channel, AES128, unhex(t, k.Enc), unhex(t, k.MAC))
}

// Would catch: a wrong byte in secure messaging with AES-256 against a real
// terminal and chip: padding, IV, counter, CMAC, order of the objects.
func TestKnownAnswerSecureMessaging(t *testing.T) {
	k := readKnownAnswers(t).SM
	p := blank()
	p.Files[FIDCOM] = unhex(t, k.COM)
	c := newCard(t, p)
	c.inApplication = true
	c.channel = channelOf(AES256, unhex(t, k.Enc), unhex(t, k.MAC), binary.BigEndian.Uint64(unhex(t, k.Start)[8:]))
	if len(k.Exchanges) != 3 {
		t.Fatalf("%d exchanges in the vectors", len(k.Exchanges))
	}
	for i, x := range k.Exchanges {
		answer, err := c.Transmit(t.Context(), unhex(t, x.CAPDU))
		if err != nil {
			t.Fatal(err)
		}
		if want := unhex(t, x.RAPDU); !bytes.Equal(answer, want) {
			t.Errorf("exchange %d: answer %X, want %X", i, answer, want)
		}
	}
}

// Would catch: wrong subkeys or padding of CMAC, for empty, whole and broken
// blocks (NIST SP 800-38B, examples D.1 and D.3; RFC 4493, 4).
func TestKnownAnswerCMAC(t *testing.T) {
	message := unhex(t, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710")
	keys := map[string]cipher.Block{
		"AES-128": AES128.block(unhex(t, "2b7e151628aed2a6abf7158809cf4f3c")),
		"AES-256": AES256.block(unhex(t, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")),
	}
	for _, x := range []struct {
		key  string
		n    int
		want string
	}{
		{"AES-128", 0, "bb1d6929e95937287fa37d129b756746"},
		{"AES-128", 16, "070a16b46b4d4144f79bdd9dd04a287c"},
		{"AES-128", 40, "dfa66747de9ae63030ca32611497c827"},
		{"AES-128", 64, "51f0bebf7e3b9d92fc49741779363cfe"},
		{"AES-256", 0, "028962f61b7bf89efc6b551f4667d983"},
		{"AES-256", 16, "28a7023f452e8f82bd4bf28d8c37c35c"},
		{"AES-256", 40, "aaf3d8f1de5640c232f5b169b9c911e6"},
		{"AES-256", 64, "e1992190549f6ed5696a2c056c315410"},
	} {
		if got := cmac(keys[x.key], message[:x.n]); !bytes.Equal(got, unhex(t, x.want)) {
			t.Errorf("%s over %d bytes: %x, want %s", x.key, x.n, got, x.want)
		}
	}
}
