package passiveauth_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	at "cnie.example/attest/attesttest"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
)

// Catches an altered file that passes, a file without digest that passes, and
// a wrong reason or name.
func TestCheckFile(t *testing.T) {
	d, err := newWorld().verify(t)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		file   lds.File
		reason refusal.Reason
		check  string
	}{
		{lds.DG1, refusal.DG1HashMismatch, "dg1_hash"},
		{lds.DG2, refusal.DG2HashMismatch, "dg2_hash"},
		{lds.DG11, refusal.DG11HashMismatch, "dg11_hash"},
		{lds.DG12, refusal.FileHashMismatch, "dg12_hash"},
		{lds.DG14, refusal.DG14HashMismatch, "dg14_hash"},
		{lds.DG15, refusal.DG15HashMismatch, "dg15_hash"},
	}
	for _, test := range tests {
		content := fileContent(test.file)
		for _, wrong := range [][]byte{nil, content[1:], append(bytes.Clone(content), 0), fileContent(lds.DG3)} {
			if err := d.CheckFile(test.file, wrong); !isReason(err, test.reason) || slices.Contains(d.Checks, test.check) {
				t.Errorf("%v altered: %v, checks %q", test.file, err, d.Checks)
			}
		}
		failed := passiveauth.Finding{Check: test.check, Reason: test.reason, With: "digest of " + test.file.String() + " differs from the signed one"}
		for range 2 {
			if err := d.CheckFile(test.file, content); err != nil || d.Checks[len(d.Checks)-1] != test.check {
				t.Errorf("%v: %v, checks %q", test.file, err, d.Checks)
			}
		}
		passed := passiveauth.Finding{Check: test.check, Passed: true, With: "SHA-256"}
		if n := len(d.Findings); !slices.Equal(d.Findings[n-2:], []passiveauth.Finding{failed, passed}) {
			t.Errorf("%v: findings %+v", test.file, d.Findings[n-2:])
		}
	}
	for _, f := range []lds.File{lds.DG3, lds.SOD, lds.COM, lds.CardAccess, 0} {
		if err := d.CheckFile(f, nil); !isReason(err, refusal.FileNotListed) {
			t.Errorf("%v: %v", f, err)
		}
	}
	if len(d.Checks) != len(passing(passiveauth.CheckRevocation, passiveauth.CheckSigningTime))+len(tests) {
		t.Errorf("checks %q", d.Checks)
	}
}

// Catches a document that nobody verified, or that was refused, and that vouches
// for a file.
func TestCheckFileOfUnverifiedDocument(t *testing.T) {
	w := newWorld()
	w.ds.Subject = at.NewName("XA", "DS SPECIMEN")
	refused, err := w.verify(t)
	if !isReason(err, refusal.CountryMismatch) || len(refused.Object.Digests) == 0 {
		t.Fatalf("%v, %d digests", err, len(refused.Object.Digests))
	}
	empty := &passiveauth.Document{}
	for name, d := range map[string]*passiveauth.Document{"refused at the last check": refused, "empty": empty} {
		if err := d.CheckFile(lds.DG1, fileContent(lds.DG1)); !isReason(err, refusal.FileNotListed) || slices.Contains(d.Checks, "dg1_hash") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches a file whose digest was left out of the security object and that
// passes because nobody misses it.
func TestFileThatIsNotListed(t *testing.T) {
	w := newWorld()
	w.document = func(d *at.Document) { d.Object.Remove(lds.DG14) }
	d, err := w.verify(t)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.CheckFile(lds.DG14, fileContent(lds.DG14)); !isReason(err, refusal.FileNotListed) {
		t.Errorf("DG14: %v", err)
	}
}

// Catches a document that forgets its digests or its signer on the way to
// another process.
func TestRestore(t *testing.T) {
	w := newWorld()
	w.ds.Set(at.Types("ID"))
	before, err := w.verify(t)
	if err != nil {
		t.Fatal(err)
	}
	d := passiveauth.Restore(before.Object, before.Signer)
	if err := d.CheckFile(lds.DG1, fileContent(lds.DG1)); err != nil {
		t.Error(err)
	}
	if err := d.CheckFile(lds.DG2, fileContent(lds.DG1)); !isReason(err, refusal.DG2HashMismatch) {
		t.Errorf("DG2: %v", err)
	}
	if !d.AllowsType("ID") || d.AllowsType("P") {
		t.Error("types of document")
	}
}

// Catches document codes that are compared as whole strings only, or not at
// all.
func TestAllowsType(t *testing.T) {
	for _, test := range []struct {
		types   []string
		yes, no string
	}{
		{nil, "P I ID IR AC P< I<", ""},
		{[]string{}, "", "P ID"},
		{[]string{"P", "IR"}, "P P< PD PS IR", "I I< ID A V"},
		{[]string{"ID"}, "ID", "I I< P IDX"},
		{[]string{"P<"}, "P P< PD", "ID"},
	} {
		w := newWorld()
		if test.types != nil {
			w.ds.Set(at.Types(test.types...))
		}
		d, err := w.verify(t)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range strings.Fields(test.yes) {
			if !d.AllowsType(code) {
				t.Errorf("%q does not allow %q", test.types, code)
			}
		}
		for _, code := range append(strings.Fields(test.no), "", "<", "<<") {
			if d.AllowsType(code) {
				t.Errorf("%q allows %q", test.types, code)
			}
		}
	}
	if (&passiveauth.Document{}).AllowsType("P") {
		t.Error("a document without signer allows")
	}
}
