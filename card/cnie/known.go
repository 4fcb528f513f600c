package cnie

import (
	"bytes"
	"fmt"

	"cnie.example/card/lds"
)

// Known is a document that was opened before: what does not change in it and
// needs not be read again. It identifies its holder and is to be kept like the
// password, by a caller whom the holder has asked to; nothing is kept unless
// the caller does. DG14 is empty when the document has none.
//
// It is worth no more than its keeping: a login proves nothing by it, since
// the provider verifies SOD and DG14 anew and the chip has to have the key.
type Known struct{ CardAccess, SOD, DG14 []byte }

// Known gives what Access.Known takes, once Evidence has succeeded, also after
// the Card is closed. The bytes are the caller's.
func (c *Card) Known() (k Known, ok bool) {
	if c.sod == nil || c.dg14 == nil && !c.withoutDG14 {
		return Known{}, false
	}
	return Known{bytes.Clone(c.cardAccess), bytes.Clone(c.sod), bytes.Clone(c.dg14)}, true
}

// expect takes the files of a known document over, nil for none.
func (c *Card) expect(k *Known) error {
	if k == nil {
		return nil
	}
	if len(k.SOD) == 0 {
		return fmt.Errorf("known document without EF.SOD: %w", ErrAccess)
	}
	c.known = true
	c.take(lds.SOD, k.SOD)
	if len(k.DG14) == 0 {
		c.withoutDG14 = true
		return nil
	}
	c.take(lds.DG14, k.DG14)
	return c.compareDG14()
}

// unlike marks the error of a step in which a document with another key than
// the known one fails.
func (c *Card) unlike(err error) error {
	if !c.known {
		return err
	}
	return fmt.Errorf("%w: %w", ErrOtherDocument, err)
}
