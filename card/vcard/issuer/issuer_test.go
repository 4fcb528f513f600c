package issuer

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cnie.example/card/vcard"
)

func seeded(n byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{n}) }

func issue(t testing.TB, p Profile) vcard.Personalisation {
	t.Helper()
	v, err := loadLab(t, "lab").Personalise(seeded(1), p)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// during is a moment in the validity of the laboratories in testdata.
const during = "1800000000"

// openssl runs the program and gives what it wrote.
func openssl(t *testing.T, args ...string) (string, error) {
	t.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Fatal("openssl is not installed: Debian package openssl")
	}
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	return string(out), err
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Would catch: a DS certificate that an independent implementation does not
// chain to its CSCA, or takes without allowing the laboratory's extension.
func TestOpenSSLVerifiesCertificates(t *testing.T) {
	lab := loadLab(t, "lab")
	csca := write(t, "csca.pem", lab.CSCAPEM())
	ds := write(t, "ds.pem", encodePEM(pemCertificate, lab.DS()))
	other := write(t, "other.pem", loadLab(t, "other").CSCAPEM())
	if out, err := openssl(t, "verify", "-x509_strict", "-ignore_critical", "-attime", during, "-CAfile", csca, csca, ds); err != nil {
		t.Errorf("openssl refused: %v\n%s", err, out)
	}
	if out, err := openssl(t, "verify", "-attime", during, "-CAfile", csca, ds); err == nil || !strings.Contains(out, "unhandled critical extension") {
		t.Errorf("openssl took an unknown critical extension: %v\n%s", err, out)
	}
	if out, err := openssl(t, "verify", "-ignore_critical", "-attime", during, "-CAfile", other, ds); err == nil {
		t.Errorf("openssl took the other laboratory's DS\n%s", out)
	}
	text, err := openssl(t, "x509", "-in", ds, "-noout", "-text")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"C = FR, O = cnie laboratory, CN = CSCA LAB SPECIMEN", "Public-Key: (2048 bit)", LabExtension + ": critical",
		"2.23.136.1.1.6.2", "Digital Signature", "Private Key Usage Period", "DirName:/L=FRA",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("DS certificate lacks %q", want)
		}
	}
}

// verifyCMS has OpenSSL verify signed data under the laboratory's CSCA.
func verifyCMS(t *testing.T, cms []byte) (signed []byte, said string, err error) {
	t.Helper()
	in, out := write(t, "signed.cms", cms), filepath.Join(t.TempDir(), "content")
	said, err = openssl(t, "cms", "-verify", "-inform", "DER", "-in", in, "-CAfile", write(t, "csca.pem", loadLab(t, "lab").CSCAPEM()),
		"-ignore_critical", "-purpose", "any", "-attime", during, "-out", out)
	if err != nil {
		return nil, said, err
	}
	signed, err = os.ReadFile(out)
	return signed, said, err
}

// Would catch: a security object or an EF.CardSecurity whose signature, signed
// attributes, embedded certificate or content type an independent
// implementation refuses.
func TestOpenSSLVerifiesSignedFiles(t *testing.T) {
	cam, _ := FindProfile("cam")
	for name, x := range map[string]struct {
		cms  []byte
		kind string
	}{
		"SOD of LDS 1.8": {content(t, issue(t, Specimen()).Files[vcard.FIDSOD], 0x77), "2.23.136.1.1.1"},
		"SOD of LDS 1.7": {content(t, issue(t, Passport()).Files[vcard.FIDSOD], 0x77), "2.23.136.1.1.1"},
		"CardSecurity":   {issue(t, cam).MasterFiles[vcard.FIDCardSecurity], "0.4.0.127.0.7.3.2.1"},
	} {
		signed, said, err := verifyCMS(t, x.cms)
		if err != nil {
			t.Errorf("%s: openssl refused: %v\n%s", name, err, said)
			continue
		}
		if !bytes.Contains(x.cms, signed) || len(signed) < 100 {
			t.Errorf("%s: openssl gave %d bytes of content", name, len(signed))
		}
		at := bytes.Index(x.cms, signed)
		for _, i := range []int{at + 60, len(x.cms) - 1} {
			bad := slices.Clone(x.cms)
			bad[i] ^= 1
			if _, _, err := verifyCMS(t, bad); err == nil {
				t.Errorf("%s: openssl took it with byte %d altered", name, i)
			}
		}
		described, err := openssl(t, "cms", "-cmsout", "-print", "-inform", "DER", "-in", write(t, "signed.cms", x.cms))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"version: 3", x.kind, "sha256WithRSAEncryption", "signingTime", "messageDigest", "contentType"} {
			if !strings.Contains(described, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}

// content is the value of the one data object that is all of b, read apart
// from the code that wrote it. Tags have one byte, or two after 1F bits.
func content(t *testing.T, b []byte, tag int) []byte {
	t.Helper()
	got, value, rest := next(t, b)
	if got != tag || len(rest) > 0 {
		t.Fatalf("tag %X with %d bytes behind it, want %X alone", got, len(rest), tag)
	}
	return value
}

func next(t *testing.T, b []byte) (tag int, value, rest []byte) {
	t.Helper()
	tag, b = int(b[0]), b[1:]
	if tag&0x1F == 0x1F {
		tag, b = tag<<8|int(b[0]), b[1:]
	}
	n, width := int(b[0]), 1
	if n > 0x80 {
		width = 1 + n - 0x80
		n = int(binary.BigEndian.Uint32(append(make([]byte, 5-width), b[1:width]...)))
	}
	if width+n > len(b) {
		t.Fatalf("object %X is longer than its file", tag)
	}
	return tag, b[width : width+n], b[width+n:]
}

// Would catch: a digest of another file, a data group left out, and versions
// other than LDS 1.8.
func TestSecurityObjectDigests(t *testing.T) {
	files := issue(t, Specimen()).Files
	sod := files[vcard.FIDSOD]
	for name, g := range dataGroups() {
		if !slices.Contains(Specimen().Files, name) {
			continue
		}
		digest := sha256.Sum256(files[g.fid])
		entry := append([]byte{0x30, 0x25, 0x02, 0x01, byte(g.number), 0x04, 0x20}, digest[:]...)
		if !bytes.Contains(sod, entry) {
			t.Errorf("no digest of %s", name)
		}
	}
	if !bytes.Contains(sod, append([]byte("\x13\x040108\x13\x06"), "040000"...)) {
		t.Error("no LDS version")
	}
}

// Would catch: files that outgrow what the budget of a login assumes, or a
// document unlike the French ones.
func TestSizes(t *testing.T) {
	v := issue(t, Specimen())
	for _, x := range []struct {
		name      string
		content   []byte
		low, high int
	}{
		{"CardAccess", v.MasterFiles[vcard.FIDCardAccess], 42, 42},
		{"COM", v.Files[vcard.FIDCOM], 25, 25},
		{"SOD", v.Files[vcard.FIDSOD], 2100, 2400},
		{"DG1", v.Files[vcard.FIDDG1], 95, 95},
		{"DG2", v.Files[vcard.FIDDG2], 10000, 16000},
		{"DG11", v.Files[vcard.FIDDG11], 90, 140},
		{"DG14", v.Files[vcard.FIDDG14], 360, 420},
	} {
		if n := len(x.content); n < x.low || n > x.high {
			t.Errorf("%s has %d bytes, want %d to %d", x.name, n, x.low, x.high)
		}
	}
	if len(v.Files) != 7 {
		t.Errorf("%d files", len(v.Files))
	}
}

// Would catch: wrong tags, texts not in UTF-8 or not marked SPECIMEN.
func TestFiles(t *testing.T) {
	p := Specimen()
	p.OtherNames = []string{"SPÉCIMEN-USAGE"}
	files := issue(t, p).Files
	mrz := content(t, content(t, files[vcard.FIDDG1], 0x61), 0x5F1F)
	want := "IDFRASPEC000010<<<<<<<<<<<<<<<" + "9007138F3601143FRA<<<<<<<<<<<2" + "SPECIMEN<<MARIE<ANNE<<<<<<<<<<"
	if string(mrz) != want {
		t.Errorf("MRZ %s\nwant %s", mrz, want)
	}
	if got := content(t, files[vcard.FIDCOM], 0x60); !bytes.HasSuffix(got, []byte{0x5C, 5, 0x61, 0x75, 0x6B, 0x6C, 0x6E}) {
		t.Errorf("COM %X", got)
	}
	rest := content(t, files[vcard.FIDDG11], 0x6B)
	var tags []int
	for len(rest) > 0 {
		var tag int
		var value []byte
		tag, value, rest = next(t, rest)
		tags = append(tags, tag)
		if want := map[int]string{
			0x5C: "\x5F\x0E\x5F\x0F\x5F\x2B\x5F\x11\x5F\x42", 0x5F0E: "SPÉCIMEN<<MARIE<ANNE", 0x5F2B: "19900713",
			0xA0:   "\x02\x01\x01\x5F\x0F\x0FSPÉCIMEN-USAGE",
			0x5F11: "SPÉCIMEN-SUR-MER<FRA", 0x5F42: "1 RUE DU SPÉCIMEN<00000 SPÉCIMEN<FRA",
		}[tag]; string(value) != want {
			t.Errorf("DG11 %X is %q, want %q", tag, value, want)
		}
	}
	if !slices.Equal(tags, []int{0x5C, 0x5F0E, 0xA0, 0x5F2B, 0x5F11, 0x5F42}) {
		t.Errorf("DG11 holds %X", tags)
	}
	if got := content(t, files[vcard.FIDDG12], 0x6C); !bytes.HasSuffix(got, []byte("\x5F\x26\x0820260115")) {
		t.Errorf("DG12 %X", got)
	}
}

// Would catch: wrong lengths in the biometric wrapping, and a photo that no
// reader decodes.
func TestFace(t *testing.T) {
	rest := content(t, content(t, issue(t, Specimen()).Files[vcard.FIDDG2], 0x75), 0x7F61)
	tag, value, rest := next(t, rest)
	if tag != 0x02 || !bytes.Equal(value, []byte{1}) {
		t.Fatalf("number of templates: %X %X", tag, value)
	}
	_, _, rest = next(t, content(t, rest, 0x7F60))
	record := content(t, rest, 0x5F2E)
	if n := binary.BigEndian.Uint32(record[8:]); string(record[:8]) != "FAC\x00010\x00" || int(n) != len(record) {
		t.Errorf("record says %d bytes, has %d", n, len(record))
	}
	if n := binary.BigEndian.Uint32(record[14:]); int(n) != len(record)-14 || record[20] != 2 {
		t.Errorf("block of %d bytes in %d, sex %d", n, len(record), record[20])
	}
	picture, err := jpeg.Decode(bytes.NewReader(record[46:]))
	if err != nil {
		t.Fatal(err)
	}
	size := picture.Bounds().Size()
	if int(binary.BigEndian.Uint16(record[36:])) != size.X || int(binary.BigEndian.Uint16(record[38:])) != size.Y {
		t.Errorf("picture of %v, header %X", size, record[34:46])
	}
}

// Would catch: a DG14 whose key is not the chip's or whose explicit parameters
// are not the curve's, seen by an independent implementation.
func TestOpenSSLReadsChipKey(t *testing.T) {
	for _, curve := range []vcard.Curve{vcard.BrainpoolP256r1, vcard.P256} {
		p := Specimen()
		id := 1
		p.Curve, p.ChipKeyID = curve.String(), &id
		v := issue(t, p)
		var infos []asn1.RawValue
		if _, err := asn1.UnmarshalWithParams(content(t, v.Files[vcard.FIDDG14], 0x6E), &infos, "set"); err != nil {
			t.Fatal(err)
		}
		var key chipAuthenticationPublicKeyInfo
		for _, info := range infos {
			if bytes.Contains(info.FullBytes[:20], []byte{2, 2, 1, 2}) {
				if _, err := asn1.Unmarshal(info.FullBytes, &key); err != nil {
					t.Fatal(err)
				}
			}
		}
		public, err := curve.PublicKey(v.ChipKeys[0].Scalar)
		if err != nil || !bytes.Equal(public, key.PublicKey.PublicKey.Bytes) || !bytes.Equal(key.KeyID.Bytes, v.ChipKeys[0].ID) {
			t.Fatalf("%v: key %X with id %X, error %v", curve, key.PublicKey.PublicKey.Bytes, key.KeyID.Bytes, err)
		}
		der, err := asn1.Marshal(key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		out, err := openssl(t, "pkey", "-pubin", "-inform", "DER", "-in", write(t, "key.der", der), "-pubcheck", "-noout")
		if err != nil || !strings.Contains(out, "Key is valid") {
			t.Errorf("%v: openssl refused: %v\n%s", curve, err, out)
		}
	}
}

// Would catch: a profile's chip that the card does not take over.
func TestPersonalise(t *testing.T) {
	p := Specimen()
	p.Cipher, p.NonceLength, p.Contactless, p.ExtendedLength, p.SelectMF = "AES-128", 32, true, false, "9000"
	p.ChipKey, p.Files = strings.Repeat("01", 32), []string{"DG14", "DG1"}
	v := issue(t, p)
	if v.PACE[0].Cipher != vcard.AES128 || v.ChipKeys[0].Cipher != vcard.AES128 || v.NonceSize != 32 || !v.ShortLength || v.SelectMF != 0x9000 {
		t.Errorf("chip %v %v %d %v %04X", v.PACE[0].Cipher, v.ChipKeys[0].Cipher, v.NonceSize, v.ShortLength, v.SelectMF)
	}
	if !bytes.Equal(v.ChipKeys[0].Scalar, bytes.Repeat([]byte{1}, 32)) || len(v.Files) != 4 {
		t.Errorf("chip key taken: %v, %d files", v.ChipKeys[0].Scalar != nil, len(v.Files))
	}
	c, err := vcard.New(v, seeded(2))
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%X", c.ATR()) != atrContactless {
		t.Errorf("answer to reset %X", c.ATR())
	}
	one, two := issue(t, Specimen()), issue(t, Specimen())
	if !bytes.Equal(one.Files[vcard.FIDSOD], two.Files[vcard.FIDSOD]) {
		t.Error("the same profile and randomness gave two documents")
	}
	three, err := loadLab(t, "lab").Personalise(seeded(3), Specimen())
	if err != nil || bytes.Equal(three.ChipKeys[0].Scalar, one.ChipKeys[0].Scalar) {
		t.Errorf("chip key does not come from the random source, error %v", err)
	}
}

// Would catch: a member of the profile that the chip does not get, or gets
// turned round.
func TestEveryChipMemberArrives(t *testing.T) {
	p := Specimen()
	p.CAN, p.PIN, p.PUK, p.PINTries, p.PINDeactivated, p.BAC = "", "1234", "12345678", 5, true, true
	p.PACE = []PACE{{"IM", "AES-192", "P-521"}, {"CAM", "AES-128", ""}}
	p.ExtendedLength, p.ShortProtected, p.ShortIdentifiers, p.MaxResponse = false, true, false, 1000
	p.Faults = []string{"status@3=6A82", "leading-zero"}
	v := issue(t, p)
	if len(v.CAN) != 0 || string(v.PIN) != "1234" || string(v.PUK) != "12345678" || v.PINTries != 5 || !v.PINDeactivated || !v.BAC {
		t.Errorf("passwords %q %q %q %d %v %v", v.CAN, v.PIN, v.PUK, v.PINTries, v.PINDeactivated, v.BAC)
	}
	want := []vcard.PACEProtocol{
		{Mapping: vcard.IntegratedMapping, Cipher: vcard.AES192, Curve: vcard.P521},
		{Mapping: vcard.ChipAuthenticationMapping, Cipher: vcard.AES128, Curve: vcard.BrainpoolP256r1},
	}
	if !slices.Equal(v.PACE, want) {
		t.Errorf("PACE %v", v.PACE)
	}
	if !v.ShortLength || !v.ShortProtected || !v.NoShortIdentifiers || v.MaxResponse != 1000 {
		t.Errorf("lengths %v %v %v %d", v.ShortLength, v.ShortProtected, v.NoShortIdentifiers, v.MaxResponse)
	}
	if len(v.Faults) != 2 || v.Faults[0].String() != p.Faults[0] || v.Faults[1].Kind != vcard.LeadingZero {
		t.Errorf("faults %v", v.Faults)
	}
	information, err := p.Information()
	if err != nil || !bytes.Equal(information, v.MRZ) || string(information) != "SPEC00001090071383601143" {
		t.Errorf("information %s, of the chip %s, error %v", information, v.MRZ, err)
	}
}

// Would catch: a mistyped answer to reset: its check byte is the exclusive or
// of the bytes behind TS (ISO/IEC 7816-3, 8.2.5).
func TestAnswersToReset(t *testing.T) {
	for name, written := range map[string]string{"contact": atrContact, "contactless": atrContactless, "plain": atrPlain} {
		atr, err := hex.DecodeString(written)
		if err != nil {
			t.Fatal(err)
		}
		sum := byte(0)
		for _, b := range atr[1:] {
			sum ^= b
		}
		if sum != 0 {
			t.Errorf("%s: check byte is off by %02X", name, sum)
		}
	}
}
