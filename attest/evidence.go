package attest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/record"
	"cnie.example/attest/refusal"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
)

// Record is the evidence record of a Login that has ended here, also of one
// that was refused: what was checked, with what, and what came of it. It stays
// after Close. The caller signs it (record.Record.Sign) and keeps it. It fails
// with ErrNoRecord before the end, and in a Login that was sealed: where it
// ends, there is its record.
//
// It holds no key and nothing that the document says about its holder. But the
// hashes of SOD, DG14 and DG15 are the same at every login with a document, and
// tell it to whoever has its files: records of one person can be put together.
//
// The result is the caller's.
func (l *Login) Record() (*record.Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != proved && l.state != dead {
		return nil, ErrNoRecord
	}
	return cloneRecord(&l.record), nil
}

func cloneRecord(r *record.Record) *record.Record {
	c := *r
	c.Limits, c.Checks = slices.Clone(r.Limits), slices.Clone(r.Checks)
	if r.Document != nil {
		d := *r.Document
		d.Files, d.Authorities = slices.Clone(d.Files), slices.Clone(d.Authorities)
		if d.Signer != nil {
			signer := *d.Signer
			d.Signer = &signer
		}
		c.Document = &d
	}
	if r.Revocation != nil {
		v := *r.Revocation
		v.Lists = slices.Clone(v.Lists)
		c.Revocation = &v
	}
	if r.Chip != nil {
		chip := *r.Chip
		c.Chip = &chip
	}
	return &c
}

// conclude writes how the Login ended. The first end counts, but an error takes
// a success back that Close has not made final.
func (l *Login) conclude(err error) {
	first := l.record.Ended.IsZero()
	if !first && (err == nil || l.state != proved) {
		return
	}
	r := &l.record
	if first {
		r.Ended = seconds(l.verifier.config.Clock())
		if r.Ended.Before(r.Begun) { // the clock was set back
			r.Ended = r.Begun
		}
		r.Limits = level.Limits(l.evidence())
	}
	reached := l.level
	if err != nil {
		reached = level.None
		r.Refused, _ = refusal.Of(err)
	}
	r.Reached, r.Candidate = reached.String(), reached.Candidate()
}

// maxWith is the longest text of what something was checked with, in bytes.
const maxWith = 512

// passed emits a check, once, with what it was made with.
func (l *Login) passed(c Check, with string) {
	if !l.hasPassed(c) {
		l.record.Checks = append(l.record.Checks, record.Passed{Name: string(c), With: printable(with, maxWith)})
	}
}

// hasPassed says whether all of the checks have passed.
func (l *Login) hasPassed(checks ...Check) bool {
	return !slices.ContainsFunc(checks, func(c Check) bool {
		return !slices.ContainsFunc(l.record.Checks, func(r record.Passed) bool { return r.Name == string(c) })
	})
}

// noteDocument keeps what passive authentication found out. Names of
// certificates are noted only when they lead to an anchor: anybody can write
// others.
func (l *Login) noteDocument(sod []byte, d *passiveauth.Document, trust *csca.Store, now time.Time) {
	for _, f := range d.Findings {
		if f.Passed {
			l.passed(Check(f.Check), f.With)
		}
	}
	l.record.Trust.SHA256 = trust.Digest()
	noted := &record.Document{SOD: sha256.Sum256(sod)}
	l.record.Document = noted
	if d.Chain == nil {
		return
	}
	signer := named(d.Signer)
	noted.Signer, noted.Country = &signer, d.Signer.Country
	if l.hasPassed(CheckSignature) { // before, anybody could have stated it
		noted.SigningTime = seconds(d.SigningTime)
	}
	if d.Object.Hash != 0 {
		noted.Digest = d.Object.Hash.String()
	}
	l.record.Lab = d.Signer.Lab
	for _, authority := range d.Chain {
		noted.Authorities = append(noted.Authorities, named(authority))
		l.record.Lab = l.record.Lab || authority.Lab
	}
	l.record.Revocation = revocation(d, trust, now)
}

// revocation names the lists that were asked about the signer and about each
// authority below the anchor.
func revocation(d *passiveauth.Document, trust *csca.Store, now time.Time) *record.Revocation {
	noted := &record.Revocation{State: d.Revocation.String()}
	subject := d.Signer
	for _, issuer := range d.Chain {
		if asked := trust.Revocation(subject, issuer, now).List; asked != nil {
			list := record.RevocationList{
				Issuer: nameOf(asked.Issuer), ThisUpdate: seconds(asked.ThisUpdate), SHA256: asked.Fingerprint(),
			}
			if !slices.Contains(noted.Lists, list) {
				noted.Lists = append(noted.Lists, list)
			}
		}
		subject = issuer
	}
	return noted
}

// noteFile keeps the name of a file that has the signed hash, in the order of
// the data groups.
func (l *Login) noteFile(f lds.File) {
	files := l.record.Document.Files
	at, found := slices.BinarySearchFunc(files, f, func(name string, f lds.File) int {
		g, err := lds.ParseFile(name)
		if err != nil {
			return -1
		}
		return int(g) - int(f)
	})
	if !found {
		l.record.Document.Files = slices.Insert(files, at, f.String())
	}
}

// chipOf describes chip authentication with a key of DG14.
func chipOf(key chipauth.Key) *record.Chip {
	protocol := key.OID.String()
	if key.OID == nil {
		protocol = key.Cipher.String()
	}
	return &record.Chip{
		Proof: record.ChipAuthentication, Attestation: record.AttestedByProvider,
		Protocol: protocol, Curve: key.Point.Curve().Name(), KeyID: hex.EncodeToString(key.KeyID),
	}
}

// activeChip describes active authentication with the key of DG15.
func activeChip(key lds.ActiveAuthenticationKey) *record.Chip {
	chip := &record.Chip{Proof: record.ActiveAuthentication, Attestation: record.SignedByChip, Protocol: "ECDSA"}
	if key.RSA != nil {
		chip.Protocol = fmt.Sprintf("RSA-%d", key.RSA.N.BitLen())
		return chip
	}
	chip.Curve = key.Curve.Name()
	return chip
}

// maxSubject is the longest name of a certificate, in bytes.
const maxSubject = 2048

func named(c *certificate.Certificate) record.Certificate {
	return record.Certificate{
		Subject: nameOf(c.Subject), Issuer: nameOf(c.Issuer), Serial: hex.EncodeToString(c.Serial),
		SHA256: c.Fingerprint(), NotBefore: seconds(c.NotBefore), NotAfter: seconds(c.NotAfter),
	}
}

func nameOf(n certificate.Name) string { return printable(n.String(), maxSubject) }

// printable is a text for the record: UTF-8 without control characters, cut
// after at most n bytes.
func printable(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// seconds is a time as records have it. The zero time stays zero.
func seconds(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}
