package passiveauth_test

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/certificate"
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
var labDay = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

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
	opts := certificate.Options{Lab: true}
	anchor, err := certificate.Parse(lab.CSCA(), opts)
	if err != nil {
		t.Fatal(err)
	}
	files := labFiles(t, lab)
	d, err := passiveauth.Verify(files[lds.SOD.FID()], store(anchor), opts, labDay)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Checks, checks) || !d.Signer.Lab || d.Signer.Country != "FR" || !d.AllowsType("ID") {
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
	opts := certificate.Options{Lab: true}
	anchor, err := certificate.Parse(other.CSCA(), opts)
	if err != nil {
		t.Fatal(err)
	}
	sod := labFiles(t, lab)[lds.SOD.FID()]
	if _, err := passiveauth.Verify(sod, store(anchor), opts, labDay); !isReason(err, refusal.CSCAUnknown) {
		t.Errorf("other laboratory: %v", err)
	}
	if _, err := passiveauth.Verify(sod, store(anchor), certificate.Options{}, labDay); !isReason(err, refusal.LabDocument) {
		t.Errorf("production: %v", err)
	}
	if _, err := certificate.Parse(lab.CSCA(), certificate.Options{}); err == nil {
		t.Error("production reads a laboratory anchor")
	}
}

func BenchmarkVerifyLaboratory(b *testing.B) {
	lab := laboratory(b, "lab")
	opts := certificate.Options{Lab: true}
	anchor, err := certificate.Parse(lab.CSCA(), opts)
	if err != nil {
		b.Fatal(err)
	}
	sod, anchors := labFiles(b, lab)[lds.SOD.FID()], store(anchor)
	b.SetBytes(int64(len(sod)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := passiveauth.Verify(sod, anchors, opts, labDay); err != nil {
			b.Fatal(err)
		}
	}
}
