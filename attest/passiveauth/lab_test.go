package passiveauth_test

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
	"cnie.example/card/vcard/issuer"
)

// laboratory reads a laboratory of card/vcard/issuer: its signing side shares
// no code with this one.
func laboratory(t testing.TB, name string) *issuer.Lab {
	t.Helper()
	lab, err := issuer.LoadLab(filepath.Join("..", "..", "card", "vcard", "issuer", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return lab
}

// labDay lies within the validity of the laboratories.
var labDay = passiveauth.Policy{Now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}

// labStore trusts a laboratory, under options that may be those of production.
func labStore(t testing.TB, lab *issuer.Lab, opts certificate.Options) *csca.Store {
	t.Helper()
	return csca.New([]*certificate.Certificate{parse(t, lab.CSCA(), labOptions())}, opts)
}

// labFiles are the files of the specimen document of a laboratory.
func labFiles(t testing.TB, lab *issuer.Lab) map[uint16][]byte {
	t.Helper()
	p, err := lab.Personalise(rand.Reader, issuer.Specimen())
	if err != nil {
		t.Fatal(err)
	}
	return p.Files
}

// Catches the two implementations of a document falling apart: what the
// laboratory signs has to verify, file by file.
func TestLaboratoryDocument(t *testing.T) {
	lab := laboratory(t, "lab")
	files := labFiles(t, lab)
	d, err := passiveauth.Verify(files[lds.SOD.FID()], labStore(t, lab, labOptions()), labDay)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Checks, passing(passiveauth.CheckRevocation)) || !d.Signer.Lab || d.Signer.Country != "FR" || !d.AllowsType("ID") {
		t.Errorf("checks %q, lab %v, country %q, types %q", d.Checks, d.Signer.Lab, d.Signer.Country, d.Signer.DocumentTypes)
	}
	for _, f := range []lds.File{lds.DG1, lds.DG2, lds.DG11, lds.DG12, lds.DG14} {
		if err := d.CheckFile(f, files[f.FID()]); err != nil {
			t.Error(err)
		}
	}
}

// Catches a laboratory document that passes in production or under the CSCA of
// another laboratory of the same name.
func TestLaboratoryDocumentIsRefused(t *testing.T) {
	lab, other := laboratory(t, "lab"), laboratory(t, "other")
	sod := labFiles(t, lab)[lds.SOD.FID()]
	if _, err := passiveauth.Verify(sod, labStore(t, other, labOptions()), labDay); !isReason(err, refusal.CSCAUnknown) {
		t.Errorf("other laboratory: %v", err)
	}
	if _, err := passiveauth.Verify(sod, labStore(t, lab, certificate.Options{}), labDay); !isReason(err, refusal.LabDocument) {
		t.Errorf("production: %v", err)
	}
	if _, err := certificate.Parse(lab.CSCA(), certificate.Options{}); err == nil {
		t.Error("production reads a laboratory anchor")
	}
}
