//go:build unix

package csca_test

import (
	"os"
	"syscall"
	"testing"
)

// Catches files that others than the owner may write where no umask forbids it,
// and ones that a provider of another user cannot read.
func TestModes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	h := newHoldings(t)
	check := func(path string, want os.FileMode) {
		info, err := os.Stat(path)
		must(t, err)
		if mode := info.Mode().Perm(); mode != want {
			t.Errorf("%s: %v", path, mode)
		}
	}
	check(h.path, 0o755)
	entries, err := os.ReadDir(h.path)
	must(t, err)
	for _, e := range entries {
		check(h.file(e.Name()), 0o644)
	}
}
