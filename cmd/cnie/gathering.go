package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/refusal"
	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/web/problem"
)

// gathering reads the files of an open document. What files there are is said
// by EF.SOD: EF.COM is signed by nobody, and a copy could leave out there what
// would give it away.
type gathering struct {
	*reading
	document *cnie.Card
	files    map[lds.File][]byte
}

// all reads the wanted files of the master file first: some cards refuse to go
// back to it.
func (g *gathering) all(ctx context.Context) error {
	if err := g.masterFile(ctx); err != nil {
		return err
	}
	if err := g.read(ctx, lds.SOD); err != nil {
		return err
	}
	listed, err := listedFiles(g.files[lds.SOD])
	if err != nil {
		return err
	}
	if err := g.prove(ctx, listed); err != nil {
		return err
	}
	if g.wants(lds.COM) {
		if err := g.offered(ctx, lds.COM); err != nil {
			return err
		}
	}
	for _, f := range listed {
		if !g.wants(f) || f == lds.DG3 || f == lds.DG4 {
			continue
		}
		if err := g.listed(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// listedFiles are the data groups for which EF.SOD has a digest. The signature
// is not verified here: with --anchors it is afterwards, over the same bytes.
func listedFiles(sod []byte) ([]lds.File, error) {
	der, err := lds.ParseSOD(sod)
	if err != nil {
		return nil, refusal.New(refusal.SODMalformed, err)
	}
	signed, err := cms.Parse(der)
	if errors.Is(err, certificate.ErrAlgorithm) {
		return nil, refusal.New(refusal.AlgorithmUnsupported, err)
	}
	if err != nil {
		return nil, refusal.New(refusal.SODMalformed, err)
	}
	object, err := lds.ParseSecurityObject(signed.Content)
	if err != nil {
		return nil, refusal.New(refusal.SODMalformed, err)
	}
	var list []lds.File
	for f := range object.Digests {
		list = append(list, f)
	}
	slices.Sort(list)
	return list, nil
}

// prove has the chip prove its key, of a file that EF.SOD lists. A chip that
// hides a key which it was issued with cannot prove it.
func (g *gathering) prove(ctx context.Context, listed []lds.File) error {
	if slices.Contains(listed, lds.DG14) {
		// Without it, Authenticate would take the document for one that has none.
		if err := g.listed(ctx, lds.DG14); err != nil {
			return err
		}
	}
	err := g.document.Authenticate(ctx)
	switch source := g.document.Proof().Source; {
	case errors.Is(err, cnie.ErrNoProof) && errors.Is(err, card.ErrFileNotFound) && slices.Contains(listed, lds.DG15):
		return missing(lds.DG15)
	case errors.Is(err, cnie.ErrNoProof):
		return nil
	case err != nil:
		return err
	case !source.IsDataGroup():
		return nil // EF.CardSecurity, which EF.SOD does not list
	case !slices.Contains(listed, source):
		return refusal.New(refusal.FileNotListed, fmt.Errorf("%v, by which the chip proved itself, has no digest in EF.SOD", source))
	default:
		return g.read(ctx, source) // the one that the proof went by
	}
}

// read reads a file that is not there yet.
func (g *gathering) read(ctx context.Context, f lds.File) error {
	if _, have := g.files[f]; have {
		return nil
	}
	g.progress.at(f.String())
	content, err := g.document.Read(ctx, f)
	if err == nil {
		g.files[f] = content
	}
	return err
}

// listed reads a file that EF.SOD lists and the card therefore has to have.
func (g *gathering) listed(ctx context.Context, f lds.File) error {
	err := g.read(ctx, f)
	if errors.Is(err, card.ErrFileNotFound) && !errors.Is(err, sm.ErrSecureMessaging) {
		return missing(f)
	}
	return err
}

// missing names a file that is listed and that the card says it does not have.
func missing(f lds.File) error {
	err := fmt.Errorf("%v has a digest in EF.SOD, and the card says that there is no such file", f)
	if f == lds.DG14 || f == lds.DG15 {
		return refusal.New(refusal.ChipNotGenuine, err)
	}
	return problem.Wrap(problem.FileMissing, err)
}

// masterFile reads EF.CardAccess, which Open had, and what else is wanted. After
// Basic Access Control the application is selected, and there is no safe way
// back.
func (g *gathering) masterFile(ctx context.Context) error {
	list := []lds.File{lds.CardAccess}
	if g.password.bac == nil {
		list = append(list, lds.ATRInfo, lds.DIR, lds.CardSecurity)
	}
	for _, f := range list {
		if f != lds.CardAccess && !g.wants(f) {
			continue
		}
		if err := g.offered(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// offered reads a file that nobody signs and nothing here goes by: a card that
// does not give it, or gives something else there, is read without.
func (g *gathering) offered(ctx context.Context, f lds.File) error {
	err := g.read(ctx, f)
	if errors.Is(err, sm.ErrSecureMessaging) {
		return err
	}
	_, refused := errors.AsType[*card.StatusError](err)
	for _, cause := range []error{card.ErrFileNotFound, lds.ErrFile, lds.ErrTooLong, lds.ErrTruncated} {
		refused = refused || errors.Is(err, cause)
	}
	if refused {
		return nil
	}
	return err
}
