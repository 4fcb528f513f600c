//go:build unix

package providers

import (
	"fmt"
	"os"
	"syscall"
)

// writableByOthers are the permission bits for group and others.
const writableByOthers = 0o022

// checkOwner looks at an open file or directory, so that what is checked is
// what will be read.
func checkOwner(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("owner unknown: %w", ErrOwner)
	}
	if stat.Uid != 0 && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("owned by user %d: %w", stat.Uid, ErrOwner)
	}
	if mode := info.Mode().Perm(); mode&writableByOthers != 0 {
		return fmt.Errorf("mode %v: %w", mode, ErrOwner)
	}
	return nil
}
