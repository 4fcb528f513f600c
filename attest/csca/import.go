package csca

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
)

// Causes of errors of Directory.Import that are about lists.
var (
	// ErrRevocationSigner: no authority of the directory signed the revocation list.
	ErrRevocationSigner = errors.New("revocation list is not signed by an authority of the trust directory")
	// ErrFuture: a revocation list was issued later than now.
	ErrFuture = errors.New("revocation list was issued in the future")
	// ErrOlder: the list is older than the one that it would replace or, of
	// revocation lists, than one of the same key.
	ErrOlder = errors.New("a newer list is there already")
)

// Item is a file for a trust directory.
type Item struct {
	Kind    Kind
	Name    string // plain, as Manifest says; an existing file of the same kind is replaced
	Content []byte
	Root    string // of a list: the name of the file with its roots
}

// Import verifies an item as Load would, together with all that is there, and
// adds it, or replaces the file of its name. The signer of a master list has to
// be valid at now, which becomes the day of its import. A master list that was signed
// earlier than the one it replaces, and a revocation list that is older than
// one of the same key, issued in the future or signed by no authority of the
// directory, are refused.
//
// Errors are *FileError, with the causes of Load and ErrOlder, ErrFuture and
// ErrRevocationSigner; fs.ErrExist when the name is taken by a file of another
// kind. After an error of these the directory is as it was.
func (d *Directory) Import(item Item, opts certificate.Options, now time.Time) error {
	return d.named(item.Name, d.importItem(item, opts, now))
}

func (d *Directory) importItem(item Item, opts certificate.Options, now time.Time) error {
	if err := d.checkFiles(); err != nil {
		return err
	}
	m, err := d.with(item, now)
	if err != nil {
		return err
	}
	store, err := d.try(m, item, opts, now)
	if err != nil {
		return err
	}
	switch item.Kind {
	case KindList:
		err = d.checkListNotOlder(item)
	case KindRevocationList:
		err = d.checkRevocationLists(store, item, now)
	}
	if err != nil {
		return err
	}
	return d.write(m, item)
}

// try builds the store that the directory would give.
func (d *Directory) try(m Manifest, item Item, opts certificate.Options, now time.Time) (*Store, error) {
	r := newReading(opts, now, m)
	r.imported = item.Name
	if err := d.collect(r, m, item); err != nil {
		return nil, err
	}
	return Build(r.contents)
}

// with is the manifest with an item.
func (d *Directory) with(item Item, now time.Time) (Manifest, error) {
	if len(item.Content) > limitOf(item.Kind) {
		return Manifest{}, ErrSize
	}
	e := Entry{File: item.Name, Kind: item.Kind, SHA256: fingerprintOf(item.Content), Root: item.Root, Day: DayOf(now)}
	m := d.Manifest()
	at := slices.IndexFunc(m.Files, func(old Entry) bool { return old.File == e.File })
	switch {
	case at < 0:
		m.Files = append(m.Files, e)
	case m.Files[at].Kind != e.Kind:
		return Manifest{}, fmt.Errorf("file of kind %q: %w", m.Files[at].Kind, fs.ErrExist)
	default:
		m.Files[at] = e
	}
	return m, m.validate()
}

// checkListNotOlder compares a master list with the one that it replaces.
func (d *Directory) checkListNotOlder(item Item) error {
	e, ok := d.manifest.entry(item.Name)
	if !ok {
		return nil
	}
	content, err := d.readEntry(e)
	if err != nil {
		return err
	}
	before, err := signedAt(content)
	if err != nil {
		return err
	}
	after, err := signedAt(item.Content)
	if err == nil && before.After(after) {
		err = fmt.Errorf("%w: signed on %s", ErrOlder, before.Format(time.DateOnly))
	}
	return err
}

// signedAt is the latest time of signing that a master list states, zero when
// it states none. The list was verified before.
func signedAt(list []byte) (time.Time, error) {
	signed, err := cms.Parse(list)
	var at time.Time
	if err == nil {
		for _, signer := range signed.SignerInfos {
			if signer.SigningTime.After(at) {
				at = signer.SigningTime
			}
		}
	}
	return at, err
}

// checkRevocationLists checks that the lists of an item count now in the store
// that has them, and that none is older than one that was there.
func (d *Directory) checkRevocationLists(store *Store, item Item, now time.Time) error {
	imported, err := parseRevocationLists(item.Content, store.options)
	if err != nil {
		return err
	}
	old, err := d.revocationLists(store.options)
	if err != nil {
		return err
	}
	for _, l := range imported {
		if l.ThisUpdate.After(now) {
			return fmt.Errorf("%w: %v", ErrFuture, l.Issuer)
		}
		signers := store.signersOf(&revocationList{RevocationList: l})
		if len(signers) == 0 {
			return fmt.Errorf("%w: %v", ErrRevocationSigner, l.Issuer)
		}
		for _, o := range old {
			if newer(o, l) && slices.ContainsFunc(store.signersOf(&revocationList{RevocationList: o}), func(h *holder) bool {
				return slices.Contains(signers, h)
			}) {
				return fmt.Errorf("%w: %v", ErrOlder, l.Issuer)
			}
		}
	}
	return nil
}

// revocationLists reads the revocation lists that are there.
func (d *Directory) revocationLists(opts certificate.Options) ([]*certificate.RevocationList, error) {
	var all []*certificate.RevocationList
	for _, e := range d.manifest.Files {
		if e.Kind != KindRevocationList {
			continue
		}
		content, err := d.readEntry(e)
		if err != nil {
			return nil, err
		}
		found, err := parseRevocationLists(content, opts)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// Remove takes a file out of the directory. What is left has to be loadable: a
// root stays as long as a list needs it. Errors are *FileError; fs.ErrNotExist
// when there is no such file.
func (d *Directory) Remove(name string, opts certificate.Options, now time.Time) error {
	return d.named(name, d.remove(name, opts, now))
}

func (d *Directory) remove(name string, opts certificate.Options, now time.Time) error {
	if err := d.checkFiles(); err != nil {
		return err
	}
	m := d.Manifest()
	at := slices.IndexFunc(m.Files, func(e Entry) bool { return e.File == name })
	if at < 0 {
		return fs.ErrNotExist
	}
	m.Files = slices.Delete(m.Files, at, at+1)
	if err := m.validate(); err != nil {
		return err
	}
	if _, err := d.try(m, Item{}, opts, now); err != nil {
		return err
	}
	return d.drop(m, name)
}

// SetFreshness writes the policy on revocation lists into the manifest, in
// whole hours. Zero is the default of Freshness. The error is a *FileError.
func (d *Directory) SetFreshness(f Freshness) error {
	f = f.orDefault()
	m := d.Manifest()
	m.Freshness = &ManifestFreshness{MaxAgeHours: int(f.MaxAge / time.Hour), GraceHours: int(f.Grace / time.Hour)}
	err := d.unchanged()
	if err == nil {
		err = d.commit(m)
	}
	return d.named(manifestFile, err)
}

// named makes a *FileError of an error that is none.
func (d *Directory) named(name string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*FileError](err); ok {
		return err
	}
	return &FileError{Path: filepath.Join(d.path, name), Err: bare(err)}
}
