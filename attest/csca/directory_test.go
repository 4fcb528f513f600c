package csca_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// holdings is a trust directory with a file of every kind.
type holdings struct {
	state              *attesttest.State
	root, anchor, next *attesttest.Certificate
	member             *attesttest.Certificate
	path               string
	dir                *csca.Directory
}

func (h *holdings) list(at time.Time) []byte {
	list := h.state.MasterList(h.state.ListSigner(h.root), h.root, h.member.DER())
	list.Signers[0].SigningTime = at
	return list.DER()
}

func newHoldings(t testing.TB) *holdings {
	t.Helper()
	s := newState()
	h := &holdings{state: s, path: filepath.Join(t.TempDir(), "trust")}
	h.root, h.anchor, h.next = s.CSCA("CSCA ROOT SPECIMEN"), s.CSCA("CSCA SPECIMEN"), s.CSCA("CSCA SPECIMEN")
	h.member = s.CSCA("CSCA MEMBER SPECIMEN")
	var err error
	if h.dir, err = csca.CreateDirectory(h.path); err != nil {
		t.Fatal(err)
	}
	for _, item := range []csca.Item{
		{Kind: csca.KindRoot, Name: "root.cer", Content: h.root.DER()},
		{Kind: csca.KindAnchor, Name: "anchor.pem", Content: inPEM("CERTIFICATE", h.anchor.DER())},
		{Kind: csca.KindPool, Name: "link.cer", Content: s.Link(h.anchor, h.next).DER()},
		{Kind: csca.KindList, Name: "list.ml", Content: h.list(today.Add(-10 * day)), Root: "root.cer"},
		{Kind: csca.KindRevocationList, Name: "anchor.crl", Content: s.RevocationList(h.anchor).DER()},
		{Kind: csca.KindOverrides, Name: "overrides.json", Content: []byte(`{"distrust":[{"sha256":"` + strings.Repeat("ab", 32) + `","reason":"SPECIMEN"}]}`)},
	} {
		if err := h.dir.Import(item, certificate.Options{}, today); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// open reads the directory anew, as another process does.
func (h *holdings) open(t testing.TB) *csca.Directory {
	t.Helper()
	d, err := csca.OpenDirectory(h.path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (h *holdings) file(name string) string { return filepath.Join(h.path, name) }

// Catches a kind of file that is imported and not loaded, or loaded as
// something else.
func TestDirectory(t *testing.T) {
	h := newHoldings(t)
	d := h.open(t)
	store, err := d.Load(certificate.Options{}, today)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		under *attesttest.Certificate
		err   error
	}{
		"anchor": {h.anchor, nil}, "link": {h.next, nil}, "list": {h.member, nil}, "root of the list": {h.root, csca.ErrUnknownIssuer},
	} {
		if _, err := store.Chain(parse(t, h.state.DS(test.under).DER()), today); !errors.Is(err, test.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ds := parse(t, h.state.DS(h.anchor).DER())
	if state := store.Revocation(ds, store.Anchors()[0], today).State; state != csca.NotRevoked {
		t.Errorf("revocation list: %v", state)
	}
	if o := store.Overrides(); len(o.Distrust) != 1 || o.Distrust[0].Reason != "SPECIMEN" {
		t.Errorf("overrides: %+v", o)
	}
	m := d.Manifest()
	if len(m.Files) != 6 || m.Files[3].File != "list.ml" || m.Files[3].Root != "root.cer" || m.Files[3].Day.String() != today.Format(time.DateOnly) {
		t.Errorf("%+v", m)
	}
	m.Files[0].File = "changed"
	if d.Manifest().Files[0].File == "changed" || d.Path() != h.path {
		t.Error("the manifest is shared")
	}
}

// Catches a policy on freshness that is written and not kept, and a merged one
// that is laxer than either.
func TestDirectoryFreshness(t *testing.T) {
	h, other := newHoldings(t), newHoldings(t)
	ds := parse(t, h.state.DS(h.anchor).DER())
	state := func(at time.Time, paths ...string) csca.RevocationState {
		store, err := csca.Load(paths, certificate.Options{}, today)
		if err != nil {
			t.Fatal(err)
		}
		return store.Revocation(ds, store.Anchors()[0], at).State
	}
	if err := h.dir.SetFreshness(csca.Freshness{MaxAge: 40 * day, Grace: 20 * day}); err != nil {
		t.Fatal(err)
	}
	// The list was made a day ago and the next one is due in 29 days.
	if state(today.Add(38*day), h.path) != csca.NotRevoked || state(today.Add(40*day), h.path) != csca.Stale {
		t.Error("the policy of the directory is not kept")
	}
	if state(today.Add(38*day), other.path) != csca.Stale {
		t.Error("the default is not kept")
	}
	if err := other.dir.Remove("overrides.json", certificate.Options{}, today); err != nil {
		t.Fatal(err)
	}
	if state(today.Add(38*day), h.path, other.path) != csca.Stale || state(today.Add(38*day), other.path, h.path) != csca.Stale {
		t.Error("the laxer policy counts")
	}
}

// Catches a directory that is loaded although somebody changed it.
func TestDirectoryTampering(t *testing.T) {
	for name, test := range map[string]struct {
		tamper func(*testing.T, *holdings)
		err    error
		file   string
	}{
		"content changed": {func(t *testing.T, h *holdings) {
			write(t, h.path, "anchor.pem", inPEM("CERTIFICATE", h.state.CSCA("CSCA ROGUE SPECIMEN").DER()))
		}, csca.ErrManifest, "anchor.pem"},
		"content appended": {func(t *testing.T, h *holdings) {
			content, _ := os.ReadFile(h.file("anchor.pem"))
			write(t, h.path, "anchor.pem", append(content, inPEM("CERTIFICATE", h.state.CSCA("CSCA ROGUE SPECIMEN").DER())...))
		}, csca.ErrManifest, "anchor.pem"},
		"file missing": {func(t *testing.T, h *holdings) { remove(t, h.file("link.cer")) }, csca.ErrManifest, "link.cer"},
		"file too many": {func(t *testing.T, h *holdings) {
			write(t, h.path, "rogue.cer", h.state.CSCA("CSCA ROGUE SPECIMEN").DER())
		}, csca.ErrManifest, "rogue.cer"},
		"folder too many": {func(t *testing.T, h *holdings) { must(t, os.Mkdir(h.file("more"), 0o700)) }, csca.ErrManifest, "more"},
		"symbolic link": {func(t *testing.T, h *holdings) {
			elsewhere := filepath.Join(t.TempDir(), "elsewhere")
			must(t, os.Rename(h.file("anchor.pem"), elsewhere))
			must(t, os.Symlink(elsewhere, h.file("anchor.pem")))
		}, csca.ErrManifest, "anchor.pem"},
		"symbolic link inside": {func(t *testing.T, h *holdings) {
			must(t, os.Rename(h.file("anchor.pem"), h.file(".new-x")))
			must(t, os.Symlink(".new-x", h.file("anchor.pem")))
		}, csca.ErrManifest, "anchor.pem"},
		"folder in place of a file": {func(t *testing.T, h *holdings) {
			remove(t, h.file("anchor.pem"))
			must(t, os.Mkdir(h.file("anchor.pem"), 0o700))
		}, csca.ErrManifest, "anchor.pem"},
		"file too long": {func(t *testing.T, h *holdings) { write(t, h.path, "anchor.pem", make([]byte, csca.MaxFile+1)) }, csca.ErrSize, "anchor.pem"},
		"manifest is a symbolic link": {func(t *testing.T, h *holdings) {
			must(t, os.Rename(h.file("trust.json"), h.file(".new-x")))
			must(t, os.Symlink(".new-x", h.file("trust.json")))
		}, csca.ErrManifest, "trust.json"},
		"manifest leads nowhere": {func(t *testing.T, h *holdings) {
			remove(t, h.file("trust.json"))
			must(t, os.Symlink("nowhere", h.file("trust.json")))
		}, csca.ErrManifest, "trust.json"},
		"manifest empty": {func(t *testing.T, h *holdings) { write(t, h.path, "trust.json", nil) }, csca.ErrManifest, "trust.json"},
		"root becomes an anchor of another hash": {func(t *testing.T, h *holdings) {
			edit(t, h, `"kind": "root"`, `"kind": "anchor"`)
			write(t, h.path, "root.cer", h.anchor.DER())
		}, csca.ErrManifest, "root.cer"},
		"list under another root": {func(t *testing.T, h *holdings) { edit(t, h, `"root": "root.cer"`, `"root": "anchor.pem"`) }, csca.ErrListRoot, "list.ml"},
		"link as anchor":          {func(t *testing.T, h *holdings) { edit(t, h, `"kind": "pool"`, `"kind": "anchor"`) }, csca.ErrNotSelfSigned, "link.cer"},
		"list as anchor":          {func(t *testing.T, h *holdings) { edit(t, h, `"kind": "crl"`, `"kind": "anchor"`) }, certificate.ErrSyntax, "anchor.crl"},
	} {
		h := newHoldings(t)
		test.tamper(t, h)
		_, err := csca.Load([]string{h.path}, certificate.Options{}, today)
		file, ok := errors.AsType[*csca.FileError](err)
		if !errors.Is(err, test.err) || !ok || file.Path != h.file(test.file) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, path string) {
	t.Helper()
	must(t, os.Remove(path))
}

// edit changes the manifest by hand.
func edit(t testing.TB, h *holdings, old, replacement string) {
	t.Helper()
	text, err := os.ReadFile(h.file("trust.json"))
	must(t, err)
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%q is not once in %s", old, text)
	}
	must(t, os.WriteFile(h.file("trust.json"), []byte(strings.Replace(string(text), old, replacement, 1)), 0o600))
}

// Catches a provider that does not start again because the signer of a list has
// expired, and one whose operator is not told.
func TestSignerExpiresAfterImport(t *testing.T) {
	h := newHoldings(t)
	later := today.AddDate(10, 0, 0)
	if !later.After(h.state.ListSigner(h.root).NotAfter) {
		t.Fatal("the signer is still valid")
	}
	for name, load := range map[string]func() (*csca.Store, error){
		"Directory.Load": func() (*csca.Store, error) { return h.open(t).Load(certificate.Options{}, later) },
		"Load":           func() (*csca.Store, error) { return csca.Load([]string{h.path}, certificate.Options{}, later) },
	} {
		store, err := load()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		lists := store.Lists()
		if len(lists) != 1 || lists[0].Expired(today) || !lists[0].Expired(later) || lists[0].Expired(lists[0].Until) || !lists[0].Expired(lists[0].Until.Add(time.Second)) {
			t.Errorf("%s: %+v", name, lists)
		}
	}
}

// Catches a signer that is judged at another time than the day of the import:
// a list that was not good then is not good because trust.json names it, and
// one whose signer expires on the day stays good.
func TestSignerOnTheDayOfImport(t *testing.T) {
	for name, test := range map[string]struct {
		from, until time.Time // of the signer
		imported    error
	}{
		"all the time":      {today.Add(-day), today.Add(9 * day), nil},
		"until this noon":   {today.Add(-day), today.Add(time.Minute), nil},
		"from this noon":    {today.Add(-time.Minute), today.Add(9 * day), nil},
		"until last noon":   {today.Add(-9 * day), today.Add(-day), csca.ErrListValidity},
		"until a while ago": {today.Add(-day), today.Add(-time.Minute), csca.ErrListValidity},
		"from soon":         {today.Add(time.Minute), today.Add(9 * day), csca.ErrListValidity},
	} {
		h := newHoldings(t)
		signer := h.state.ListSigner(h.root)
		signer.NotBefore, signer.NotAfter = test.from, test.until
		list := h.state.MasterList(signer, h.root, h.member.DER())
		list.Signers[0].SigningTime = today.Add(-time.Hour)
		err := h.dir.Import(csca.Item{Kind: csca.KindList, Name: "list.ml", Content: list.DER(), Root: "root.cer"}, certificate.Options{}, today)
		if !errors.Is(err, test.imported) {
			t.Errorf("%s: import: %v", name, err)
		}
		for _, at := range []time.Time{today, today.Add(day), today.AddDate(30, 0, 0)} {
			if _, err := h.open(t).Load(certificate.Options{}, at); err != nil {
				t.Errorf("%s: at %v: %v", name, at, err)
			}
		}
	}
	h := newHoldings(t)
	text, err := os.ReadFile(h.file("trust.json"))
	must(t, err)
	dayOfList := `"day": "` + today.Format(time.DateOnly) + `"`
	for _, other := range []string{`"day": "2001-01-01"`, `"day": "2099-01-01"`} {
		must(t, os.WriteFile(h.file("trust.json"), []byte(strings.ReplaceAll(string(text), dayOfList, other)), 0o600))
		if _, err := h.open(t).Load(certificate.Options{}, today); !errors.Is(err, csca.ErrListValidity) {
			t.Errorf("%s: %v", other, err)
		}
	}
}

// Catches a list whose signer was revoked after its import.
func TestDirectoryVerifiesAgain(t *testing.T) {
	h := newHoldings(t)
	signer := h.state.ListSigner(h.root)
	list := h.state.MasterList(signer, h.root, h.member.DER()).DER()
	must(t, h.dir.Import(csca.Item{Kind: csca.KindList, Name: "second.ml", Content: list, Root: "root.cer"}, certificate.Options{}, today))
	must(t, h.dir.Import(csca.Item{Kind: csca.KindAnchor, Name: "also.cer", Content: h.root.DER()}, certificate.Options{}, today))
	crl := csca.Item{Kind: csca.KindRevocationList, Name: "root.crl", Content: h.state.RevocationList(h.root, signer).DER()}
	if err := h.dir.Import(crl, certificate.Options{}, today); !errors.Is(err, csca.ErrRevoked) || !errors.Is(err, csca.ErrListSigner) {
		t.Errorf("signer revoked: %v", err)
	}
	must(t, h.dir.Remove("second.ml", certificate.Options{}, today))
	must(t, h.dir.Import(crl, certificate.Options{}, today))
}

// Catches an import that trusts what it does not verify, puts an older list in
// the place of a newer one, or leaves the directory changed after an error.
func TestImportRefuses(t *testing.T) {
	crl := func(h *holdings, change func(*attesttest.RevocationList)) csca.Item {
		l := h.state.RevocationList(h.anchor)
		change(l)
		return csca.Item{Kind: csca.KindRevocationList, Name: "anchor.crl", Content: l.DER()}
	}
	for name, test := range map[string]struct {
		item func(*holdings) csca.Item
		err  error
	}{
		"unknown kind": {func(h *holdings) csca.Item { return csca.Item{Kind: "secret", Name: "a.cer", Content: h.next.DER()} }, csca.ErrManifest},
		"no name":      {func(h *holdings) csca.Item { return csca.Item{Kind: csca.KindAnchor, Content: h.next.DER()} }, csca.ErrManifest},
		"way up": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "../a.cer", Content: h.next.DER()}
		}, csca.ErrManifest},
		"the manifest": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "Trust.json", Content: h.next.DER()}
		}, csca.ErrManifest},
		"other case": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "ANCHOR.pem", Content: h.next.DER()}
		}, csca.ErrManifest},
		"other kind": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "link.cer", Content: h.next.DER()}
		}, fs.ErrExist},
		"link as anchor": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "a.cer", Content: h.state.Link(h.anchor, h.next).DER()}
		}, csca.ErrNotSelfSigned},
		"DS as link": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindPool, Name: "a.cer", Content: h.state.DS(h.anchor).DER()}
		}, csca.ErrNotAuthority},
		"laboratory": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "a.cer", Content: h.next.Set(attesttest.Lab()).DER()}
		}, certificate.ErrLab},
		"no root named": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindList, Name: "a.ml", Content: h.list(today)}
		}, csca.ErrManifest},
		"link as root": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindList, Name: "a.ml", Content: h.list(today), Root: "link.cer"}
		}, csca.ErrManifest},
		"wrong root": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindList, Name: "a.ml", Content: h.list(today), Root: "anchor.pem"}
		}, csca.ErrListRoot},
		"root for an anchor": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "a.cer", Content: h.next.DER(), Root: "root.cer"}
		}, csca.ErrManifest},
		"older list": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindList, Name: "list.ml", Content: h.list(today.Add(-11 * day)), Root: "root.cer"}
		}, csca.ErrOlder},
		"list of no time": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindList, Name: "list.ml", Content: h.list(time.Time{}), Root: "root.cer"}
		}, csca.ErrOlder},
		"certificate, crl": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindRevocationList, Name: "a.crl", Content: inPEM("CERTIFICATE", h.next.DER())}
		}, csca.ErrPEM},
		"crl, certificate": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "a.pem", Content: inPEM("X509 CRL", h.next.DER())}
		}, csca.ErrPEM},
		"crl of a stranger": {func(h *holdings) csca.Item {
			return crl(h, func(l *attesttest.RevocationList) { l.Signer = h.state.Key() })
		}, csca.ErrRevocationSigner},
		"crl of the future": {func(h *holdings) csca.Item {
			return crl(h, func(l *attesttest.RevocationList) { l.ThisUpdate = today.Add(time.Second) })
		}, csca.ErrFuture},
		"older crl": {func(h *holdings) csca.Item {
			return crl(h, func(l *attesttest.RevocationList) {
				l.Extensions = l.Extensions.With(attesttest.Extension{ID: attesttest.CRLNumber, Value: attesttest.Integer(0)})
			})
		}, csca.ErrOlder},
		"older crl under another name": {func(h *holdings) csca.Item {
			item := crl(h, func(l *attesttest.RevocationList) {
				l.ThisUpdate, l.Extensions = l.ThisUpdate.Add(-day), l.Extensions.Without(attesttest.CRLNumber)
			})
			item.Name = "second.crl"
			return item
		}, csca.ErrOlder},
		"second overrides": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindOverrides, Name: "o.json", Content: []byte(`{}`)}
		}, csca.ErrManifest},
		"overrides of nobody": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindOverrides, Name: "overrides.json", Content: []byte(`{"trust":[{"sha256":"` + strings.Repeat("cd", 32) + `","reason":"x"}]}`)}
		}, csca.ErrOverride},
		"too long": {func(h *holdings) csca.Item {
			return csca.Item{Kind: csca.KindAnchor, Name: "a.cer", Content: make([]byte, csca.MaxFile+1)}
		}, csca.ErrSize},
	} {
		h := newHoldings(t)
		before := listing(t, h.path)
		err := h.dir.Import(test.item(h), certificate.Options{}, today)
		if _, ok := errors.AsType[*csca.FileError](err); !errors.Is(err, test.err) || !ok {
			t.Errorf("%s: %v", name, err)
		}
		if after := listing(t, h.path); after != before {
			t.Errorf("%s: directory is changed: %s", name, after)
		}
	}
}

// listing is names and contents of a directory.
func listing(t testing.TB, path string) string {
	t.Helper()
	entries, err := os.ReadDir(path)
	must(t, err)
	var all strings.Builder
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(path, e.Name()))
		must(t, err)
		all.WriteString(e.Name() + ":" + string(content) + "\n")
	}
	return all.String()
}

// Catches a newer list that cannot take the place of the old one, above all when
// the signer of the old one has expired.
func TestImportReplaces(t *testing.T) {
	h := newHoldings(t)
	second := csca.Item{Kind: csca.KindList, Name: "second.ml", Content: h.list(today), Root: "root.cer"}
	must(t, h.dir.Import(second, certificate.Options{}, today))
	later := today.AddDate(10, 0, 0)
	for _, name := range []string{"list.ml", "second.ml"} {
		signer := h.state.ListSigner(h.root)
		signer.NotAfter = later.AddDate(1, 0, 0)
		list := h.state.MasterList(signer, h.root, h.member.DER())
		list.Signers[0].SigningTime = later.Add(-day)
		must(t, h.dir.Import(csca.Item{Kind: csca.KindList, Name: name, Content: list.DER(), Root: "root.cer"}, certificate.Options{}, later))
	}
	store, err := h.open(t).Load(certificate.Options{}, later)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range store.Lists() {
		if l.Expired(later) {
			t.Errorf("%+v is still there", l)
		}
	}
}

// Catches a change that another process made and that is overwritten.
func TestImportSeesOtherChanges(t *testing.T) {
	h := newHoldings(t)
	other := h.open(t)
	must(t, h.dir.Remove("overrides.json", certificate.Options{}, today))
	item := csca.Item{Kind: csca.KindAnchor, Name: "next.cer", Content: h.next.DER()}
	if err := other.Import(item, certificate.Options{}, today); !errors.Is(err, csca.ErrManifest) {
		t.Errorf("import: %v", err)
	}
	if err := other.SetFreshness(csca.Freshness{}); !errors.Is(err, csca.ErrManifest) {
		t.Errorf("freshness: %v", err)
	}
	must(t, h.open(t).Import(item, certificate.Options{}, today))
}

// Catches a change cut off in the middle that leaves a directory nobody can
// load: each state that write leaves on the disk is made by hand.
func TestChangeCutOff(t *testing.T) {
	replacement := func(h *holdings) csca.Item {
		return csca.Item{Kind: csca.KindAnchor, Name: "anchor.pem", Content: inPEM("CERTIFICATE", h.next.DER())}
	}
	for name, test := range map[string]struct {
		cut  func(*testing.T, *holdings)
		done bool
	}{
		"before the manifest": {func(t *testing.T, h *holdings) { write(t, h.path, ".new-anchor.pem", []byte("half")) }, false},
		"manifest half written": {func(t *testing.T, h *holdings) {
			write(t, h.path, ".new-anchor.pem", replacement(h).Content)
			write(t, h.path, ".new-trust.json", []byte("{"))
		}, false},
		"after the manifest": {func(t *testing.T, h *holdings) {
			old, err := os.ReadFile(h.file("anchor.pem"))
			must(t, err)
			must(t, h.dir.Import(replacement(h), certificate.Options{}, today))
			must(t, os.Rename(h.file("anchor.pem"), h.file(".new-anchor.pem")))
			write(t, h.path, "anchor.pem", old)
		}, true},
		"new file, after the manifest": {func(t *testing.T, h *holdings) {
			must(t, h.dir.Import(replacement(h), certificate.Options{}, today))
			must(t, os.Rename(h.file("anchor.pem"), h.file(".new-anchor.pem")))
		}, true},
	} {
		h := newHoldings(t)
		must(t, h.dir.Remove("link.cer", certificate.Options{}, today))
		must(t, h.dir.Remove("anchor.crl", certificate.Options{}, today))
		test.cut(t, h)
		d := h.open(t)
		store, err := d.Load(certificate.Options{}, today)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := bytes.Equal(store.Anchors()[0].Raw, h.next.DER()); got != test.done {
			t.Errorf("%s: done %v", name, got)
		}
		if err := d.Import(replacement(h), certificate.Options{}, today); err != nil {
			t.Errorf("%s: again: %v", name, err)
		}
		if _, err := os.Lstat(h.file(".new-anchor.pem")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the cut file is left: %v", name, err)
		}
	}
}

// Catches a change that spoils the state behind a cut one: the file that the
// manifest names has no other copy than the one that waits for its name.
func TestChangeAfterCutOne(t *testing.T) {
	for name, change := range map[string]func(*csca.Directory, csca.Item) error{
		"import": func(d *csca.Directory, item csca.Item) error { return d.Import(item, certificate.Options{}, today) },
		"remove": func(d *csca.Directory, item csca.Item) error {
			return d.Remove(item.Name, certificate.Options{}, today)
		},
	} {
		h := newHoldings(t)
		item := csca.Item{Kind: csca.KindPool, Name: "link.cer", Content: h.state.Link(h.anchor, h.next).DER()}
		old, err := os.ReadFile(h.file("link.cer"))
		must(t, err)
		must(t, h.dir.Import(item, certificate.Options{}, today))
		must(t, os.Rename(h.file("link.cer"), h.file(".new-link.cer")))
		write(t, h.path, "link.cer", old)
		d := h.open(t)
		// The next manifest cannot be put in place, so the change ends before it.
		must(t, os.MkdirAll(h.file(".new-trust.json/full"), 0o700))
		if err := change(d, csca.Item{Kind: csca.KindPool, Name: "link.cer", Content: old}); err == nil {
			t.Fatalf("%s: nothing was cut off", name)
		}
		must(t, os.RemoveAll(h.file(".new-trust.json")))
		if _, err := h.open(t).Load(certificate.Options{}, today); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		must(t, change(h.open(t), item))
	}
}

// Catches a reader that fails, or sees half of a change, while files come, are
// replaced and go.
func TestLoadWhileChanged(t *testing.T) {
	h := newHoldings(t)
	links := [][]byte{h.state.Link(h.anchor, h.next).DER(), h.state.Link(h.anchor, h.next).DER()}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				store, err := csca.Load([]string{h.path}, certificate.Options{}, today)
				if err != nil {
					t.Error(err)
					return
				}
				if n := len(store.Authorities()); n != 3 && n != 4 {
					t.Errorf("%d authorities", n)
				}
			}
		})
	}
	for i := range 20 {
		must(t, h.dir.Import(csca.Item{Kind: csca.KindPool, Name: "link.cer", Content: links[i%2]}, certificate.Options{}, today))
		must(t, h.dir.Import(csca.Item{Kind: csca.KindPool, Name: "more.cer", Content: links[0]}, certificate.Options{}, today))
		must(t, h.dir.Remove("more.cer", certificate.Options{}, today))
	}
	close(stop)
	readers.Wait()
}

// Catches a file that is taken away although another one needs it, and one that
// stays on the disk.
func TestRemove(t *testing.T) {
	h := newHoldings(t)
	for name, want := range map[string]error{"root.cer": csca.ErrManifest, "nobody.cer": fs.ErrNotExist, "../trust.json": fs.ErrNotExist} {
		if err := h.dir.Remove(name, certificate.Options{}, today); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"list.ml", "root.cer"} {
		must(t, h.dir.Remove(name, certificate.Options{}, today))
		if _, err := os.Lstat(h.file(name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(h.open(t).Manifest().Files) != 4 {
		t.Error("the manifest still names them")
	}
}

// Catches a directory that is taken over, and one that is none.
func TestCreateAndOpenDirectory(t *testing.T) {
	h := newHoldings(t)
	if _, err := csca.CreateDirectory(h.path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: %v", err)
	}
	if _, err := csca.CreateDirectory(h.file("trust.json")); err == nil {
		t.Error("created in a file")
	}
	for name, path := range map[string]string{"missing": filepath.Join(h.path, "no"), "plain": t.TempDir()} {
		if _, err := csca.OpenDirectory(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	empty, err := csca.CreateDirectory(filepath.Join(t.TempDir(), "a", "b"))
	must(t, err)
	if _, err := empty.Load(certificate.Options{}, today); !errors.Is(err, csca.ErrNoAnchor) {
		t.Errorf("empty directory: %v", err)
	}
}
