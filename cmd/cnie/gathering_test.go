package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"testing"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/language"
)

// named is a document of a named profile.
func named(t *testing.T, name string, change func(*issuer.Profile)) vcard.Personalisation {
	t.Helper()
	profile, ok := issuer.FindProfile(name)
	if !ok {
		t.Fatalf("no profile %s", name)
	}
	if change != nil {
		change(&profile)
	}
	p, err := personalise(profile)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// readOf reads a document by what its profile has: CAN, or the zone by PACE, or
// by Basic Access Control where it has no PACE and byName asks for that.
func readOf(t *testing.T, p vcard.Personalisation, wants func(lds.File) bool, byName bool, seen func([]byte)) (contents, error) {
	t.Helper()
	chip, err := vcard.New(p, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var secret password
	switch {
	case len(p.CAN) > 0:
		secret.pace, err = pace.CAN(p.CAN)
	case byName:
		secret.bac = bac.NewPassword(information(t, p))
	default:
		secret.pace = pace.MRZ(information(t, p))
	}
	if err != nil {
		t.Fatal(err)
	}
	watched := card.TransmitterFunc(func(ctx context.Context, command []byte) ([]byte, error) {
		if seen != nil {
			seen(command)
		}
		return chip.Transmit(ctx, command)
	})
	text := wordsIn(language.English)
	r := reading{
		card: watched, atr: p.ATR, rand: rand.Reader, password: secret,
		wants: wants, progress: newProgress(io.Discard, text), words: text,
	}
	return r.run(t.Context())
}

func information(t *testing.T, p vcard.Personalisation) []byte {
	t.Helper()
	zone, err := lds.ParseDG1(p.Files[vcard.FIDDG1])
	if err != nil {
		t.Fatal(err)
	}
	return zone.Information()
}

// without takes a tag out of the list of EF.COM, which nobody signs.
func without(com []byte, tag byte) []byte {
	list := bytes.IndexByte(com, 0x5C)
	tags := com[list+2:]
	kept := slices.DeleteFunc(bytes.Clone(tags), func(b byte) bool { return b == tag })
	gone := byte(len(tags) - len(kept))
	out := append(bytes.Clone(com[:list+2]), kept...)
	out[1] -= gone
	out[list+1] -= gone
	return out
}

// A copy that holds genuine signed files and hides one, in its directory and in
// EF.COM. Would catch: a copy without a key that passes for a document that was
// issued without one, and a file that goes unnoticed.
func TestCopyThatHidesAFile(t *testing.T) {
	for name, c := range map[string]struct {
		profile string
		fid     uint16
		tag     byte
		wants   func(lds.File) bool
		want    string
	}{
		"chip key":                    {"cnie", vcard.FIDDG14, 0x6E, wantsIdentity, "chip_not_genuine"},
		"chip key of 3DES":            {"passport", vcard.FIDDG14, 0x6E, wantsIdentity, "chip_not_genuine"},
		"key of active RSA":           {"active-rsa", vcard.FIDDG15, 0x6F, wantsIdentity, "chip_not_genuine"},
		"key of active ECDSA":         {"active-ecdsa", vcard.FIDDG15, 0x6F, wantsIdentity, "chip_not_genuine"},
		"protocols beside active key": {"active-ecdsa", vcard.FIDDG14, 0x6E, wantsIdentity, "chip_not_genuine"},
		"details":                     {"cnie", vcard.FIDDG11, 0x6B, wantsIdentity, "file_missing"},
		"zone":                        {"cnie", vcard.FIDDG1, 0x61, wantsIdentity, "file_missing"},
		"photo, for --out":            {"cnie", vcard.FIDDG2, 0x75, wantsAll, "file_missing"},
		"photo, not wanted":           {"cnie", vcard.FIDDG2, 0x75, wantsIdentity, ""},
	} {
		p := named(t, c.profile, nil)
		delete(p.Files, c.fid)
		com := without(p.Files[vcard.FIDCOM], c.tag)
		if len(com) == len(p.Files[vcard.FIDCOM]) {
			t.Fatalf("%s: EF.COM is unchanged", name)
		}
		p.Files[vcard.FIDCOM] = com
		_, err := readOf(t, p, c.wants, false, nil)
		if (err == nil) != (c.want == "") || err != nil && string(problemOf(err)) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// Would catch: a file that is left out because EF.COM leaves it out, and a
// document that cannot be read because it lacks or garbles that file.
func TestReadingDoesNotGoByCOM(t *testing.T) {
	for name, com := range map[string][]byte{"absent": nil, "cut": {0x60, 0x00}, "short list": nil} {
		p := named(t, "cnie", nil)
		switch {
		case name == "short list":
			p.Files[vcard.FIDCOM] = without(p.Files[vcard.FIDCOM], 0x6B)
		case com == nil:
			delete(p.Files, vcard.FIDCOM)
		default:
			p.Files[vcard.FIDCOM] = com
		}
		for _, wants := range []func(lds.File) bool{wantsIdentity, wantsAll} {
			read, err := readOf(t, p, wants, false, nil)
			if err != nil || read.proof.Method != cnie.ChipAuthentication || len(read.files[lds.DG11]) == 0 {
				t.Errorf("%s: %v, proof %q, %d files", name, err, read.proof.Method, len(read.files))
			}
		}
	}
}

// A copy with a chip key of its own in a DG14 that the signed list does not
// have. Would catch: a proof by it that passes for one of the document.
func TestUnlistedChipKey(t *testing.T) {
	genuine := named(t, "cnie", func(p *issuer.Profile) {
		p.Files, p.ChipKeys = []string{"DG1", "DG2", "DG11"}, []issuer.ChipKey{}
	})
	own := named(t, "cnie", nil)
	if read, err := readOf(t, genuine, wantsIdentity, false, nil); err != nil || read.proof.Method != cnie.NoMethod {
		t.Fatalf("document without a key: %v, %q", err, read.proof.Method)
	}
	genuine.Files[vcard.FIDDG14], genuine.ChipKeys = own.Files[vcard.FIDDG14], own.ChipKeys
	if _, err := readOf(t, genuine, wantsIdentity, false, nil); err == nil || problemOf(err) != "file_not_listed" {
		t.Errorf("%v", err)
	}
	genuine.Files[vcard.FIDSOD] = []byte{0x77, 0x00}
	if _, err := readOf(t, genuine, wantsIdentity, false, nil); err == nil || problemOf(err) != "sod_malformed" {
		t.Errorf("no list: %v", err)
	}
}

// Would catch: a key of active authentication whose digest --anchors never
// looks at, or one that is read again to be looked at: a copy could give its own
// the first time and the signed one the second time.
func TestActiveKeyIsAmongTheVerified(t *testing.T) {
	for _, profile := range []string{"active-rsa", "active-ecdsa"} {
		p := named(t, profile, nil)
		reads := 0
		read, err := readOf(t, p, wantsIdentity, false, func(command []byte) {
			if command[1] == 0xB0 && command[2] == 0x80|lds.DG15.SFI() {
				reads++
			}
		})
		if reads != 1 {
			t.Errorf("%s: DG15 is read %d times", profile, reads)
		}
		if err != nil || read.proof.Method != cnie.ActiveAuthentication || !bytes.Equal(read.files[lds.DG15], p.Files[vcard.FIDDG15]) {
			t.Errorf("%s: %v, proof %q, DG15 of %d bytes", profile, err, read.proof.Method, len(read.files[lds.DG15]))
		}
	}
}

// Every named document with all its files. Would catch: a document that --out
// cannot read, fingerprints that are asked for, files of the master file that
// stay unread, and one that ends a reading by being absent.
func TestReadingAllFiles(t *testing.T) {
	for _, profile := range issuer.Profiles() {
		p := named(t, profile.Name, nil)
		read, err := readOf(t, p, wantsAll, true, func(command []byte) {
			if command[1] == 0xB0 && (command[2] == 0x83 || command[2] == 0x84) {
				t.Errorf("%s: fingerprints or iris images are asked for", profile.Name)
			}
		})
		if err != nil {
			t.Errorf("%s: %v", profile.Name, err)
			continue
		}
		for f, fid := range map[lds.File]uint16{lds.CardSecurity: vcard.FIDCardSecurity, lds.DIR: vcard.FIDDIR, lds.ATRInfo: vcard.FIDATRInfo} {
			if !bytes.Equal(read.files[f], p.MasterFiles[fid]) {
				t.Errorf("%s: %v of %d bytes, want %d", profile.Name, f, len(read.files[f]), len(p.MasterFiles[fid]))
			}
		}
		for fid, content := range p.Files {
			f := lds.File(fid & 0x1F)
			if f != lds.DG3 && !bytes.Equal(read.files[f], content) {
				t.Errorf("%s: %v of %d bytes, want %d", profile.Name, f, len(read.files[f]), len(content))
			}
		}
	}
}

// A document from before PACE, without --bac. Would catch: Basic Access Control
// that is begun all the same, advice to use another card, and a card of another
// kind that is told to be a passport.
func TestDocumentWithoutPACE(t *testing.T) {
	var commands [][]byte
	_, err := readOf(t, named(t, "bac", nil), wantsIdentity, false, func(command []byte) {
		commands = append(commands, bytes.Clone(command))
	})
	if err == nil || problemOf(err) != "pace_missing" || !errors.Is(err, cnie.ErrUnknownCard) {
		t.Errorf("%v", err)
	}
	for i, c := range commands {
		if c[1] != 0xA4 && c[1] != 0xB0 {
			t.Errorf("command %d is %X", i+1, c[:4])
		}
	}
	read, err := readOf(t, named(t, "bac", nil), wantsIdentity, true, nil)
	if err != nil || read.proof.Method != cnie.NoMethod {
		t.Errorf("by name: %v", err)
	}
	other := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return []byte{0x6A, 0x82}, nil })
	can, err := pace.CAN([]byte("574139"))
	if err != nil {
		t.Fatal(err)
	}
	text := wordsIn(language.English)
	r := reading{card: other, rand: rand.Reader, password: password{pace: can}, wants: wantsIdentity, progress: newProgress(io.Discard, text), words: text}
	if _, err := r.run(t.Context()); err == nil || problemOf(err) != "card_unknown" {
		t.Errorf("other card: %v", err)
	}
}
