package record_test

import (
	"encoding/base64"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cnie.example/attest/level"
	"cnie.example/attest/record"
)

// specimen is a record of a login that succeeded.
func specimen(t testing.TB) *record.Record {
	t.Helper()
	w := newWorld(t)
	w.build(t)
	return w.record
}

// payload gives the JSON of a signed record.
func payload(t testing.TB, jws string) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(strings.Split(jws, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The one text of a record, written out by hand. Catches members that are
// renamed, reordered, left out or written in another form: records are kept for
// years.
func TestText(t *testing.T) {
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	c := record.Certificate{Subject: "C=UT, CN=DS", Issuer: "C=UT, CN=CSCA", Serial: "00ff", SHA256: record.SHA256{0xAB}, NotBefore: at, NotAfter: at}
	r := &record.Record{
		Version: 1, Issuer: "https://idp.test", Transaction: "t-1", Begun: at, Ended: at.Add(time.Second), Software: "SPECIMEN",
		Lab: true, Asked: "eidas1", Reached: "eidas3", Candidate: true,
		Checks: []record.Passed{{Name: "sod_signature", With: "<&>"}, {Name: "ds_chain"}},
		Document: &record.Document{
			SOD: record.SHA256{1}, DG15: record.SHA256{2}, Digest: "SHA-256", SigningTime: at, Country: "UT",
			Files: []string{"DG1", "DG15"}, Signer: &c, Authorities: []record.Certificate{c},
		},
		Revocation: &record.Revocation{State: "not_revoked", Lists: []record.RevocationList{{Issuer: "C=UT, CN=CSCA", ThisUpdate: at, SHA256: record.SHA256{4}}}},
		Trust:      record.Trust{SHA256: record.SHA256{3}},
		Status:     record.StatusGood,
		Chip:       &record.Chip{Proof: record.ActiveAuthentication, Attestation: record.SignedByChip, Protocol: "RSA-2048", KeyID: "0080"},
		SameChip:   record.NotProven,
	}
	hash := func(first string) string { return `"` + first + strings.Repeat("0", 62) + `"` }
	named := `{"subject":"C=UT, CN=DS","issuer":"C=UT, CN=CSCA","serial":"00ff","sha256":` + hash("ab") +
		`,"not_before":"2027-01-02T03:04:05Z","not_after":"2027-01-02T03:04:05Z"}`
	want := `{"version":1,"issuer":"https://idp.test","transaction":"t-1","begun":"2027-01-02T03:04:05Z","ended":"2027-01-02T03:04:06Z",` +
		`"software":"SPECIMEN","lab":true,"asked":"eidas1","reached":"eidas3","candidate":true,"limits":[],` +
		`"checks":[{"name":"sod_signature","with":"<&>"},{"name":"ds_chain"}],` +
		`"document":{"sod":` + hash("01") + `,"dg15":` + hash("02") + `,"digest":"SHA-256","signing_time":"2027-01-02T03:04:05Z","country":"UT",` +
		`"files":["DG1","DG15"],"signer":` + named + `,"authorities":[` + named + `]},` +
		`"revocation":{"state":"not_revoked","lists":[{"issuer":"C=UT, CN=CSCA","this_update":"2027-01-02T03:04:05Z","sha256":` + hash("04") + `}]},"trust":{"sha256":` + hash("03") + `},"status":"good",` +
		`"chip":{"proof":"active_authentication","attestation":"signed by the chip","protocol":"RSA-2048","key_id":"0080"},"same_chip":"not proven"}`
	jws, err := r.Sign(newKey(t), "key-1")
	if err != nil {
		t.Fatal(err)
	}
	if got := payload(t, jws); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A login that was refused at its first message. Catches a record that must
// have what nobody had found out by then.
func TestRefusedRecord(t *testing.T) {
	key := newKey(t)
	r := &record.Record{
		Version: 1, Issuer: "https://idp.test", Transaction: "t-1", Begun: time.Unix(0, 0).UTC(), Ended: time.Unix(1, 0).UTC(),
		Asked: "eidas2", Reached: "none", Refused: "sod_malformed", Status: record.StatusUnknown, SameChip: record.NotProven,
	}
	jws, err := r.Sign(key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := record.Parse(jws, keySet(key.Public(), "key-1"))
	if err != nil || again.Refused != "sod_malformed" || again.Document != nil || again.Chip != nil {
		t.Errorf("%+v, %v", again, err)
	}
}

// Catches a contradiction, a missing part or a value out of its limits that is
// signed all the same. Each case spoils one thing of a good record.
func TestValidate(t *testing.T) {
	if err := specimen(t).Validate(); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 4096)
	local := time.FixedZone("", 3600)
	good := specimen(t)
	for name, spoil := range map[string]func(*record.Record){
		"version":              func(r *record.Record) { r.Version = 2 },
		"no issuer":            func(r *record.Record) { r.Issuer = "" },
		"long issuer":          func(r *record.Record) { r.Issuer = long },
		"no transaction":       func(r *record.Record) { r.Transaction = "" },
		"control character":    func(r *record.Record) { r.Transaction = "a\nb" },
		"no UTF-8":             func(r *record.Record) { r.Software = "\xff" },
		"ended first":          func(r *record.Record) { r.Ended = r.Begun.Add(-time.Second) },
		"local time":           func(r *record.Record) { r.Begun = r.Begun.In(local) },
		"fraction of a second": func(r *record.Record) { r.Ended = r.Ended.Add(time.Millisecond) },
		"year 10000":           func(r *record.Record) { r.Ended = r.Ended.AddDate(8000, 0, 0) },
		"no asked":             func(r *record.Record) { r.Asked = "none" },
		"no reached":           func(r *record.Record) { r.Reached = "" },
		"less than asked":      func(r *record.Record) { r.Asked = "eidas2" },
		"candidate":            func(r *record.Record) { r.Candidate = true },
		"no candidate":         func(r *record.Record) { r.Reached, r.Status, r.Limits = "eidas3", record.StatusGood, nil },
		"refused and reached":  func(r *record.Record) { r.Refused = "ds_expired" },
		"reason with spaces":   func(r *record.Record) { r.Reached, r.Refused = "none", "ds expired" },
		"limit with spaces":    func(r *record.Record) { r.Limits[0] = "No second factor" },
		"many limits": func(r *record.Record) {
			for i := range 16 {
				r.Limits = append(r.Limits, level.Limit("limit_"+strconv.Itoa(i)))
			}
		},
		"check without name":       func(r *record.Record) { r.Checks[0].Name = "" },
		"long check":               func(r *record.Record) { r.Checks[0].With = long },
		"many checks":              func(r *record.Record) { r.Checks = slices.Repeat(r.Checks, 129) },
		"no status":                func(r *record.Record) { r.Status = "" },
		"stolen":                   func(r *record.Record) { r.Status = record.StatusStolen },
		"eidas2 without a status":  func(r *record.Record) { r.Asked, r.Reached = "eidas2", "eidas2" },
		"eidas2 with a stale list": func(r *record.Record) { r.Reached, r.Status, r.Revocation.State = "eidas2", "good", "stale" },
		"same chip":                func(r *record.Record) { r.SameChip = "proven" },
		"no document":              func(r *record.Record) { r.Document = nil },
		"no document, refused":     func(r *record.Record) { r.Reached, r.Document = "none", nil },
		"no signer":                func(r *record.Record) { r.Document.Signer = nil },
		"no authority":             func(r *record.Record) { r.Document.Authorities = nil },
		"many authorities":         func(r *record.Record) { r.Document.Authorities = slices.Repeat(r.Document.Authorities, 17) },
		"limit twice":              func(r *record.Record) { r.Limits = slices.Repeat(r.Limits, 2) },
		"limit of the highest": func(r *record.Record) {
			r.Reached, r.Candidate, r.Status = "eidas3", true, record.StatusGood
		},
		"DG1 not genuine":           func(r *record.Record) { r.Document.Files = []string{"DG14"} },
		"DG14 not genuine":          func(r *record.Record) { r.Document.Files = []string{"DG1"} },
		"not revoked by no list":    func(r *record.Record) { r.Revocation.Lists = nil },
		"no DG14":                   func(r *record.Record) { r.Document.DG14 = record.SHA256{} },
		"files in disorder":         func(r *record.Record) { r.Document.Files = []string{"DG14", "DG1"} },
		"file twice":                func(r *record.Record) { r.Document.Files = []string{"DG1", "DG1"} },
		"file that is no group":     func(r *record.Record) { r.Document.Files = []string{"SOD"} },
		"long country":              func(r *record.Record) { r.Document.Country = long },
		"signing time":              func(r *record.Record) { r.Document.SigningTime = r.Begun.Add(1) },
		"serial in capitals":        func(r *record.Record) { r.Document.Signer.Serial = "AB" },
		"serial of half a byte":     func(r *record.Record) { r.Document.Authorities[0].Serial = "a" },
		"long subject":              func(r *record.Record) { r.Document.Authorities[0].Subject = long },
		"certificate in local time": func(r *record.Record) { r.Document.Signer.NotAfter = r.Begun.In(local) },
		"no revocation":             func(r *record.Record) { r.Revocation = nil },
		"revoked":                   func(r *record.Record) { r.Revocation.State = "revoked" },
		"state of revocation":       func(r *record.Record) { r.Revocation.State = "fine" },
		"many lists":                func(r *record.Record) { r.Revocation.Lists = slices.Repeat(r.Revocation.Lists, 33) },
		"list in local time":        func(r *record.Record) { r.Revocation.Lists[0].ThisUpdate = r.Begun.In(local) },
		"no trust store":            func(r *record.Record) { r.Trust = record.Trust{} },
		"no chip":                   func(r *record.Record) { r.Chip = nil },
		"no proof":                  func(r *record.Record) { r.Chip.Proof, r.Chip.Attestation = "", "" },
		"more than was attested":    func(r *record.Record) { r.Chip.Attestation = record.SignedByChip },
		"less than was attested":    func(r *record.Record) { r.Chip.Proof = record.ActiveAuthentication },
		"active without DG15": func(r *record.Record) {
			r.Chip.Proof, r.Chip.Attestation, r.Document.DG15 = record.ActiveAuthentication, record.SignedByChip, record.SHA256{}
		},
		"active, DG15 not genuine": func(r *record.Record) {
			r.Chip.Proof, r.Chip.Attestation = record.ActiveAuthentication, record.SignedByChip
		},
		"no protocol": func(r *record.Record) { r.Chip.Protocol = "" },
		"key id":      func(r *record.Record) { r.Chip.KeyID = "x" },
	} {
		r := copied(t, good)
		spoil(r)
		if err := r.Validate(); !errors.Is(err, record.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
		if jws, err := r.Sign(newKey(t), "key-1"); err == nil || jws != "" {
			t.Errorf("%s: signed", name)
		}
	}
}

// copied is a record that shares nothing with another one.
func copied(t testing.TB, r *record.Record) *record.Record {
	t.Helper()
	key := newKey(t)
	jws, err := r.Sign(key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := record.Parse(jws, keySet(key.Public(), "key-1"))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, r) {
		t.Fatalf("%+v after signing, %+v before", again, r)
	}
	return again
}
