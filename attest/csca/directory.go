package csca

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
)

// Directory is a trust directory: files, and trust.json, which says what each
// is for and what its SHA-256 is. A file that trust.json does not name, one
// that differs from its hash, one that is missing and one that is no regular
// file make the whole directory unusable: somebody has changed what is trusted
// without saying so.
//
// Everything is verified again at each loading: certificates, and the
// signatures of master lists under the roots that the operator named. Whether
// the signer of a list was valid is judged on the day of its import, which
// trust.json holds: a list that was good then stays so until a newer one takes
// its place. Store.Lists says whose signer has expired since.
//
// Whoever can write in the directory, or put another in its place, decides what
// is trusted: hashes and days stand beside the files. Files are made with mode
// 0644 and directories with 0755, less what the umask takes away; who owns them
// and who else may write is not looked at.
//
// One process at a time changes a directory. A Directory is not for concurrent
// use. A change that is cut off leaves the directory as it was or as it was to
// be: a file is written beside the old one, then trust.json is replaced, then
// the file takes its name; whoever loads in between finds the file either way.
type Directory struct {
	path     string
	manifest Manifest
	text     []byte // trust.json as it was read or written
}

// CreateDirectory makes a trust directory without files, and the directory
// itself where there is none. One that is a trust directory already is refused
// with fs.ErrExist, and so is one with other files.
func CreateDirectory(path string) (*Directory, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, &FileError{Path: path, Err: bare(err)}
	}
	entries, err := os.ReadDir(path)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("directory is not empty: %w", fs.ErrExist)
	}
	if err != nil {
		return nil, &FileError{Path: path, Err: bare(err)}
	}
	d := &Directory{path: path}
	return d, d.commit(Manifest{Version: 1, Files: []Entry{}})
}

// OpenDirectory reads trust.json and nothing else. The error is a *FileError.
func OpenDirectory(path string) (*Directory, error) {
	d := &Directory{path: path}
	text, err := d.read(manifestFile, maxManifest)
	if err != nil {
		return nil, &FileError{Path: filepath.Join(path, manifestFile), Err: err}
	}
	if d.manifest, err = parseManifest(text); err != nil {
		return nil, &FileError{Path: filepath.Join(path, manifestFile), Err: err}
	}
	d.text = text
	return d, nil
}

// Path is the path that was given.
func (d *Directory) Path() string { return d.path }

// Manifest is what trust.json says. The slice is the caller's.
func (d *Directory) Manifest() Manifest {
	m := d.manifest
	m.Files = slices.Clone(m.Files)
	return m
}

// Load makes a store of the directory. Errors are *FileError and those of
// Build; without any anchor it is ErrNoAnchor.
func (d *Directory) Load(opts certificate.Options, now time.Time) (*Store, error) {
	return Load([]string{d.path}, opts, now)
}

// Contents reads and verifies every file. Errors are *FileError.
func (d *Directory) Contents(opts certificate.Options, now time.Time) (Contents, error) {
	if err := d.checkFiles(); err != nil {
		return Contents{}, err
	}
	r := newReading(opts, now, d.manifest)
	err := d.collect(r, d.manifest, Item{})
	return r.contents, err
}

// collect reads and verifies every file of a manifest. The content of an item
// stands for that of the file with its name.
func (d *Directory) collect(r *reading, m Manifest, item Item) error {
	for _, e := range m.Files {
		if err := d.collectFile(r, e, item); err != nil {
			return &FileError{Path: filepath.Join(d.path, e.File), Err: err}
		}
	}
	if e, err := r.verifyLists(); err != nil {
		return &FileError{Path: filepath.Join(d.path, e.File), Err: err}
	}
	return nil
}

func (d *Directory) collectFile(r *reading, e Entry, item Item) error {
	if e.File == item.Name {
		return r.parse(e, item.Content)
	}
	content, err := d.readEntry(e)
	if err != nil {
		return err
	}
	return r.parse(e, content)
}

// checkFiles refuses a file that the manifest does not name. Those of a change
// under way or cut off are passed over.
func (d *Directory) checkFiles() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return &FileError{Path: d.path, Err: bare(err)}
	}
	for _, found := range entries {
		name := found.Name()
		if name == manifestFile || strings.HasPrefix(name, pending) {
			continue
		}
		if _, ok := d.manifest.entry(name); !ok {
			return &FileError{Path: filepath.Join(d.path, name), Err: fmt.Errorf("%w: not in %s", ErrManifest, manifestFile)}
		}
	}
	return nil
}

// readEntry reads a file whose content is what the manifest says: under its own
// name, or under the name that it has while a change is under way; it may take
// its own between two looks.
func (d *Directory) readEntry(e Entry) ([]byte, error) {
	for _, name := range []string{e.File, pending + e.File} {
		if content, err := d.readHashed(name, e); err == nil {
			return content, nil
		}
	}
	return d.readHashed(e.File, e)
}

func (d *Directory) readHashed(name string, e Entry) ([]byte, error) {
	content, err := d.read(name, limitOf(e.Kind))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", ErrManifest, err)
	case err != nil:
		return nil, err
	case fingerprintOf(content) != e.SHA256:
		return nil, fmt.Errorf("%w: SHA-256 is another", ErrManifest)
	}
	return content, nil
}

// limitOf is the longest file of a kind, in bytes.
func limitOf(k Kind) int {
	switch k {
	case KindList:
		return cms.MaxSize
	case KindOverrides:
		return maxOverrides
	}
	return MaxFile
}

// read reads a regular file of the directory. A symbolic link is refused, also
// one that leads back into the directory: what is trusted lies in the directory.
func (d *Directory) read(name string, limit int) ([]byte, error) {
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return nil, bare(err)
	}
	defer root.Close()
	info, err := root.Lstat(name)
	if err != nil {
		return nil, bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: not a regular file", ErrManifest)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	return readLimited(f, limit)
}
