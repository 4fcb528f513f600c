package record

import (
	"io/fs"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/card/lds"
)

// CheckOptions is what Check compares with.
type CheckOptions struct {
	// Trust holds the anchors, and revocation lists if there are any. Its
	// options decide about laboratories and old algorithms. Without it no chain
	// is checked, and both are refused.
	Trust *csca.Store

	// Keys are those of the provider that signed the record; see ReadKeys.
	Keys jose.JSONWebKeySet

	// Now is the time of the checks that depend on it.
	Now time.Time
}

// Check verifies the files of a document again, offline: a directory as the
// command "cnie read --out" writes it, DG1.bin, SOD.bin and so on, with the
// signed record of a login as record.jws or without. It says of each check what
// came out, and of what cannot be checked why not.
//
// The time that decides is that of the end of the login when a key of o.Keys
// has signed the record. Otherwise it is o.Now, for an unsigned time proves
// nothing. What is different today is said beside it.
//
// The directory may come from anyone. Of os.DirFS and the FS of an os.Root no
// symbolic link is followed; no more than MaxEntries entries, and of each file
// no more than MaxFile bytes are read. An error means that nothing could be
// checked: the directory cannot be read, or has no readable EF.SOD (ErrNoSOD).
func Check(dir fs.FS, o CheckOptions) (*Report, error) {
	d, err := readDirectory(dir)
	if err != nil {
		return nil, err
	}
	c := &inspection{
		directory: d, trust: o.Trust, keys: o.Keys, now: o.Now.UTC().Truncate(time.Second),
		Report: &Report{}, genuine: map[lds.File]bool{},
	}
	for _, check := range []func(){
		c.checkRecord, c.checkSecurityObject, c.checkChain, c.checkChainToday, c.checkHashes, c.checkZone, c.checkOtherGroups,
		c.checkCommon, c.checkAccess, c.checkCardSecurity, c.compareRecord, c.listUncheckable, c.listOddities,
	} {
		check()
	}
	c.Verdict = c.verdict()
	return c.Report, nil
}

// inspection is one run of Check.
type inspection struct {
	*Report
	*directory
	trust *csca.Store // nil when there is none
	keys  jose.JSONWebKeySet
	now   time.Time

	object  *lds.SecurityObject      // of EF.SOD, nil when it cannot be read
	signer  *certificate.Certificate // of EF.SOD, nil when it cannot be found
	genuine map[lds.File]bool        // files with the hash of the security object
}

// options are those under which certificates are read.
func (c *inspection) options() certificate.Options {
	if c.trust == nil {
		return certificate.Options{}
	}
	return c.trust.Options()
}

func (c *inspection) verdict() Result {
	for _, item := range c.Items {
		if item.Result == Bad && !item.Informative {
			return Bad
		}
	}
	if c.result(passiveauth.CheckChain) != Good {
		return Unchecked
	}
	return Good
}
