package passiveauth_test

import (
	"crypto"
	"slices"
	"strings"
	"testing"
	"time"

	at "cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/card/lds"
)

// Catches a form of document, certificate or signature that states issue and
// that is refused.
func TestAcceptedVariants(t *testing.T) {
	for name, change := range map[string]func(w *world){
		"unchanged": func(w *world) {},
		"laboratory": func(w *world) {
			w.opts = labOptions()
			for _, c := range []*at.Certificate{w.csca, w.ds} {
				c.Set(at.Extension{ID: at.Laboratory, Critical: true, Value: at.Null()})
			}
		},
		"named by key identifier":     func(w *world) { w.document = func(d *at.Document) { d.Signer().KeyIdentifier = w.ds.KeyIdentifier() } },
		"no authority key identifier": func(w *world) { w.ds.Remove(at.AuthorityKeyIdentifier) },
		"unknown authority key":       func(w *world) { w.ds.Set(at.AuthorityKey([]byte("other"))) },
		"issuer in another case":      func(w *world) { w.ds.Remove(at.AuthorityKeyIdentifier).Issuer = at.NewName("UT", "csca specimen") },
		"other name of the issuer":    func(w *world) { w.ds.Issuer = at.NewName("UT", "CSCA OLD NAME") },
		"country in lower case":       func(w *world) { w.ds.Subject = at.NewName("ut", "DS SPECIMEN") },
		"one second left":             func(w *world) { w.ds.NotAfter, w.csca.NotAfter = w.policy.Now, w.policy.Now },
		"first second":                func(w *world) { w.ds.NotBefore, w.csca.NotBefore = w.policy.Now, w.policy.Now },
		"certificate of the authority too": func(w *world) {
			w.document = func(d *at.Document) { d.Signed.Certificates = append([][]byte{w.csca.DER()}, d.Signed.Certificates...) }
		},
		"unreadable certificate beside": func(w *world) {
			w.document = func(d *at.Document) {
				d.Signed.Certificates = append([][]byte{at.Sequence()}, d.Signed.Certificates...)
			}
		},
		"revocation list inside, which is no evidence": func(w *world) {
			w.document = func(d *at.Document) {
				d.Signed.RevocationLists = [][]byte{w.state.RevocationList(w.csca, w.ds).DER()}
			}
		},
		"LDS 1.8": func(w *world) {
			w.document = func(d *at.Document) {
				d.Object.Version, d.Object.LDSVersion, d.Object.UnicodeVersion = 1, "0108", "040000"
			}
		},
		"LDS 1.7 in version 1": func(w *world) {
			w.document = func(d *at.Document) {
				d.Object.Version, d.Object.LDSVersion, d.Object.UnicodeVersion = 1, "0107", "040000"
			}
		},
		"SHA-512 of the files": func(w *world) { w.document = func(d *at.Document) { d.Object.Rehash(crypto.SHA512, contents()) } },
		"SHA-224 of the files": func(w *world) { w.document = func(d *at.Document) { d.Object.Rehash(crypto.SHA224, contents()) } },
		"PSS":                  func(w *world) { rsaPSS(w, func(*at.SignerInfo) {}) },
		"PSS with a long salt": func(w *world) { rsaPSS(w, func(s *at.SignerInfo) { s.Algorithm.Salt = 64 }) },
		"SHA-1 allowed": func(w *world) {
			w.opts.SHA1 = true
			w.document = func(d *at.Document) {
				d.Object.Rehash(crypto.SHA1, contents())
				d.Signer().SignWith(at.ECDSA(crypto.SHA1))
			}
		},
		"SHA-1 of the files under SHA-256 allowed": func(w *world) {
			w.opts.SHA1 = true
			w.document = func(d *at.Document) { d.Object.Rehash(crypto.SHA1, contents()) }
		},
		"signed just now": func(w *world) {
			w.document = func(d *at.Document) { d.Signer().SigningTime = w.policy.Now.Add(passiveauth.ClockTolerance) }
		},
		"signed in the last second of the key": func(w *world) {
			end := w.state.Begin.AddDate(0, 3, 0)
			w.ds.Set(at.KeyPeriod(w.state.Begin, end))
			w.document = func(d *at.Document) { d.Signer().SigningTime = end }
		},
		"key period without an end": func(w *world) {
			w.ds.Set(at.KeyPeriod(w.state.Begin, time.Time{}))
			w.document = func(d *at.Document) { d.Signer().SigningTime = w.state.Begin.AddDate(0, 3, 0) }
		},
		"under a link": func(w *world) { linked(w) },
		"expired authority that the operator extends": func(w *world) {
			w.csca.NotAfter = w.policy.Now.AddDate(0, -1, 0)
			w.trust = func(c *csca.Contents) {
				c.Overrides.Extend = []csca.Extension{{
					SHA256: csca.Fingerprint(c.Anchors[0].Fingerprint()), Until: csca.DayOf(w.policy.Now), Reason: "SPECIMEN",
				}}
			}
		},
	} {
		w := newWorld()
		change(w)
		d, err := w.verify(t)
		want := passing(passiveauth.CheckRevocation, passiveauth.CheckSigningTime)
		if err == nil && !d.SigningTime.IsZero() {
			want = passing(passiveauth.CheckRevocation)
		}
		if err != nil || !slices.Equal(d.Checks, want) || !slices.Equal(names(d), order) {
			t.Errorf("%s: %v, checks %q", name, err, d.Checks)
			continue
		}
		for f, content := range contents() {
			if err := d.CheckFile(f, content); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Catches a chain that is built with the wrong one of several keys of one name.
func TestSeveralKeysOfOneName(t *testing.T) {
	w := newWorld()
	for range 3 {
		w.anchors = append(w.anchors, w.state.CSCA("CSCA SPECIMEN"))
	}
	w.anchors = append(w.anchors, w.csca)
	d, err := w.verify(t)
	if err != nil || !slices.Equal(d.Chain.Anchor().SubjectKeyID, w.csca.KeyIdentifier()) {
		t.Errorf("%v", err)
	}
}

// Catches findings that do not say with what a check was made, and one that
// shows what is in the files.
func TestFindingsSayWithWhat(t *testing.T) {
	w := newWorld()
	when := w.state.Begin.AddDate(0, 1, 0)
	w.document = func(d *at.Document) { d.Signer().SigningTime = when }
	w.lists = []*at.RevocationList{w.state.RevocationList(w.csca)}
	d, err := w.verify(t)
	if err != nil || !d.SigningTime.Equal(when) {
		t.Fatalf("%v, signed %v", err, d.SigningTime)
	}
	if err := d.CheckFile(lds.DG1, fileContent(lds.DG1)); err != nil {
		t.Fatal(err)
	}
	print := fingerprint(t, w.ds).String()
	want := map[string]string{
		passiveauth.CheckSigner:       "C=UT, O=SPECIMEN, CN=DS SPECIMEN; EC P-256; " + print,
		passiveauth.CheckDigest:       "SHA-256",
		passiveauth.CheckChain:        "C=UT, O=SPECIMEN, CN=CSCA SPECIMEN; EC P-256; " + fingerprint(t, w.csca).String(),
		passiveauth.CheckDSValidity:   "2026-01-01 to 2036-01-01",
		passiveauth.CheckCSCAValidity: "2026-01-01 to 2041-01-01",
		passiveauth.CheckRevocation:   "not_revoked; list of 2026-12-31 by C=UT, O=SPECIMEN, CN=CSCA SPECIMEN",
		passiveauth.CheckSigningTime:  "2026-02-01T00:00:00Z",
		passiveauth.CheckSignature:    "ECDSA with SHA-256 by EC P-256",
		passiveauth.CheckObject:       "version 0, SHA-256",
		passiveauth.CheckCountry:      "UT",
		"dg1_hash":                    "SHA-256",
	}
	for _, f := range d.Findings {
		if !f.Passed || f.Reason != "" || f.With == "" || strings.Contains(f.With, "DG1") {
			t.Errorf("%+v", f)
		}
		if text, ok := want[f.Check]; ok && !strings.HasPrefix(f.With, text) {
			t.Errorf("%s: %q, want %q", f.Check, f.With, text)
		}
		delete(want, f.Check)
	}
	if len(want) > 0 {
		t.Errorf("no findings of %v", want)
	}
	if !slices.Equal(d.Checks, append(passing(), "dg1_hash")) {
		t.Errorf("checks %q", d.Checks)
	}
}

// Catches a check that could not be made and counts as passed.
func TestChecksThatAreNotMade(t *testing.T) {
	d, err := newWorld().verify(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range d.Findings {
		made := f.Check != passiveauth.CheckRevocation && f.Check != passiveauth.CheckSigningTime
		if f.Passed != made || f.Reason != "" {
			t.Errorf("%+v", f)
		}
	}
	if d.Revocation != csca.NoList || !d.SigningTime.IsZero() {
		t.Errorf("revocation %v, signed %v", d.Revocation, d.SigningTime)
	}
}

// Catches deviations of a certificate or of the SOD that are let pass without
// a word.
func TestDeviationsAreNamed(t *testing.T) {
	w := newWorld()
	w.ds.Serial = []byte{0xF5}
	w.document = func(d *at.Document) { d.Signer().Unsigned = at.Attribute(at.Unknown, at.Null()) }
	d, err := w.verify(t)
	if err != nil || !strings.Contains(d.Findings[0].With, string(cms.UnsignedAttributes)) ||
		!strings.Contains(d.Findings[1].With, string(certificate.NegativeSerial)) {
		t.Errorf("%v, %+v", err, d.Findings)
	}
}
