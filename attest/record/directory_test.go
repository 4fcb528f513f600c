//go:build unix

package record_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"testing/fstest"

	"cnie.example/attest/record"
)

// Catches a report about nothing: a directory that cannot be read, has no
// security object, or one that is not to be opened.
func TestCheckCannotRun(t *testing.T) {
	sod := &fstest.MapFile{Data: []byte("SOD")}
	for name, c := range map[string]struct {
		dir  fs.FS
		want error
	}{
		"empty":               {fstest.MapFS{}, record.ErrNoSOD},
		"no SOD":              {fstest.MapFS{"DG1.bin": sod}, record.ErrNoSOD},
		"another spelling":    {fstest.MapFS{"sod.bin": sod, "SOD": sod, "SOD.bin.bak": sod, "x/SOD.bin": sod}, record.ErrNoSOD},
		"a link":              {fstest.MapFS{"SOD.bin": {Data: sod.Data, Mode: fs.ModeSymlink}}, record.ErrNoSOD},
		"a pipe":              {fstest.MapFS{"SOD.bin": {Mode: fs.ModeNamedPipe}}, record.ErrNoSOD},
		"a device":            {fstest.MapFS{"SOD.bin": {Mode: fs.ModeDevice}}, record.ErrNoSOD},
		"a directory":         {fstest.MapFS{"SOD.bin/x": sod}, record.ErrNoSOD},
		"huge":                {fstest.MapFS{"SOD.bin": {Data: make([]byte, record.MaxFile+1)}}, record.ErrNoSOD},
		"too many entries":    {crowded(sod), record.ErrDirectory},
		"not there":           {os.DirFS(filepath.Join(t.TempDir(), "none")), fs.ErrNotExist},
		"entries without end": {endless{}, record.ErrDirectory},
	} {
		report, err := record.Check(c.dir, record.CheckOptions{})
		if report != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v", name, report, err)
		}
	}
}

func crowded(sod *fstest.MapFile) fs.FS {
	dir := fstest.MapFS{"SOD.bin": sod}
	for i := range record.MaxEntries {
		dir[fmt.Sprintf("%d.txt", i)] = &fstest.MapFile{}
	}
	return dir
}

// endless is a directory that has no entries and does not end.
type endless struct{ fs.ReadDirFile }

func (e endless) Open(string) (fs.File, error)     { return e, nil }
func (endless) ReadDir(int) ([]fs.DirEntry, error) { return nil, nil }
func (endless) Close() error                       { return nil }

// Catches a check that follows a link of a real directory, or waits for the
// writer of a pipe.
func TestCheckRealDirectory(t *testing.T) {
	w := newWorld(t)
	w.build(t)
	dir, outside := t.TempDir(), t.TempDir()
	for name, file := range w.dir {
		path := filepath.Join(dir, name)
		switch name {
		case "DG1.bin":
			path = filepath.Join(outside, name)
			if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
				t.Skipf("no symbolic links here: %v", err)
			}
		case "DG2.bin":
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Skipf("no pipes here: %v", err)
			}
			continue
		}
		if err := os.WriteFile(path, file.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, fsys := range map[string]fs.FS{"DirFS": os.DirFS(dir), "Root": root.FS()} {
		report, err := record.Check(fsys, w.options)
		if err != nil {
			t.Fatal(err)
		}
		bad := badItems(report)
		if len(bad) != 2 || bad["dg1_file"] != record.FileUnreadable || bad["dg2_file"] != record.FileUnreadable {
			t.Errorf("%s: %v", name, bad)
		}
	}
}

// Catches a report whose order hangs on that of the file system.
func TestCheckIsStable(t *testing.T) {
	w := newWorld(t)
	w.build(t)
	w.keep(t)
	w.dir["b.txt"], w.dir["a.txt"] = &fstest.MapFile{}, &fstest.MapFile{}
	first := w.check(t)
	for range 3 {
		if again := w.check(t); !slices.Equal(again.Items, first.Items) {
			t.Fatal("another order")
		}
	}
}
