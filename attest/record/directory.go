package record

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"cnie.example/card/lds"
)

// Names and bounds of a directory that Check reads.
const (
	// FileName is the name of the signed record in the directory.
	FileName = "record.jws"
	// MaxFile is the longest file that is read, in bytes.
	MaxFile = 1 << 20
	// MaxEntries is the largest number of entries of the directory.
	MaxEntries = 256

	fileSuffix = ".bin"
)

// directory is what was read of one: files of a document, each whole and not
// longer than MaxFile, and the record.
type directory struct {
	files  map[lds.File][]byte
	broken map[lds.File]error // why a file that is there was not read
	other  []string           // names that mean nothing

	record       []byte // nil when there is none
	recordBroken error  // why it was not read
}

// readDirectory reads what Check knows by name. Symbolic links, devices, pipes
// and directories are never opened: an entry has to say that it is a regular
// file, and the file once more when it is open.
func readDirectory(dir fs.FS) (*directory, error) {
	entries, err := list(dir)
	if err != nil {
		return nil, fmt.Errorf("read directory: %w", err)
	}
	d := &directory{files: map[lds.File][]byte{}, broken: map[lds.File]error{}}
	for _, entry := range entries {
		d.take(dir, entry)
	}
	if err := d.broken[lds.SOD]; err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoSOD, err)
	}
	if d.files[lds.SOD] == nil {
		return nil, ErrNoSOD
	}
	return d, nil
}

// list gives the entries in the order of their names.
func list(dir fs.FS) ([]fs.DirEntry, error) {
	open, err := dir.Open(".")
	if err != nil {
		return nil, err
	}
	defer open.Close()
	reader, ok := open.(fs.ReadDirFile)
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: ".", Err: errors.New("not a directory")}
	}
	var entries []fs.DirEntry
	for {
		some, err := reader.ReadDir(MaxEntries + 1 - len(entries))
		entries = append(entries, some...)
		if len(entries) > MaxEntries {
			return nil, fmt.Errorf("more than %d entries: %w", MaxEntries, ErrDirectory)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return nil, fmt.Errorf("entries without an end: %w", ErrDirectory)
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

func (d *directory) take(dir fs.FS, entry fs.DirEntry) {
	if entry.Name() == FileName {
		d.record, d.recordBroken = readFile(dir, entry, MaxSigned)
		return
	}
	stem, suffixed := strings.CutSuffix(entry.Name(), fileSuffix)
	f, err := lds.ParseFile(stem)
	if !suffixed || err != nil {
		d.other = append(d.other, entry.Name())
		return
	}
	content, err := readFile(dir, entry, MaxFile)
	if err != nil {
		d.broken[f] = err
		return
	}
	d.files[f] = content
}

// readFile reads a regular file of at most limit bytes. The result is not nil.
func readFile(dir fs.FS, entry fs.DirEntry, limit int64) ([]byte, error) {
	if !entry.Type().IsRegular() {
		return nil, fmt.Errorf("not a regular file: %w", ErrDirectory)
	}
	file, err := dir.Open(entry.Name())
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("not a regular file: %w", ErrDirectory)
	}
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("longer than %d bytes: %w", limit, ErrDirectory)
	}
	return content, nil
}
