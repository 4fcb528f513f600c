package idpd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"cnie.example/attest/record"
)

// ErrTransaction is the cause when a transaction cannot name a file.
var ErrTransaction = errors.New("transaction cannot name a file")

// recordSuffix ends the name of a record's file.
const recordSuffix = ".jws"

// Records keeps evidence records as files of one directory, named by their
// transaction. It implements idp.Records, and is safe for concurrent use.
type Records struct{ root *os.Root }

// OpenRecords opens the directory, which is made for its owner only where there
// is none. Close it after use.
func OpenRecords(dir string) (*Records, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("directory of records: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("directory of records: %w", err)
	}
	return &Records{root: root}, nil
}

// Close lets go of the directory.
func (d *Records) Close() error { return d.root.Close() }

// Keep writes a signed record, readable and writable by its owner only. A file
// is there whole and on the disk, or not at all. A transaction has one record:
// a second one is an error that wraps fs.ErrExist. The error is ErrTransaction
// for a transaction that is not 1 to 64 letters, digits, "-" and "_".
func (d *Records) Keep(_ context.Context, r *record.Record, jws string) error {
	if !isPlain(r.Transaction) {
		return fmt.Errorf("keep evidence record: %w", ErrTransaction)
	}
	if err := d.write(r.Transaction+recordSuffix, jws); err != nil {
		return fmt.Errorf("keep evidence record: %w", err)
	}
	return nil
}

// isPlain accepts the alphabet of base64url. No name made of it leaves the
// directory or means something to a system.
func isPlain(transaction string) bool {
	const maxTransaction = 64
	outside := func(c rune) bool {
		return !('A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_')
	}
	return transaction != "" && len(transaction) <= maxTransaction && !strings.ContainsFunc(transaction, outside)
}

// write makes the file under a name that readers pass over, and renames it when
// it is whole. The other name is a lock besides: who has it looks whether the
// transaction has a record, since renaming would replace that.
func (d *Records) write(name, content string) error {
	unfinished := "." + name + ".unfinished"
	file, err := d.root.OpenFile(unfinished, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = d.finish(unfinished, name)
	}
	if err != nil {
		return errors.Join(err, d.root.Remove(unfinished))
	}
	return d.sync()
}

func (d *Records) finish(unfinished, name string) error {
	if _, err := d.root.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist})
	}
	return d.root.Rename(unfinished, name)
}

// sync puts the name on the disk. Windows has no way to ask for that.
func (d *Records) sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
