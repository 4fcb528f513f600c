package record_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/record"
	"cnie.example/card/lds"
)

// Catches a check that refuses a good document, one that is left out, and an
// answer about what cannot be checked.
func TestCheckGood(t *testing.T) {
	w := newWorld(t)
	w.build(t)
	w.keep(t)
	report := w.check(t)
	if bad := badItems(report); report.Verdict != record.Good || len(bad) > 0 {
		t.Fatalf("%s, bad: %v", report.Verdict, bad)
	}
	for name, want := range map[string]record.Reason{
		"record_signature": "", "record_login": "", "record_document": "", "record_trust": "",
		"record_sod_hash": "", "record_dg14_hash": "", "record_dg15_hash": "",
		"sod_syntax": "", "sod_signature": "", "ds_chain": "", "ds_validity": "", "csca_validity": "", "country": "",
		"ds_chain_today": "", "revocation": "",
		"dg1_hash": "", "dg2_hash": "", "dg11_hash": "", "dg14_hash": "", "dg15_hash": "",
		"dg1_zone": "", "issuing_state": "", "document_type": "", "document_expiry": "", "document_expiry_today": "",
		"dg11_syntax": "", "dg14_syntax": "", "chip_key": "", "dg15_key": "", "com_syntax": "", "com_files": "",
		"cardaccess_syntax": "", "card_access": "",
		"cardsecurity_syntax": "", "card_security_signature": "", "card_security_chain": "", "card_security_access": "",
		"chip_presence": record.ByProvider, "possession": record.FilesCanBeCopied,
		"document_status": record.OnlyThen, "same_chip": record.NotProvenByAnybody,
	} {
		item, ok := find(report, name)
		result := record.Good
		if want != "" {
			result = record.Unchecked
		}
		if !ok || item.Result != result || item.Reason != want {
			t.Errorf("%s: %+v", name, item)
		}
	}
	if !report.At.Equal(w.record.Ended) || report.Record == nil || report.Record.Transaction != "transaction-1" {
		t.Errorf("at %v, record %+v", report.At, report.Record)
	}
}

// Catches a fault that is not noticed, one that is reported as another, and one
// that does not make the verdict bad. Each case has one fault.
func TestCheckFaults(t *testing.T) {
	replace := func(f lds.File, content []byte) func(*testing.T, *world) {
		return func(_ *testing.T, w *world) { w.dir[f.String()+".bin"] = &fstest.MapFile{Data: content} }
	}
	flip := func(f lds.File) func(*testing.T, *world) {
		return func(_ *testing.T, w *world) {
			file := w.dir[f.String()+".bin"]
			file.Data = attesttest.Flip(file.Data, -1)
		}
	}
	person := func(change func(*attesttest.Person)) func(*testing.T, *world) {
		return func(_ *testing.T, w *world) {
			p := w.state.Person()
			change(&p)
			w.files[lds.DG1] = attesttest.DG1(p)
			w.resign()
		}
	}
	for name, c := range map[string]struct {
		before func(*testing.T, *world) // changes what is signed
		after  func(*testing.T, *world) // changes the directory
		item   string
		reason record.Reason
	}{
		"SOD is no file":           {nil, replace(lds.SOD, []byte{0x77, 0}), "sod_syntax", "sod_malformed"},
		"SOD is empty":             {nil, replace(lds.SOD, []byte{}), "sod_syntax", "sod_malformed"},
		"SOD signs something else": {func(_ *testing.T, w *world) { w.document.Signed.ContentType = attesttest.MasterListType }, nil, "sod_syntax", "sod_malformed"},
		"SOD with another content": {func(_ *testing.T, w *world) { w.document.Signer().MessageDigest = make([]byte, 32) }, nil, "sod_signature", "sod_digest_mismatch"},
		"SOD by another key":       {func(_ *testing.T, w *world) { w.document.Signer().Key = w.state.Key() }, nil, "sod_signature", "sod_signature_invalid"},
		"SOD without certificate":  {func(_ *testing.T, w *world) { w.document.Signed.Certificates = nil }, nil, "sod_signature", "sod_signer_missing"},
		"SOD of two signers": {func(_ *testing.T, w *world) {
			w.document.Signed.Signers = append(w.document.Signed.Signers, w.document.Signer().Clone())
		}, nil, "sod_signature", "sod_signer_missing"},
		"DS of a laboratory": {func(_ *testing.T, w *world) { w.ds.Set(attesttest.Lab()); w.resign() }, nil, "sod_signature", "lab_document"},
		"DS of nobody known": {func(_ *testing.T, w *world) {
			w.ds = w.state.DS(w.state.CSCA("CSCA OTHER"))
			w.resign()
		}, nil, "ds_chain", "csca_unknown"},
		"DS expired at the login":      {func(_ *testing.T, w *world) { w.ds.NotAfter = w.state.Now().AddDate(0, -1, 0); w.resign() }, nil, "ds_validity", "ds_expired"},
		"DS for another type":          {func(_ *testing.T, w *world) { w.ds.Set(attesttest.Types("P")); w.resign() }, nil, "document_type", "document_type_not_allowed"},
		"DS revoked":                   {nil, func(t *testing.T, w *world) { w.options.Trust = w.store(t, w.state.RevocationList(w.csca, w.ds)) }, "revocation", "ds_revoked"},
		"DG1 altered":                  {nil, flip(lds.DG1), "dg1_hash", "file_hash_mismatch"},
		"DG2 altered":                  {nil, flip(lds.DG2), "dg2_hash", "file_hash_mismatch"},
		"DG14 altered":                 {nil, flip(lds.DG14), "dg14_hash", "file_hash_mismatch"},
		"DG16 that nobody signed":      {nil, replace(lds.DG16, []byte{0x70, 0}), "dg16_hash", "file_not_listed"},
		"DG1 is no zone":               {func(_ *testing.T, w *world) { w.files[lds.DG1] = []byte{0x61, 0}; w.resign() }, nil, "dg1_zone", "file_malformed"},
		"DG1 with a wrong check digit": {func(_ *testing.T, w *world) { spoilCheckDigit(w) }, nil, "dg1_zone", record.CheckDigitWrong},
		"DG1 of another state":         {person(func(p *attesttest.Person) { p.IssuingState = "FRA" }), nil, "issuing_state", "country_mismatch"},
		"document expired":             {person(func(p *attesttest.Person) { p.ExpiryDate = "260601" }), nil, "document_expiry", "document_expired"},
		"DG11 is no file":              {func(_ *testing.T, w *world) { w.files[lds.DG11] = []byte("DG11"); w.resign() }, nil, "dg11_syntax", "file_malformed"},
		"DG14 is no file":              {func(_ *testing.T, w *world) { w.files[lds.DG14] = []byte("DG14"); w.resign() }, nil, "dg14_syntax", "file_malformed"},
		"DG15 is no key":               {func(_ *testing.T, w *world) { w.files[lds.DG15] = []byte("DG15"); w.resign() }, nil, "dg15_key", "file_malformed"},
		"CardAccess is no file":        {nil, replace(lds.CardAccess, []byte("31")), "cardaccess_syntax", "file_malformed"},
		"CardAccess offers another":    {nil, replace(lds.CardAccess, attesttest.SetOf(paceInfo(idPACE), paceInfo(idOtherPACE))), "card_access", record.CardAccessDiffers},
		"CardSecurity is no file":      {nil, replace(lds.CardSecurity, []byte("30")), "cardsecurity_syntax", "file_malformed"},
		"CardSecurity by another key":  {func(_ *testing.T, w *world) { w.cardSecurity.Signers[0].Key = w.state.Key() }, nil, "card_security_signature", record.CardSecurityInvalid},
		"CardSecurity with another content": {func(_ *testing.T, w *world) {
			w.cardSecurity.Signers[0].MessageDigest = make([]byte, 32)
		}, nil, "card_security_signature", record.CardSecurityInvalid},
		"CardSecurity without signer": {func(_ *testing.T, w *world) { w.cardSecurity.Certificates = nil }, nil, "card_security_signature", record.CardSecuritySigner},
		"CardSecurity of nobody known": {func(_ *testing.T, w *world) {
			w.signCardSecurity(w.state.DS(w.state.CSCA("CSCA OTHER")))
		}, nil, "card_security_chain", record.CardSecurityChain},
		"CardSecurity by a list signer": {func(_ *testing.T, w *world) { w.signCardSecurity(w.state.ListSigner(w.csca)) }, nil, "card_security_chain", record.CardSecurityChain},
		"CardSecurity by an expired signer": {func(_ *testing.T, w *world) {
			ds := w.state.DS(w.csca)
			ds.NotAfter = w.state.Now().AddDate(0, -1, 0)
			w.signCardSecurity(ds)
		}, nil, "card_security_chain", record.CardSecurityChain},
		"CardSecurity by a revoked signer": {nil, func(t *testing.T, w *world) {
			ds := w.state.DS(w.csca)
			ds.Serial = []byte{0x55}
			w.signCardSecurity(ds)
			w.dir["CardSecurity.bin"].Data = w.cardSecurity.DER()
			w.options.Trust = w.store(t, w.state.RevocationList(w.csca, ds))
		}, "card_security_chain", record.CardSecurityChain},
		"CardSecurity of another country": {func(_ *testing.T, w *world) {
			ds := w.state.DS(w.csca)
			ds.Subject = attesttest.NewName("FR", "DS SPECIMEN")
			w.signCardSecurity(ds)
		}, nil, "card_security_chain", record.CardSecurityChain},
		"CardSecurity repeats another": {func(_ *testing.T, w *world) { w.cardSecurity.Content = attesttest.SetOf(paceInfo(idOtherPACE)) }, nil, "card_security_access", record.CardAccessDiffers},

		"record by another key": {nil, func(t *testing.T, w *world) { w.key = newKey(t); w.keep(t) }, "record_signature", record.RecordInvalid},
		"record is no record":   {nil, func(_ *testing.T, w *world) { w.dir[record.FileName].Data = []byte("a.b.c") }, "record_signature", record.RecordMalformed},
		"record of another document": {nil, func(t *testing.T, w *world) {
			w.record.Document.SOD[0] ^= 1
			w.keep(t)
		}, "record_sod_hash", record.RecordDiffers},
		"record of another DG14":   {nil, func(t *testing.T, w *world) { w.record.Document.DG14[0] ^= 1; w.keep(t) }, "record_dg14_hash", record.RecordDiffers},
		"record of another DG15":   {nil, func(t *testing.T, w *world) { w.record.Document.DG15[0] ^= 1; w.keep(t) }, "record_dg15_hash", record.RecordDiffers},
		"record of another signer": {nil, func(t *testing.T, w *world) { w.record.Document.Signer.SHA256[0] ^= 1; w.keep(t) }, "record_document", record.RecordDiffers},
		"record of a file that is not there": {nil, func(t *testing.T, w *world) {
			w.record.Document.Files = []string{"DG1", "DG14", "DG16"}
			w.keep(t)
		}, "record_document", record.RecordDiffers},
		"record of a refusal": {nil, func(t *testing.T, w *world) {
			w.record.Reached, w.record.Refused = "none", "chip_not_genuine"
			w.keep(t)
		}, "record_login", "chip_not_genuine"},
		"record of no end":       {nil, func(t *testing.T, w *world) { w.record.Reached = "none"; w.keep(t) }, "record_login", record.LoginUnfinished},
		"record of a laboratory": {nil, func(t *testing.T, w *world) { w.record.Lab = true; w.keep(t) }, "record_login", "lab_document"},
		"DG1 is a link":          {nil, func(_ *testing.T, w *world) { w.dir["DG1.bin"].Mode = fs.ModeSymlink }, "dg1_file", record.FileUnreadable},
		"DG2 is a pipe":          {nil, func(_ *testing.T, w *world) { w.dir["DG2.bin"].Mode = fs.ModeNamedPipe }, "dg2_file", record.FileUnreadable},
		"DG2 is huge":            {nil, replace(lds.DG2, make([]byte, record.MaxFile+1)), "dg2_file", record.FileUnreadable},
		"CardSecurity is a link": {nil, func(_ *testing.T, w *world) { w.dir["CardSecurity.bin"].Mode = fs.ModeSymlink }, "cardsecurity_file", record.FileUnreadable},
		"record is a link":       {nil, func(_ *testing.T, w *world) { w.dir[record.FileName].Mode = fs.ModeSymlink }, "record_signature", record.FileUnreadable},
		"record is huge":         {nil, func(_ *testing.T, w *world) { w.dir[record.FileName].Data = make([]byte, record.MaxSigned+1) }, "record_signature", record.FileUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if c.before != nil {
				c.before(t, w)
			}
			w.build(t)
			w.keep(t)
			if c.after != nil {
				c.after(t, w)
			}
			report := w.check(t)
			if item, ok := find(report, c.item); !ok || item.Result != record.Bad || item.Reason != c.reason || item.Informative {
				t.Errorf("%s: %+v; bad: %v", c.item, item, badItems(report))
			}
			if report.Verdict != record.Bad {
				t.Errorf("verdict %s", report.Verdict)
			}
		})
	}
}

// signCardSecurity makes another certificate sign EF.CardSecurity.
func (w *world) signCardSecurity(by *attesttest.Certificate) {
	w.cardSecurity.Certificates = [][]byte{by.DER()}
	w.cardSecurity.Signers = []*attesttest.SignerInfo{by.SignerInfo()}
}

// spoilCheckDigit changes the first digit of the date of birth, where the second
// line of the zone begins.
func spoilCheckDigit(w *world) {
	dg1 := slices.Clone(w.files[lds.DG1])
	birth := len(dg1) - 60
	dg1[birth] = '0' + (dg1[birth]-'0'+1)%10
	w.files[lds.DG1] = dg1
	w.resign()
}

// Catches a verdict without an anchor, and a check that is silently left out
// when what it needs is not there.
func TestCheckUnchecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world)
		want   map[string]record.Reason
		result record.Result
	}{
		"no anchors": {func(w *world) { w.options.Trust = nil }, map[string]record.Reason{
			"ds_chain": record.NoAnchors, "revocation": record.NoAnchors, "card_security_chain": record.NoAnchors, "record_trust": record.NoAnchors,
		}, record.Unchecked},
		"no keys": {func(w *world) { w.options.Keys.Keys = nil }, map[string]record.Reason{
			"record_signature": record.NoKeys, "chip_presence": record.NoRecord,
		}, record.Good},
		"no record": {func(w *world) { delete(w.dir, record.FileName) }, map[string]record.Reason{
			"record_signature": record.NoRecord, "chip_presence": record.NoRecord,
		}, record.Good},
		"DG1 absent": {func(w *world) { delete(w.dir, "DG1.bin") }, map[string]record.Reason{
			"dg1_hash": record.FileAbsent, "dg1_zone": record.FileAbsent, "document_expiry": record.FileAbsent,
			"issuing_state": record.FileAbsent, "document_type": record.FileAbsent,
		}, record.Good},
		"DG1 altered": {func(w *world) { w.dir["DG1.bin"].Data = attesttest.Flip(w.dir["DG1.bin"].Data, -1) }, map[string]record.Reason{
			"dg1_zone": record.FileUnsigned, "document_expiry": record.FileUnsigned,
		}, record.Bad},
		"DG14 absent": {func(w *world) { delete(w.dir, "DG14.bin") }, map[string]record.Reason{
			"dg14_hash": record.FileAbsent, "dg14_syntax": record.FileAbsent, "card_access": record.FileAbsent, "record_dg14_hash": record.FileAbsent,
		}, record.Good},
		"another store": {func(w *world) { w.contents.SHA1 = true }, map[string]record.Reason{
			"record_trust": record.OtherTrustStore,
		}, record.Good},
		"DG14 without a key": {func(w *world) {
			w.files[lds.DG14] = attesttest.File(0x6E, attesttest.SetOf(paceInfo(idPACE)))
			w.resign()
			w.rebuild = true
		}, map[string]record.Reason{"chip_key": record.NotSupported}, record.Good},
		"DG14 that repeats nothing": {func(w *world) {
			w.files[lds.DG14] = attesttest.DG14(w.state.Key())
			w.resign()
			w.rebuild = true
		}, map[string]record.Reason{"card_access": record.NotStated}, record.Good},
		"DG15 on an unknown curve": {func(w *world) {
			w.files[lds.DG15] = attesttest.File(0x6F, w.state.Key().InfoOn(attesttest.Secp256k1.DER()))
			w.resign()
			w.rebuild = true
		}, map[string]record.Reason{"dg15_key": record.NotSupported}, record.Good},
		"DG1 without a date of expiry": {func(w *world) {
			p := w.state.Person()
			p.ExpiryDate = "350000"
			w.files[lds.DG1] = attesttest.DG1(p)
			w.resign()
			w.rebuild = true
		}, map[string]record.Reason{"document_expiry": record.NotStated}, record.Good},
		"active authentication": {func(w *world) {
			w.record.Chip.Proof, w.record.Chip.Attestation = record.ActiveAuthentication, record.SignedByChip
			w.record.Document.Files = []string{"DG1", "DG15"}
			w.again = true
		}, map[string]record.Reason{"chip_presence": record.SignatureNotKept}, record.Good},
		"refused before the document": {func(w *world) {
			w.record.Document, w.record.Chip, w.record.Reached, w.record.Refused = nil, nil, "none", "message_malformed"
			w.again = true
		}, map[string]record.Reason{"record_document": record.NotStated, "chip_presence": record.NotStated}, record.Bad},
		"a file nobody knows": {func(w *world) { w.dir["notes\x1b.txt"] = &fstest.MapFile{} }, map[string]record.Reason{
			"other_file": record.FileUnknown,
		}, record.Good},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.build(t)
			w.keep(t)
			c.change(w)
			switch {
			case w.rebuild:
				w.build(t)
				w.keep(t)
			case w.again:
				w.keep(t)
			case w.contents.SHA1:
				w.options.Trust = w.store(t)
			}
			report := w.check(t)
			for item, reason := range c.want {
				if found, ok := find(report, item); !ok || found.Result != record.Unchecked || found.Reason != reason || strings.Contains(found.Detail, "\x1b") {
					t.Errorf("%s: %+v", item, found)
				}
			}
			if report.Verdict != c.result {
				t.Errorf("verdict %s, bad: %v", report.Verdict, badItems(report))
			}
		})
	}
}

// Catches a document that is judged at the wrong time: what ended after the
// login says nothing against it, and without a signed record now is what counts.
func TestCheckTimes(t *testing.T) {
	w := newWorld(t)
	p := w.state.Person()
	p.ExpiryDate = "270101"
	w.files[lds.DG1] = attesttest.DG1(p)
	w.ds.NotAfter = w.state.Now().AddDate(0, 1, 0)
	w.resign()
	w.build(t)
	w.keep(t)
	w.options.Now = w.state.Now().AddDate(1, 0, 0)

	report := w.check(t)
	want := map[string]record.Reason{"ds_chain_today": "ds_expired", "document_expiry_today": "document_expired"}
	if bad := badItems(report); report.Verdict != record.Good || !maps.Equal(bad, want) {
		t.Errorf("with the record: %s, %v", report.Verdict, bad)
	}
	for name := range want {
		if item, _ := find(report, name); !item.Informative {
			t.Errorf("%s decides", name)
		}
	}

	w.options.Keys.Keys = nil
	report = w.check(t)
	want = map[string]record.Reason{"ds_validity": "ds_expired", "document_expiry": "document_expired", "card_security_chain": record.CardSecurityChain}
	if bad := badItems(report); report.Verdict != record.Bad || !maps.Equal(bad, want) {
		t.Errorf("without keys: %s, %v", report.Verdict, bad)
	}
	if !report.At.Equal(w.options.Now) {
		t.Errorf("at %v", report.At)
	}
}

// Catches a record of the future that chooses the time of the checks, and one
// that is refused because two clocks differ a little.
func TestCheckRecordOfTheFuture(t *testing.T) {
	for _, c := range []struct {
		ahead  time.Duration
		reason record.Reason
	}{{5 * time.Minute, ""}, {5*time.Minute + time.Second, record.LoginInFuture}} {
		w := newWorld(t)
		w.build(t)
		w.record.Ended = w.options.Now.Add(c.ahead)
		w.keep(t)
		report := w.check(t)
		at := w.record.Ended
		if c.reason != "" {
			at = w.options.Now
		}
		if item, _ := find(report, "record_login"); item.Reason != c.reason || (report.Verdict == record.Bad) != (c.reason != "") || !report.At.Equal(at) {
			t.Errorf("%v ahead: %s at %v, %+v", c.ahead, report.Verdict, report.At, item)
		}
	}
}

// Catches an EF.COM that nobody signs and that makes a good document bad.
func TestCheckCommonFile(t *testing.T) {
	for name, content := range map[string][]byte{"com_syntax": {0x60, 0}, "com_files": common(map[lds.File][]byte{lds.DG1: {}})} {
		w := newWorld(t)
		w.build(t)
		w.dir["COM.bin"] = &fstest.MapFile{Data: content}
		report := w.check(t)
		if item, _ := find(report, name); item.Result != record.Bad || !item.Informative || report.Verdict != record.Good {
			t.Errorf("%+v, %s", item, report.Verdict)
		}
	}
}

// Catches an old revocation list that passes for a fresh one.
func TestCheckRevocationUnknown(t *testing.T) {
	w := newWorld(t)
	w.build(t)
	w.options.Now = w.state.Now().AddDate(1, 0, 0)
	report := w.check(t)
	if item, _ := find(report, "revocation"); item.Result != record.Unchecked || item.Reason != "stale" {
		t.Errorf("%+v", item)
	}
	if report.Verdict != record.Good {
		t.Errorf("%s, %v", report.Verdict, badItems(report))
	}
}

// Catches a laboratory's document that passes although the store is not for
// laboratories, and one that is refused although it is.
func TestCheckLaboratory(t *testing.T) {
	w := newWorld(t)
	w.contents = certificate.Options{Lab: true}
	w.csca.Set(attesttest.Lab())
	w.ds.Set(attesttest.Lab())
	w.resign()
	w.build(t)
	if report := w.check(t); report.Verdict != record.Good {
		t.Errorf("%s, %v", report.Verdict, badItems(report))
	}
	w.keep(t) // a record that does not say LAB
	if item, _ := find(w.check(t), "record_document"); item.Reason != record.RecordDiffers {
		t.Errorf("record of no laboratory: %+v", item)
	}
	w.record.Lab = true
	w.keep(t)
	if report := w.check(t); report.Verdict != record.Good {
		t.Errorf("record of a laboratory: %s, %v", report.Verdict, badItems(report))
	}
	delete(w.dir, record.FileName)
	w.options.Trust = nil
	report := w.check(t)
	if item, _ := find(report, "sod_signature"); report.Verdict != record.Bad || item.Reason != "lab_document" {
		t.Errorf("without a store: %s, %+v", report.Verdict, item)
	}
}

// Catches members of the report that are renamed or left out.
func TestReportJSON(t *testing.T) {
	report := record.Report{
		Verdict: record.Bad, At: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC),
		Items: []record.Item{
			{Name: "a", Result: record.Good},
			{Name: "b", Result: record.Bad, Reason: "r", Detail: "d", Informative: true},
		},
		Record: &record.Record{},
	}
	got, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"verdict":"bad","at":"2027-01-02T03:04:05Z","items":[{"name":"a","result":"good"},` +
		`{"name":"b","result":"bad","reason":"r","detail":"d","informative":true}]}`
	if string(got) != want {
		t.Errorf("%s", got)
	}
}
