package transcript_test

import (
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"testing"
	"testing/cryptotest"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/transcript"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// laboratoryKeys are SPECIMEN keys of the virtual card's issuer.
const laboratoryKeys = "../vcard/issuer/testdata/lab"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seeded is reproducible randomness.
func seeded(name string) io.Reader { return rand.NewChaCha8(sha256.Sum256([]byte(name))) }

// specimen issues the SPECIMEN document, the same in every run.
func specimen(t *testing.T) vcard.Personalisation {
	t.Helper()
	cryptotest.SetGlobalRandom(t, 1)
	lab, err := issuer.LoadLab(laboratoryKeys)
	must(t, err)
	p, err := lab.Personalise(seeded("issuer"), issuer.Specimen())
	must(t, err)
	return p
}

func newCard(t *testing.T, p vcard.Personalisation) *vcard.Card {
	t.Helper()
	c, err := vcard.New(p, seeded("chip"))
	must(t, err)
	return c
}

// read reads a document whole: channel, evidence, the chip's proof under new
// keys, all files that it announces.
func read(ctx context.Context, t card.Transmitter, rand io.Reader, can string) (map[lds.File][]byte, error) {
	password, err := pace.CAN([]byte(can))
	if err != nil {
		return nil, err
	}
	document, err := cnie.Open(ctx, t, cnie.Access{Password: password, Rand: rand})
	if err != nil {
		return nil, err
	}
	defer document.Close()
	sod, dg14, err := document.Evidence(ctx)
	if err != nil {
		return nil, err
	}
	if err := document.Authenticate(ctx); err != nil {
		return nil, err
	}
	files := map[lds.File][]byte{lds.SOD: sod, lds.DG14: dg14}
	for _, f := range []lds.File{lds.CardAccess, lds.COM, lds.DG1, lds.DG2, lds.DG11, lds.DG12} {
		if files[f], err = document.Read(ctx, f); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// record is the full transcript of a whole reading, with the files read.
func record(t *testing.T, p vcard.Personalisation) (transcript.Transcript, map[lds.File][]byte) {
	t.Helper()
	r := transcript.NewRecorder(newCard(t, p), transcript.Header{
		Document: "SPECIMEN", Flow: "read", Reader: "SPECIMEN reader", ATR: transcript.Whole(p.ATR),
	}, nil)
	files, err := read(t.Context(), r, r.Random(seeded("terminal")), string(p.CAN))
	must(t, err)
	return r.Transcript(), files
}
