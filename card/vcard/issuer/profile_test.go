package issuer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"cnie.example/card/vcard"
)

// Would catch: a member that is lost on the way, and a default that the reader
// of profiles would refuse.
func TestProfileRoundTrip(t *testing.T) {
	id := 5
	p := Specimen()
	p.ChipKeyID, p.ChipKey, p.MRZ = &id, strings.Repeat("01", 32), strings.Repeat("<", 90)
	p.OtherNames, p.Contactless, p.Faults = []string{"SPÉCIMEN-USAGE"}, true, []string{"cut@7", "clone"}
	q := Passport()
	q.PACE, q.Face.Size, q.PIN, q.PUK, q.PINTries = []PACE{{"IM", "3DES", "P-521"}}, 40000, "1234", "12345678", 5
	q.ChipKeys = []ChipKey{{ID: &id, Cipher: "AES-192", Curve: "P-384", WithoutInfo: true}, {Key: strings.Repeat("02", 32)}}
	q.ActiveAuthentication = &ActiveAuthentication{Algorithm: "ECDSA", Curve: "P-256", Hash: "SHA-1", Key: strings.Repeat("03", 32)}
	for _, want := range []Profile{Specimen(), p, q} {
		var b bytes.Buffer
		if err := want.Write(&b); err != nil {
			t.Fatal(err)
		}
		got, err := ReadProfile(&b)
		if err != nil {
			t.Fatal(err)
		}
		if want.OtherNames == nil {
			want.OtherNames = got.OtherNames
		}
		if want.Faults == nil {
			want.Faults = got.Faults
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("read %+v, want %+v", got, want)
		}
	}
}

// Would catch: absent members that become empty instead of the specimen's.
func TestProfileDefaults(t *testing.T) {
	got, err := ReadProfile(strings.NewReader(`{"can":"271828","nonce_length":32}`))
	if err != nil {
		t.Fatal(err)
	}
	want := Specimen()
	want.CAN, want.NonceLength = "271828", 32
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v", got)
	}
}

// Would catch: a profile that is not one document in known members, taken as
// if it were.
func TestProfileRefused(t *testing.T) {
	for _, s := range []string{
		``, `[]`, `{"can":"123456"`, `{} {}`, `{"unknown":1}`, `{"can":"111111","can":"222222"}`, `{"CAN":"123456"}`,
		`{"can":"12345"}`, `{"can":"１２３４５６"}`, `{"can":123456}`, `{"sex":"Z"}`, `{"sex":""}`,
		`{"birth_date":"1990-02-30"}`, `{"expiry_date":"900213"}`, `{"issue_date":null}`,
		`{"document_number":""}`, `{"document_number":"spec"}`, `{"document_number":"AAAAAAAAAABBBBBBBBBBCCC"}`,
		`{"document_number":"AAAAAAAAAABBBBBBBBBBCC","optional_data":["X",""]}`, `{"optional_data":["X"]}`,
		`{"document_code":"IDX"}`, `{"issuing_state":"FRAN"}`, `{"nationality":""}`,
		`{"family_name":""}`, `{"family_name":"A<B"}`, `{"family_name":"A\u202EB"}`, `{"given_names":["A\nB"]}`, `{"given_names":["Ж"]}`,
		`{"mrz":"ID"}`, `{"files":["DG7"]}`, `{"files":["DG1","DG1"]}`,
		`{"cipher":"DES"}`, `{"curve":"P-224"}`, `{"nonce_length":8}`, `{"nonce_length":24}`, `{"nonce_length":16.5}`,
		`{"select_mf":"0000"}`, `{"select_mf":"6A8"}`,
		`{"chip_key":"01"}`, `{"chip_key":"zz"}`, `{"chip_key_id":2147483648}`, `{"chip_key_id":-1}`,
		`{"format":"TD4"}`, `{"format":"TD3","document_number":"AAAAAAAAAA"}`, `{"format":"TD2","optional_data":["","X"]}`,
		`{"format":"TD2","document_number":"AAAAAAAAABBBBBB"}`, `{"format":"TD2","mrz":"` + strings.Repeat("<", 90) + `"}`,
		`{"birth_date":"1990-13"}`, `{"birth_date":"90"}`, `{"expiry_date":"2036"}`,
		`{"pace":[]}`, `{"pace":[{}]}`, `{"pace":[{"mapping":"XM"}]}`, `{"pace":[{"mapping":"CAM","cipher":"3DES"}]}`,
		`{"pace":[{"mapping":"CAM","curve":"P-256"}]}`, `{"pace":null}`,
		`{"chip_keys":[{"key":"00"}]}`, `{"chip_keys":[],"chip_key_id":1}`, `{"chip_keys":[{"shoe":1}]}`,
		`{"active_authentication":{}}`, `{"active_authentication":{"algorithm":"RSA","bits":512}}`,
		`{"active_authentication":{"algorithm":"RSA","curve":"P-256"}}`, `{"active_authentication":{"algorithm":"ECDSA","bits":2048}}`,
		`{"active_authentication":{"algorithm":"RSA","key":"` + strings.Repeat("00", 32) + `"}}`,
		`{"active_authentication":{"algorithm":"ECDSA","hash":"MD5"}}`,
		`{"files":["DG13"]}`, `{"files":["DG15"]}`, `{"files":["DG14"],"pace":[],"bac":true,"chip_keys":[]}`,
		`{"files":["CardSecurity"],"pace":[],"bac":true}`, `{"face":{"image":"PNG"}}`, `{"face":{"size":-1}}`, `{"lds_version":"0106"}`,
		`{"pin":"123"}`, `{"max_response":63}`, `{"max_response":65534}`, `{"pin_tries":0}`, `{"atr":"3B"}`, `{"dg13":"F"}`, `{"faults":["cut"]}`, `{"faults":[""]}`, `{"bac":"yes"}`,
		fmt.Sprintf(`{"chip_key":%q}`, strings.Repeat("00", 32)),
		fmt.Sprintf(`{"address":[%q]}`, strings.Repeat("A", maxText+1)),
		`{}` + strings.Repeat(" ", maxProfile),
	} {
		if _, err := ReadProfile(strings.NewReader(s)); !errors.Is(err, ErrProfile) {
			t.Errorf("%.60s: %v", s, err)
		}
	}
	if _, err := ReadProfile(broken{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("broken reader: %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Would catch: an error that does not say which member is wrong, or not what is
// allowed there.
func TestProfileErrorsTellWhatIsAllowed(t *testing.T) {
	for in, wants := range map[string][]string{
		`{"can":"12"}`:                             {"can: ", "six digits"},
		`{"curve":"P-224"}`:                        {"curve: ", "brainpoolP256r1", "P-521"},
		`{"nonce_length":24}`:                      {"nonce_length: ", "16 or 32"},
		`{"pace":[{"mapping":"GM","cipher":"x"}]}`: {"pace[0].cipher: ", "3DES, AES-128"},
		`{"pace":[{"cipher":"3DES"}]}`:             {"pace[0].mapping: ", "GM, IM, CAM"},
		`{"chip_keys":[{"key":"` + strings.Repeat("00", 32) + `"}]}`: {"chip_keys[0].key: ", "hexadecimal"},
		`{"chip_keys":[],"chip_key_id":1}`:                           {"chip_keys: ", "chip_key_id"},
		`{"files":["DG7"]}`:                                          {"files[0]: ", "CardSecurity"},
		`{"face":{"format":"ISO"}}`:                                  {"face.format: ", "ISO 39794-5"},
		`{"pin_tries":99}`:                                           {"pin_tries: ", "1 to 15"},
		`{"shoe_size":43}`:                                           {"shoe_size: unknown member", "card schema"},
		`{"contactless":1}`:                                          {"contactless: ", "true or false"},
		`{"format":"TD3","document_number":"AAAAAAAAAA"}`:            {"document_number: ", "9 of them for TD3"},
		`{"faults":["clone","cut@0"]}`:                               {"faults[1]: ", "card faults"},
		`{"faults":["cut@65536"]}`:                                   {"faults[0]: ", "cut@65536"},
		`{"family_name":"Ж"}`:                                        {"family_name: ", "transliteration"},
		`[]`:                                                         {"an object with format"},
	} {
		_, err := ReadProfile(strings.NewReader(in))
		for _, want := range wants {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v lacks %q", in, err, want)
			}
		}
	}
}

// Would catch: a fault that the chip knows and the schema does not.
func TestEveryFaultFitsTheSchema(t *testing.T) {
	for _, f := range []vcard.Fault{
		{Kind: vcard.Cut, APDU: 1},
		{Kind: vcard.Late, APDU: 99, Delay: 1500 * time.Microsecond},
		{Kind: vcard.WrongStatus, APDU: 7, Status: 0x6A82},
		{Kind: vcard.WrongLength, APDU: 65535},
		{Kind: vcard.WrongMAC, APDU: 12},
		{Kind: vcard.Clone},
		{Kind: vcard.KeepKeys},
		{Kind: vcard.PlainAfterPACE},
		{Kind: vcard.OtherCurve},
		{Kind: vcard.LeadingZero},
	} {
		p := Specimen()
		p.Faults = []string{f.String()}
		if d, err := p.compile(); err != nil || d.faults[0] != f {
			t.Errorf("%v: %v", f, err)
		}
	}
}

// Would catch: a profile of the first version of the laboratory that is no
// longer read, or that makes another chip.
func TestProfileOfBefore(t *testing.T) {
	const before = `{"document_number":"SPEC77777","optional_data":["",""],"can":"123456","files":["DG1","DG14"],
		"cipher":"AES-128","curve":"P-256","nonce_length":32,"contactless":true,"extended_length":false,"select_mf":"9000",
		"chip_key":"0101010101010101010101010101010101010101010101010101010101010101","chip_key_id":5}`
	p, err := ReadProfile(strings.NewReader(before))
	if err != nil {
		t.Fatal(err)
	}
	v := issue(t, p)
	if k := v.ChipKeys; len(k) != 1 || k[0].Cipher != vcard.AES128 || k[0].Curve != vcard.P256 || !bytes.Equal(k[0].ID, []byte{5}) ||
		!bytes.Equal(k[0].Scalar, bytes.Repeat([]byte{1}, 32)) {
		t.Errorf("chip keys %v", k)
	}
	if len(v.PACE) == 0 || v.PACE[0].Cipher != vcard.AES128 || v.PACE[0].Curve != vcard.P256 || !v.ShortLength || v.NonceSize != 32 {
		t.Errorf("chip %v %v %d", v.PACE, v.ShortLength, v.NonceSize)
	}
}

// Would catch: a secret of the profile in an error text.
func TestProfileErrorsHoldNoSecret(t *testing.T) {
	for _, s := range []string{`{"can":"98765x"}`, `{"chip_key":"98765x"}`, `{"can":98765}`} {
		if _, err := ReadProfile(strings.NewReader(s)); err == nil || strings.Contains(err.Error(), "98765") {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// Property: a profile that is read is written and read to the same document,
// and all others are ErrProfile.
func FuzzReadProfile(f *testing.F) {
	var b bytes.Buffer
	if err := Specimen().Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	for _, s := range []string{
		`{}`, `{"chip_key_id":1,"files":[]}`, `{"given_names":[]}`, `{"mrz":"<"}`, `{"pace":[{"mapping":"CAM"}],"chip_keys":[{"id":128}]}`,
		`{"active_authentication":{"algorithm":"RSA"},"files":["DG15"]}`, `{"faults":["late@3=1s"],"face":{"size":1}}`, `{"birth_date":"1990"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := ReadProfile(bytes.NewReader(in))
		if err != nil {
			if !errors.Is(err, ErrProfile) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		var first, second bytes.Buffer
		if err := p.Write(&first); err != nil {
			t.Fatal(err)
		}
		again, err := ReadProfile(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Write(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("%s became %s, error %v", first.Bytes(), second.Bytes(), err)
		}
	})
}
