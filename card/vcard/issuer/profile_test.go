package issuer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
)

// Would catch: a member that is lost on the way, and a default that the reader
// of profiles would refuse.
func TestProfileRoundTrip(t *testing.T) {
	id := 5
	p := Specimen()
	p.ChipKeyID, p.ChipKey, p.MRZ = &id, strings.Repeat("01", 32), strings.Repeat("<", 90)
	p.OtherNames, p.Contactless = []string{"SPÉCIMEN-USAGE"}, true
	for _, want := range []Profile{Specimen(), p} {
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
		`{"mrz":"ID"}`, `{"files":["DG3"]}`, `{"files":["DG1","DG1"]}`,
		`{"cipher":"3DES"}`, `{"curve":"P-384"}`, `{"nonce_length":8}`, `{"select_mf":"0000"}`, `{"select_mf":"6A8"}`,
		`{"chip_key":"01"}`, `{"chip_key":"zz"}`, `{"chip_key_id":128}`, `{"chip_key_id":-1}`,
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
	for _, s := range []string{`{}`, `{"chip_key_id":1,"files":[]}`, `{"given_names":[]}`, `{"mrz":"<"}`} {
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
