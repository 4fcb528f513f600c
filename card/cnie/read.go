package cnie

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// Evidence selects the eMRTD application and gives EF.SOD and DG14, from which
// a provider learns the chip's public key and who vouches for it. They are read
// unless Access.Known had them. dg14 is nil when the document has none. The
// caller owns both.
//
// The error wraps lds.ErrSFIRefused when the card takes no short file
// identifiers under secure messaging: the relay's rule needs them, so a login
// is then impossible; Read and Authenticate remain possible.
func (c *Card) Evidence(ctx context.Context) (sod, dg14 []byte, err error) {
	if err := c.enter(ctx, application); err != nil {
		return nil, nil, err
	}
	if err := c.fetchDG14(ctx); err != nil {
		return nil, nil, err
	}
	if sod, err = c.Read(ctx, lds.SOD); err != nil {
		return nil, nil, err
	}
	if c.selects {
		return nil, nil, fmt.Errorf("read for a provider: %w", lds.ErrSFIRefused)
	}
	return sod, bytes.Clone(c.dg14), nil
}

// fetchDG14 reads DG14, if the document has it.
func (c *Card) fetchDG14(ctx context.Context) error {
	if c.dg14 != nil || c.withoutDG14 {
		return nil
	}
	_, err := c.Read(ctx, lds.DG14)
	if absent(err) {
		c.withoutDG14 = true
		return nil
	}
	return err
}

// absent tells that the chip itself said, under its keys, that there is no such
// file.
func absent(err error) bool {
	return errors.Is(err, card.ErrFileNotFound) && !errors.Is(err, sm.ErrSecureMessaging)
}

// Read reads one file, selecting the eMRTD application or the master file first
// if need be. EF.CardAccess is the one that Open had; SOD, DG14 and DG15 are
// read once, so that what is verified is what the proof went by. The caller owns the result. The content is what the card says; its
// truth is for passive authentication.
//
// A file that the document does not have is card.ErrFileNotFound; the Card
// remains open, as after every status word that the chip protected. ErrReopen,
// ErrDowngrade and sm.ErrSecureMessaging close it.
func (c *Card) Read(ctx context.Context, f lds.File) ([]byte, error) {
	if c.state == closed {
		return nil, fmt.Errorf("read %v: %w", f, ErrOrder)
	}
	if b, ok := c.have(f); ok {
		return bytes.Clone(b), nil
	}
	if f == lds.CardAccess {
		return nil, fmt.Errorf("read %v: %w", f, card.ErrFileNotFound)
	}
	in := application
	if f.InMasterFile() {
		in = masterFile
	}
	if err := c.enter(ctx, in); err != nil {
		return nil, err
	}
	b, err := c.fetch(ctx, f)
	if err != nil {
		return nil, err
	}
	c.take(f, b)
	if f == lds.DG14 {
		if err := c.compareDG14(); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// have gives a file that needs not be read.
func (c *Card) have(f lds.File) (content []byte, ok bool) {
	switch f {
	case lds.CardAccess:
		content = c.cardAccess
	case lds.SOD:
		content = c.sod
	case lds.DG14:
		content = c.dg14
	case lds.DG15:
		content = c.dg15
	}
	return content, content != nil
}

// take keeps what later steps need of a file.
func (c *Card) take(f lds.File, content []byte) {
	switch f {
	case lds.SOD:
		c.sod = bytes.Clone(content)
	case lds.DG14:
		c.dg14 = bytes.Clone(content)
	case lds.DG15:
		c.dg15 = bytes.Clone(content)
	case lds.DG1:
		c.named.read(content)
	}
}

// fetch reads a file of the directory that is selected.
func (c *Card) fetch(ctx context.Context, f lds.File) ([]byte, error) {
	before := c.reader.MaxLe()
	b, err := c.reader.Read(ctx, f)
	c.selects = c.selects || c.reader.UsesSelect()
	if err != nil {
		if smaller := c.reader.MaxLe(); smaller < before && refusedLength(err) {
			err = c.reopen(err, smaller)
		}
		return nil, err
	}
	c.maxLe = c.reader.MaxLe()
	return b, nil
}
