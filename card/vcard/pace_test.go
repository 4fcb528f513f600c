package vcard

import (
	"bytes"
	"fmt"
	"testing"
)

// Would catch: a mapping, cipher, curve or nonce size that works in one place
// only, a wrong CAN that is let in or locks the card, and 3DES sessions that
// break after the first command.
func TestPACE(t *testing.T) {
	for _, mapping := range []Mapping{GenericMapping, IntegratedMapping, ChipAuthenticationMapping} {
		for _, cipher := range Ciphers() {
			for _, curve := range Curves() {
				for _, nonce := range []int{16, 32} {
					small := curve == P256 || curve == BrainpoolP256r1 // the others with one cipher: they take long
					if mapping == ChipAuthenticationMapping && cipher == TripleDES || !small && (cipher != AES256 || nonce == 32) {
						continue
					}
					testPACE(t, PACEProtocol{mapping, cipher, curve}, nonce)
				}
			}
		}
	}
}

func testPACE(t *testing.T, protocol PACEProtocol, nonce int) {
	t.Helper()
	name := fmt.Sprintf("mapping %d, %v, %v, nonce of %d bytes", protocol.Mapping, protocol.Cipher, protocol.Curve, nonce)
	p := blank()
	p.PACE, p.NonceSize = []PACEProtocol{protocol}, nonce
	private, err := protocol.Curve.GenerateKey(seeded(7))
	if err != nil {
		t.Fatal(err)
	}
	p.ChipKeys = []ChipKey{{Curve: protocol.Curve, Cipher: AES256, Scalar: private}}
	terminal := connect(t, p)
	if sw := terminal.establish("000000"); sw != statusAuthenticationFailed {
		t.Errorf("%s: wrong CAN answered %04X", name, sw)
	}
	if sw := terminal.establish(string(p.CAN)); sw != statusOK {
		t.Fatalf("%s: %04X", name, sw)
	}
	if terminal.proof != (protocol.Mapping == ChipAuthenticationMapping) {
		t.Errorf("%s: proof of the chip is %v", name, terminal.proof)
	}
	terminal.selectApplication()
	for range 3 {
		if r := terminal.send("00B0810000"); r.sw != statusOK || !bytes.Equal(r.data, p.Files[FIDDG1][:256]) {
			t.Fatalf("%s: read answered %04X", name, r.sw)
		}
	}
}

// Would catch: nonces of a size that the cipher cannot make keys of.
func TestNonceSize(t *testing.T) {
	for _, x := range []struct {
		mapping Mapping
		cipher  Cipher
		given   int
		want    int
	}{
		{GenericMapping, AES256, 16, 16},
		{GenericMapping, AES256, 32, 32},
		{GenericMapping, TripleDES, 8, 8},
		{GenericMapping, TripleDES, 24, 24},
		{IntegratedMapping, AES128, 16, 16},
		{IntegratedMapping, AES128, 32, 32},
		{IntegratedMapping, AES192, 16, 32},
		{IntegratedMapping, AES256, 16, 32},
		{IntegratedMapping, TripleDES, 8, 16},
		{IntegratedMapping, TripleDES, 24, 32},
	} {
		p := blank()
		p.PACE, p.NonceSize = []PACEProtocol{{x.mapping, x.cipher, BrainpoolP256r1}}, x.given
		terminal := connect(t, p)
		terminal.setPACE(passwordCAN)
		z := terminal.object(terminal.generalAuthenticate(0x10, nil), tagEncryptedNonce)
		if len(z) != x.want {
			t.Errorf("mapping %d, %v: nonce of %d bytes, want %d", x.mapping, x.cipher, len(z), x.want)
		}
		if sw := terminal.establish(string(p.CAN)); sw != statusOK {
			t.Errorf("mapping %d, %v: PACE answered %04X", x.mapping, x.cipher, sw)
		}
	}
}

// Would catch: one of several protocols taken for another, a curve that is not
// the one named, and domain parameters that stay unnamed though the chip has
// two sets of them.
func TestSeveralProtocols(t *testing.T) {
	p := blank()
	p.PACE = []PACEProtocol{
		{GenericMapping, AES256, BrainpoolP256r1},
		{GenericMapping, AES256, P384},
		{IntegratedMapping, AES256, BrainpoolP256r1},
		{GenericMapping, TripleDES, BrainpoolP256r1},
	}
	for _, protocol := range p.PACE {
		if sw := connect(t, p).pace(protocol, passwordCAN, p.CAN); sw != statusOK {
			t.Errorf("%v: %04X", protocol, sw)
		}
	}
	for _, x := range []struct {
		name, command string
		want          status
	}{
		{"domain parameters not named", "0022C1A40F 800A04007F00070202040204 830102", statusReferenceNotFound},
		{"not named, and one curve with this protocol", "0022C1A40F 800A04007F00070202040404 830102", statusReferenceNotFound},
		{"curve of another protocol", "0022C1A412 800A04007F00070202040404 830102 84010F", statusReferenceNotFound},
		{"curve that the chip has not", "0022C1A412 800A04007F00070202040204 830102 840110", statusReferenceNotFound},
		{"reference of two bytes", "0022C1A413 800A04007F00070202040204 830102 8402000D", statusReferenceNotFound},
		{"other cipher", "0022C1A412 800A04007F00070202040202 830102 84010D", statusWrongData},
		{"chip authentication mapping", "0022C1A412 800A04007F00070202040604 830102 84010D", statusWrongData},
	} {
		if r := connect(t, p).send(x.command); r.sw != x.want {
			t.Errorf("%s: %04X, want %04X", x.name, r.sw, x.want)
		}
	}
	p.PACE = append(p.PACE[:1], p.PACE[2:]...)
	if r := connect(t, p).send("0022C1A40F 800A04007F00070202040404 830102"); r.sw != statusOK {
		t.Errorf("one curve, not named: %04X", r.sw)
	}
}

// Would catch: integrated mapping with a nonce of the wrong length, or one that
// the point encoding has nothing for, going on.
func TestIntegratedMappingRefuses(t *testing.T) {
	p := blank()
	p.PACE[0].Mapping = IntegratedMapping
	for name, content := range map[string][]byte{
		"nonce as long as a block": encode(tagMapTerminal, make([]byte, 16)),
		"empty nonce":              encode(tagMapTerminal, nil),
		"long nonce":               encode(tagMapTerminal, make([]byte, 33)),
		"two objects":              append(encode(tagMapTerminal, make([]byte, 32)), 0x82, 0),
	} {
		terminal := connect(t, p)
		terminal.setPACE(passwordCAN)
		terminal.generalAuthenticate(0x10, nil)
		if r := terminal.generalAuthenticate(0x10, content); r.sw != statusWrongData {
			t.Errorf("%s: %04X", name, r.sw)
		}
	}
}

// Would catch: EF.CardSecurity readable without PACE, or not at all after it.
func TestCardSecurityNeedsPACE(t *testing.T) {
	p := blank()
	p.MasterFiles[FIDCardSecurity] = []byte{0x30, 0x00}
	terminal := connect(t, p)
	for _, command := range []string{"00B09D0000", "00A4020C02011D"} {
		if r := terminal.send(command); r.sw != statusSecurity {
			t.Errorf("%s before PACE: %04X", command, r.sw)
		}
	}
	if sw := terminal.establish(string(p.CAN)); sw != statusOK {
		t.Fatalf("PACE answered %04X", sw)
	}
	if r := terminal.send("00B09D0002"); r.sw != statusOK || !bytes.Equal(r.data, []byte{0x30, 0x00}) {
		t.Errorf("after PACE: %04X %X", r.sw, r.data)
	}
	terminal.selectApplication()
	if r := terminal.send("00B09D0002"); r.sw != statusFileNotFound {
		t.Errorf("in the application, where it is EF.SOD: %04X", r.sw)
	}
}
