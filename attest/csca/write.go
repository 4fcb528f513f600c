package csca

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// pending begins the names of files that a change under way writes.
const pending = ".new-"

// write puts an item and a manifest with it in place.
func (d *Directory) write(m Manifest, item Item) error {
	if err := d.unchanged(); err != nil {
		return err
	}
	if err := d.settle(item.Name); err != nil {
		return err
	}
	if err := d.create(pending+item.Name, item.Content); err != nil {
		return err
	}
	if err := d.commit(m); err != nil {
		return err
	}
	return d.rename(pending+item.Name, item.Name)
}

// drop puts a manifest without a file in place, and takes the file away. Until
// the manifest is there, the file is found under its other name.
func (d *Directory) drop(m Manifest, name string) error {
	if err := d.unchanged(); err != nil {
		return err
	}
	if err := d.settle(name); err != nil {
		return err
	}
	if err := d.rename(name, pending+name); err != nil {
		return err
	}
	if err := d.commit(m); err != nil {
		return err
	}
	return d.within(func(root *os.Root) error { return root.Remove(pending + name) })
}

// settle ends a change that was cut off behind the manifest: the file takes its
// name before another one is written beside it.
func (d *Directory) settle(name string) error {
	e, ok := d.manifest.entry(name)
	if !ok {
		return nil
	}
	if _, err := d.readHashed(name, e); err == nil {
		return nil
	}
	if _, err := d.readHashed(pending+name, e); err != nil {
		return nil // nothing was cut off: the change may be the remedy
	}
	return d.rename(pending+name, name)
}

// unchanged refuses to overwrite what another process has written.
func (d *Directory) unchanged() error {
	text, err := d.read(manifestFile, maxManifest)
	if err == nil && !bytes.Equal(text, d.text) {
		err = fmt.Errorf("%w: %s was changed by another process", ErrManifest, manifestFile)
	}
	return err
}

// commit replaces trust.json: from here on the directory is what m says.
func (d *Directory) commit(m Manifest) error {
	text, err := m.marshal()
	if err != nil {
		return err
	}
	if err := d.create(pending+manifestFile, text); err != nil {
		return err
	}
	if err := d.rename(pending+manifestFile, manifestFile); err != nil {
		return err
	}
	d.manifest, d.text = m, text
	return nil
}

// create writes a file and waits until it is on the disk. A file that a change
// left behind makes room.
func (d *Directory) create(name string, content []byte) error {
	return d.within(func(root *os.Root) error {
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = f.Write(content)
		return errors.Join(err, f.Sync(), f.Close())
	})
}

func (d *Directory) rename(from, to string) error {
	return d.within(func(root *os.Root) error {
		if err := root.Rename(from, to); err != nil {
			return err
		}
		return syncDirectory(root)
	})
}

// syncDirectory waits until the names are on the disk. Systems that cannot do
// that for a directory say so, and keep what they promise without it.
func syncDirectory(root *os.Root) error {
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return err
	}
	return nil
}

func (d *Directory) within(act func(*os.Root) error) error {
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return err
	}
	defer root.Close()
	return act(root)
}
