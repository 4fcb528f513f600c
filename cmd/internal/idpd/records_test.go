package idpd_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"cnie.example/attest/record"
	"cnie.example/cmd/internal/idpd"
)

// records opens a directory of records below one that holds nothing else.
func records(t *testing.T) (parent, dir string, r *idpd.Records) {
	t.Helper()
	parent = t.TempDir()
	dir = filepath.Join(parent, "records")
	r, err := idpd.OpenRecords(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return parent, dir, r
}

func keep(r *idpd.Records, transaction, jws string) error {
	return r.Keep(context.Background(), &record.Record{Transaction: transaction}, jws)
}

func names(t *testing.T, dir string) (found []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		found = append(found, e.Name())
	}
	return found
}

// Catches a record that others can read, one that is not whole, and one that
// takes the place of another.
func TestRecords(t *testing.T) {
	_, dir, r := records(t)
	if err := keep(r, "SPECIMEN_1-a", "first"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "SPECIMEN_1-a.jws")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := keep(r, "SPECIMEN_1-a", "second"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second record: %v", err)
	}
	if content, _ := os.ReadFile(path); string(content) != "first" {
		t.Errorf("content %q", content)
	}
	if found := names(t, dir); len(found) != 1 {
		t.Errorf("directory holds %v", found)
	}
}

// Catches a transaction that leads out of the directory, or to a name that
// means something to a system.
func TestRecordsStayInTheirDirectory(t *testing.T) {
	parent, dir, r := records(t)
	for _, transaction := range []string{
		"", ".", "..", "../x", "/x", "a/b", `a\b`, "C:x", "a.b", "a b", "a\x00b", "é", "a\n", strings.Repeat("a", 65),
	} {
		if err := keep(r, transaction, "content"); !errors.Is(err, idpd.ErrTransaction) {
			t.Errorf("%q: %v", transaction, err)
		}
	}
	if found := append(names(t, dir), names(t, parent)...); len(found) != 1 {
		t.Errorf("written: %v", found)
	}
	if err := keep(r, strings.Repeat("a", 64), "content"); err != nil {
		t.Errorf("longest name: %v", err)
	}
}

// Catches a failure that is not told: the login would succeed without its
// evidence.
func TestRecordsThatCannotBeWritten(t *testing.T) {
	_, dir, r := records(t)
	if err := os.Mkdir(filepath.Join(dir, "SPECIMEN.jws"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := keep(r, "SPECIMEN", "content"); err == nil {
		t.Error("no error where the name is taken by a directory")
	}
	if found := names(t, dir); len(found) != 1 {
		t.Errorf("an unfinished file is left: %v", found)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := keep(r, "SPECIMEN", "content"); err == nil {
		t.Error("no error where the directory is gone")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := idpd.OpenRecords(file); err == nil {
		t.Error("a file was opened as a directory")
	}
}

// Catches records of one transaction that mix, or more than one that is kept.
func TestRecordsAtOnce(t *testing.T) {
	_, dir, r := records(t)
	var group sync.WaitGroup
	var kept atomic.Int32
	for i := range 16 {
		group.Go(func() {
			if keep(r, "SPECIMEN", strings.Repeat(fmt.Sprint(i%10), 10_000)) == nil {
				kept.Add(1)
			}
		})
	}
	group.Wait()
	content, err := os.ReadFile(filepath.Join(dir, "SPECIMEN.jws"))
	if err != nil || kept.Load() != 1 || len(content) != 10_000 || strings.Trim(string(content), string(content[0])) != "" {
		t.Errorf("%d kept, %d bytes, %v", kept.Load(), len(content), err)
	}
	if found := names(t, dir); len(found) != 1 {
		t.Errorf("directory holds %v", found)
	}
}
