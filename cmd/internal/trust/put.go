package trust

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// put imports an item, unless it is there.
func (i *importItem) put(into *csca.Directory, now time.Time) (importLine, error) {
	line := importLine{Action: importAdded}
	if i.list != nil {
		var err error
		if line.List, err = i.underRoot(into, now); err != nil {
			return line, &FileError{Path: i.path, Err: err}
		}
	}
	line.File, line.Kind, line.Holds, line.SHA256 = i.Name, i.Kind, i.holds, hash(i.Content)
	files := into.Manifest().Files
	if at := slices.IndexFunc(files, func(e csca.Entry) bool { return e.File == i.Name }); at >= 0 {
		line.Action = importReplaced
		if files[at].SHA256.String() == line.SHA256 && files[at].Kind == i.Kind {
			line.Action = importKept
			return line, nil
		}
	}
	if line.List != nil {
		if err := i.compare(into, line.List); err != nil {
			return line, err
		}
	}
	if err := into.Import(i.Item, certificate.Options{}, now); err != nil {
		return line, &FileError{Path: i.path, Err: err}
	}
	return line, nil
}

// underRoot verifies a list under the roots of the directory, and names it by the
// one that it leads to.
func (i *importItem) underRoot(into *csca.Directory, now time.Time) (*listImport, error) {
	files := map[csca.Fingerprint]string{}
	var roots []*certificate.Certificate
	for _, e := range into.Manifest().Files {
		if e.Kind != csca.KindRoot {
			continue
		}
		f, err := readFile(filepath.Join(into.Path(), e.File), certificate.Options{})
		if err != nil {
			return nil, err
		}
		for _, r := range f.certificates {
			files[r.Fingerprint()] = e.File
			roots = append(roots, r)
		}
	}
	if len(roots) == 0 {
		return nil, csca.ErrMasterList
	}
	verified, err := i.list.Verify(roots, now)
	if err != nil {
		return nil, err
	}
	i.Root = files[verified.Root.Fingerprint()]
	i.Name = fmt.Sprintf("list-%s%s.ml", countryPart(verified.Root.Country), fingerprint(verified.Root)[:16])
	i.holds = verified.Signer.Subject.String()
	return &listImport{
		Certificates: len(i.list.Certificates), Unread: len(i.list.Unread),
		Signer: verified.Signer.Subject.String(), Root: verified.Root.Subject.String(),
	}, nil
}

// compare counts what a list brings and takes away against the one in its place.
func (i *importItem) compare(into *csca.Directory, l *listImport) error {
	f, err := readFile(filepath.Join(into.Path(), i.Name), certificate.Options{})
	var before []*certificate.Certificate
	switch {
	case err == nil && f.list != nil:
		before = f.list.Certificates
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	d := csca.Diff(before, i.list.Certificates)
	l.Came, l.Went = len(d.Added), len(d.Removed)
	return nil
}
