package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"cnie.example/card/cnie"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/card/vcard/vpcd"
	"cnie.example/pcsc/pcscd"
)

// TestMain lets the scripts run the program itself as a process.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cnie": main})
}

// laboratoryKeys are SPECIMEN keys of the virtual card's issuer.
const laboratoryKeys = "../../card/vcard/issuer/testdata/lab"

// TestPCSC runs the program against a real pcscd: without a daemon, without a
// reader, with an empty reader and with a card in it. Each directory of scripts
// has a daemon of its own.
func TestPCSC(t *testing.T) {
	contactless, old, short := issuer.Specimen(), issuer.Specimen(), issuer.Specimen()
	contactless.Contactless, old.BAC, short.ExtendedLength = true, true, false
	for name, daemon := range map[string]func(t *testing.T, dir string){
		"no-service":  func(*testing.T, string) {},
		"no-reader":   func(t *testing.T, dir string) { start(t, dir, pcscd.Options{NoReader: true}) },
		"no-card":     func(t *testing.T, dir string) { start(t, dir, pcscd.Options{}) },
		"card":        func(t *testing.T, dir string) { insert(t, start(t, dir, pcscd.Options{}), issuer.Specimen()) },
		"bac":         func(t *testing.T, dir string) { insert(t, start(t, dir, pcscd.Options{}), old) },
		"short":       func(t *testing.T, dir string) { insert(t, start(t, dir, pcscd.Options{}), short) },
		"contactless": func(t *testing.T, dir string) { insert(t, start(t, dir, pcscd.Options{}), contactless) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			daemon(t, dir)
			testscript.Run(t, testscript.Params{
				Dir: "testdata/script/" + name,
				Setup: func(env *testscript.Env) error {
					env.Setenv(pcscd.SocketVariable, pcscd.Socket(dir))
					env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "cache"))
					return putDocument(env.WorkDir)
				},
			})
		})
	}
}

// putDocument gives a script the authority of the laboratory and the machine
// readable zone of the SPECIMEN.
func putDocument(dir string) error {
	anchor, err := os.ReadFile(laboratoryKeys + "/csca.pem")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "lab.pem"), anchor, 0o600); err != nil {
		return err
	}
	p, err := personalise(issuer.Specimen())
	if err != nil {
		return err
	}
	zone := string(p.Files[vcard.FIDDG1])
	zone = zone[len(zone)-90:]
	lines := zone[:30] + "\n" + zone[30:60] + "\n" + zone[60:] + "\n"
	return errors.Join(os.WriteFile(filepath.Join(dir, "mrz.txt"), []byte(lines), 0o600), putLengths(dir))
}

// putLengths gives a script notes of today.
func putLengths(dir string) error {
	var lengths cnie.Lengths
	atr := []byte("\x3B\x8B\x80\x01\x00\x31\xC1\x64\x09\x37\x72\x13\x00\x90\x00\x51") // of the contactless SPECIMEN
	lengths.Note("cnie virtual reader 00 00", atr, 223, time.Now())
	text, err := lengths.MarshalJSON()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "short.json"), text, 0o600)
}

func personalise(profile issuer.Profile) (vcard.Personalisation, error) {
	lab, err := issuer.LoadLab(laboratoryKeys)
	if err != nil {
		return vcard.Personalisation{}, err
	}
	return lab.Personalise(rand.Reader, profile)
}

func start(t *testing.T, dir string, o pcscd.Options) *pcscd.Daemon {
	t.Helper()
	d, err := pcscd.Start(t.Context(), dir, o)
	if errors.Is(err, pcscd.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Stop)
	return d
}

// insert puts a specimen card into the virtual reader for the time of a test.
func insert(t *testing.T, d *pcscd.Daemon, profile issuer.Profile) {
	t.Helper()
	p, err := personalise(profile)
	if err != nil {
		t.Fatal(err)
	}
	c, err := vcard.New(p, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := d.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, remove := context.WithCancel(context.Background())
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = vpcd.Serve(ctx, conn, c) // it ends when the card is taken out
	}()
	t.Cleanup(func() { remove(); <-served })
}
