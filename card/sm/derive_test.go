package sm

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"math/bits"
	"testing"
)

// Wrong hash, counter, truncation or parity gives other keys than ICAO Doc
// 9303-11, D.2 and D.3 (3DES) and G.1 (AES-128).
func TestKnownAnswerDerivation(t *testing.T) {
	for name, tc := range map[string]struct {
		cipher  Cipher
		secret  string
		counter uint32
		want    string
	}{
		"D.1 KEnc":  {TripleDES, "239AB9CB282DAF66231DC5A4DF6BFBAE", 1, "AB94FDECF2674FDFB9B391F85D7F76F2"},
		"D.1 KMAC":  {TripleDES, "239AB9CB282DAF66231DC5A4DF6BFBAE", 2, "7962D9ECE03D1ACD4C76089DCE131543"},
		"D.3 KSEnc": {TripleDES, "0036D272F5C350ACAC50C3F572D23600", 1, "979EC13B1CBFE9DCD01AB0FED307EAE5"},
		"D.3 KSMAC": {TripleDES, "0036D272F5C350ACAC50C3F572D23600", 2, "F1CB1F1FB5ADF208806B89DC579DC1F8"},
		"G.1 Kpi":   {AES128, "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD", 3, "89DED1B26624EC1E634C1989302849DD"},
		"G.1 KSEnc": {AES128, "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925", 1, "F5F0E35C0D7161EE6724EE513A0D9A7F"},
		"G.1 KSMAC": {AES128, "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925", 2, "FE251C7858B356B24514B3BD5F4297D1"},
	} {
		if got := DeriveKey(tc.cipher, unhex(t, tc.secret), tc.counter); !bytes.Equal(got, unhex(t, tc.want)) {
			t.Errorf("%s: %X, want %s", name, got, tc.want)
		}
	}
}

// AES-192 and AES-256 take SHA-256, whole or cut; SHA-1 would be too short, and
// the key of the other length would be taken unnoticed.
func TestDerivationOfLongKeys(t *testing.T) {
	secret := []byte{0x00, 0x01, 0x02}
	digest := sha256.Sum256([]byte{0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x02})
	if got := DeriveKey(AES256, secret, 2); !bytes.Equal(got, digest[:]) {
		t.Errorf("AES-256: %X", got)
	}
	if got := DeriveKey(AES192, secret, 2); !bytes.Equal(got, digest[:24]) {
		t.Errorf("AES-192: %X", got)
	}
	short := sha1.Sum([]byte{0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x02})
	if got := DeriveKey(AES128, secret, 2); !bytes.Equal(got, short[:16]) {
		t.Errorf("AES-128: %X", got)
	}
	if got := DeriveKey(Cipher(0), secret, 1); got != nil {
		t.Errorf("no cipher: %X", got)
	}
}

// A DES key whose parity is even, or whose other bits are touched, is refused
// or changed by chips.
func TestParity(t *testing.T) {
	for b := range 256 {
		key := []byte{byte(b)}
		setParity(key)
		if bits.OnesCount8(key[0])%2 != 1 || key[0]&0xFE != byte(b)&0xFE {
			t.Errorf("%02X became %02X", b, key[0])
		}
	}
}
