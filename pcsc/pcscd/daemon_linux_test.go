package pcscd_test

import (
	"errors"
	"os"
	"testing"

	"cnie.example/pcsc/pcscd"
)

// Would catch: a daemon that opens the caller's own directory, and with it its
// socket, to every user of the machine. pcscd makes what it takes for
// /run/pcscd accessible to all, and may be started there again.
func TestStartKeepsDirectoryClosed(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d, err := pcscd.Start(t.Context(), dir, pcscd.Options{NoReader: true})
		if errors.Is(err, pcscd.ErrUnsupported) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("mode %v, %v", info.Mode().Perm(), err)
		}
		if _, err := os.Stat(pcscd.Socket(dir)); err != nil {
			t.Error(err)
		}
		d.Stop()
	}
}
