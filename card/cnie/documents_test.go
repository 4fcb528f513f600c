package cnie_test

import (
	"encoding/hex"
	"encoding/pem"
	"os"
	"sync"
	"testing"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// laboratoryKeys are SPECIMEN keys of the virtual card's issuer.
const laboratoryKeys = "../vcard/issuer/testdata/lab"

// subject is a document with the way in which it is opened, and what is read.
type subject struct {
	name       string
	profile    string // of package issuer
	preference pace.Preference
	bac        bool // opened by Basic Access Control
	known      bool // opened as a known document
	files      []lds.File

	login, read int // APDUs; 0: the flow is not possible
}

// subjects are the documents of the golden transcripts. The numbers of APDUs of
// logins are those of docs/performance.md.
func subjects() []subject {
	mapping := pace.Preference{ChipAuthentication: true}
	identity := []lds.File{lds.DG1, lds.DG11}
	photo := []lds.File{lds.DG1, lds.DG11, lds.DG2}
	machine := []lds.File{lds.DG1}
	return []subject{
		{name: "cnie", profile: "cnie", files: identity, login: 13, read: 15},
		{name: "cnie-photo", profile: "cnie", files: photo, read: 16},
		{name: "cnie-short", profile: "short", files: identity, login: 24, read: 26},
		{name: "cnie-known", profile: "cnie", known: true, files: identity, login: 10, read: 12},
		{name: "cnie-known-dg1", profile: "cnie", known: true, files: machine, login: 9},
		{name: "cnie-im", profile: "cnie", preference: pace.Preference{Integrated: true}, files: identity, login: 13, read: 15},
		{name: "cnie-select", profile: "select", files: identity, read: 25},
		{name: "passport", profile: "passport", files: identity, login: 12, read: 14},
		{name: "passport-bac", profile: "passport", bac: true, files: identity, login: 9, read: 11},
		{name: "cam", profile: "cam", preference: mapping, files: identity, login: 13, read: 12},
		{name: "active-rsa", profile: "active-rsa", files: machine, login: 12, read: 13},
		{name: "active-ecdsa", profile: "active-ecdsa", files: machine, login: 12, read: 13},
		{name: "bac", profile: "bac", bac: true, files: machine, read: 19},
	}
}

// profileOf finds the profile, whose secrets are in package issuer or testdata.
func profileOf(t testing.TB, name string) issuer.Profile {
	t.Helper()
	p, ok := issuer.FindProfile(name)
	if !ok {
		t.Fatalf("no profile %s", name)
	}
	if a := p.ActiveAuthentication; a != nil && a.Algorithm == "RSA" {
		text, err := os.ReadFile("testdata/active-rsa-key.pem")
		must(t, err)
		block, _ := pem.Decode(text)
		a.Key = hex.EncodeToString(block.Bytes)
	}
	return p
}

// issued keeps the documents of the issuer, which take time to sign.
var issued = struct {
	sync.Mutex
	lab  *issuer.Lab
	made map[string]vcard.Personalisation
}{made: map[string]vcard.Personalisation{}}

// document issues the SPECIMEN document of a profile, the same in every run.
func document(t testing.TB, profile string) vcard.Personalisation {
	t.Helper()
	issued.Lock()
	defer issued.Unlock()
	if issued.lab == nil {
		lab, err := issuer.LoadLab(laboratoryKeys)
		must(t, err)
		issued.lab = lab
	}
	p, ok := issued.made[profile]
	if !ok {
		var err error
		p, err = issued.lab.Personalise(seeded("issuer", 0), profileOf(t, profile))
		must(t, err)
		issued.made[profile] = p
	}
	return p.Clone()
}

// access opens the subject; what it is known by comes from the caller.
func (s subject) access(t testing.TB, seed int) cnie.Access {
	t.Helper()
	p := profileOf(t, s.profile)
	a := cnie.Access{Preference: s.preference, Rand: seeded("terminal", seed)}
	if s.bac {
		information, err := p.Information()
		must(t, err)
		a.BAC = bac.NewPassword(information)
		return a
	}
	var err error
	a.Password, err = pace.CAN([]byte(p.CAN))
	must(t, err)
	return a
}

// from opens the subject, known if need be.
func (s subject) from(t testing.TB, p vcard.Personalisation, seed int) cnie.Access {
	t.Helper()
	a := s.access(t, seed)
	if s.known {
		a.Known, a.MaxLe = knownOf(p), card.MaxExtendedLe
	}
	return a
}

// knownOf is the document as it was seen at an earlier opening.
func knownOf(p vcard.Personalisation) *cnie.Known {
	return &cnie.Known{
		CardAccess: p.MasterFiles[vcard.FIDCardAccess], SOD: p.Files[vcard.FIDSOD], DG14: p.Files[vcard.FIDDG14],
	}
}

// use is a flow with its number of APDUs.
type use struct {
	run     flow
	apdus   int
	reopens bool // by Use, when a length is refused
}

// flows are those that are possible with the subject.
func (s subject) flows() map[string]use {
	all := map[string]use{"login": {login, s.login, false}, "read": {read, s.read, true}}
	for name, u := range all {
		if u.apdus == 0 {
			delete(all, name)
		}
	}
	return all
}
