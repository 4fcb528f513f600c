package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

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
	for name, daemon := range map[string]func(t *testing.T, dir string){
		"no-service": func(*testing.T, string) {},
		"no-reader":  func(t *testing.T, dir string) { start(t, dir, pcscd.Options{NoReader: true}) },
		"no-card":    func(t *testing.T, dir string) { start(t, dir, pcscd.Options{}) },
		"card":       func(t *testing.T, dir string) { insert(t, start(t, dir, pcscd.Options{})) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			daemon(t, dir)
			testscript.Run(t, testscript.Params{
				Dir: "testdata/script/" + name,
				Setup: func(env *testscript.Env) error {
					env.Setenv(pcscd.SocketVariable, pcscd.Socket(dir))
					anchor, err := os.ReadFile(laboratoryKeys + "/csca.pem")
					if err != nil {
						return err
					}
					return os.WriteFile(env.WorkDir+"/lab.pem", anchor, 0o600)
				},
			})
		})
	}
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

// insert puts the specimen card into the virtual reader for the time of a test.
func insert(t *testing.T, d *pcscd.Daemon) {
	t.Helper()
	lab, err := issuer.LoadLab(laboratoryKeys)
	if err != nil {
		t.Fatal(err)
	}
	p, err := lab.Personalise(rand.Reader, issuer.Specimen())
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
