package providers_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cnie.example/web/language"
	"cnie.example/web/problem"
	"cnie.example/web/providers"
)

func good() providers.Record {
	return providers.Record{
		Name:          providers.Name{French: "Service d’essai", English: "Test service"},
		Origin:        "https://idp.test:8443",
		RedirectURIs:  []string{"https://idp.test:8443/callback"},
		RequestPrefix: "https://idp.test:8443/request/",
		JWKSURI:       "https://idp.test:8443/jwks",
		Thumbprints:   []string{strings.Repeat("A", 43)},
		Files:         []string{"DG1", "DG11"},
	}
}

func marshal(t *testing.T, r providers.Record) []byte {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Each change makes the record one that lets a provider do more, or look like
// something else, than the administrator can have meant.
func TestRecordRules(t *testing.T) {
	if _, err := providers.ParseRecord(marshal(t, good())); err != nil {
		t.Fatalf("good record: %v", err)
	}
	for name, change := range map[string]func(*providers.Record){
		"no name":              func(r *providers.Record) { r.Name.French = "" },
		"control in name":      func(r *providers.Record) { r.Name.English = "a\u202eb" },
		"long name":            func(r *providers.Record) { r.Name.English = strings.Repeat("a", 65) },
		"http":                 func(r *providers.Record) { r.Origin = "http://idp.test:8443" },
		"origin with path":     func(r *providers.Record) { r.Origin += "/" },
		"origin in capitals":   func(r *providers.Record) { r.Origin = "https://IDP.test:8443" },
		"default port":         func(r *providers.Record) { r.Origin = "https://idp.test:443" },
		"user in origin":       func(r *providers.Record) { r.Origin = "https://a@idp.test:8443" },
		"no redirect":          func(r *providers.Record) { r.RedirectURIs = nil },
		"foreign redirect":     func(r *providers.Record) { r.RedirectURIs = []string{"https://evil.test/callback"} },
		"prefix redirect":      func(r *providers.Record) { r.RedirectURIs = []string{"https://idp.test:84430/callback"} },
		"redirect with query":  func(r *providers.Record) { r.RedirectURIs[0] += "?a=b" },
		"redirect fragment":    func(r *providers.Record) { r.RedirectURIs[0] += "#a" },
		"redirect backslash":   func(r *providers.Record) { r.RedirectURIs[0] += "\\@evil.test" },
		"no prefix":            func(r *providers.Record) { r.RequestPrefix = "" },
		"foreign prefix":       func(r *providers.Record) { r.RequestPrefix = "https://evil.test/request/" },
		"prefix of a port":     func(r *providers.Record) { r.RequestPrefix = "https://idp.test:84430/" },
		"prefix is origin":     func(r *providers.Record) { r.RequestPrefix = r.Origin },
		"prefix without slash": func(r *providers.Record) { r.RequestPrefix = "https://idp.test:8443/request" },
		"prefix with query":    func(r *providers.Record) { r.RequestPrefix = "https://idp.test:8443/request?/" },
		"prefix with fragment": func(r *providers.Record) { r.RequestPrefix = "https://idp.test:8443/request#/" },
		"prefix with dots":     func(r *providers.Record) { r.RequestPrefix += "../" },
		"prefix encoded":       func(r *providers.Record) { r.RequestPrefix += "%2e%2e/" },
		"prefix empty segment": func(r *providers.Record) { r.RequestPrefix += "/" },
		"foreign keys":         func(r *providers.Record) { r.JWKSURI = "https://evil.test/jwks" },
		"no pin":               func(r *providers.Record) { r.Thumbprints = nil },
		"short pin":            func(r *providers.Record) { r.Thumbprints = []string{"AAAA"} },
		"padded pin":           func(r *providers.Record) { r.Thumbprints[0] += "=" },
		"without DG1":          func(r *providers.Record) { r.Files = []string{"DG11"} },
		"fingerprints":         func(r *providers.Record) { r.Files = []string{"DG1", "DG3"} },
		"iris":                 func(r *providers.Record) { r.Files = []string{"DG1", "DG4"} },
		"file twice":           func(r *providers.Record) { r.Files = []string{"DG1", "DG1"} },
		"roots not PEM":        func(r *providers.Record) { r.TLSCA = "none" },
		"lab on public origin": func(r *providers.Record) { r.Lab = true; rebase(r, "https://idp.example") },
	} {
		r := good()
		change(&r)
		if _, err := providers.ParseRecord(marshal(t, r)); !errors.Is(err, providers.ErrRecord) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func rebase(r *providers.Record, origin string) {
	r.Origin, r.RedirectURIs, r.JWKSURI = origin, []string{origin + "/callback"}, origin+"/jwks"
	r.RequestPrefix = origin + "/request/"
}

// A typing error in a member's name must not silently mean its default.
func TestRecordSyntax(t *testing.T) {
	text := string(marshal(t, good()))
	for name, b := range map[string]string{
		"empty":    "",
		"unknown":  strings.Replace(text, `"files"`, `"fils"`, 1),
		"repeated": strings.Replace(text, `{"name"`, `{"origin":"https://evil.test","name"`, 1),
		"trailing": text + "{}",
		"too long": text + strings.Repeat(" ", 64<<10),
	} {
		if _, err := providers.ParseRecord([]byte(b)); !errors.Is(err, providers.ErrRecord) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// No input makes the parser panic, and what it accepts it accepts again.
func FuzzParseRecord(f *testing.F) {
	b, err := json.Marshal(good())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"name":{"fr":"a","en":"b"},"origin":"https://[::1]:1"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := providers.ParseRecord(b)
		if err != nil {
			if !errors.Is(err, providers.ErrRecord) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := providers.ParseRecord(again); err != nil {
			t.Fatalf("accepted once: %v", err)
		}
	})
}

func write(t *testing.T, dir, name string, r providers.Record) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, marshal(t, r), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A lookup that matches a part of an origin, or a page's own origin, would let
// any site open the agent; one that takes other paths of the right origin would
// let it post to each of them.
func TestLookup(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.json", good())
	write(t, dir, "README", providers.Record{})
	d, err := providers.Load(dir, providers.Options{})
	if err != nil || d.Len() != 1 {
		t.Fatalf("Load: %v, %d", err, d.Len())
	}
	p, err := d.Lookup("https://idp.test:8443/request/a/1-_.~")
	if err != nil || p.Name(language.English) != "Test service" || p.Origin() != "https://idp.test:8443" || p.Lab() {
		t.Errorf("Lookup: %v", err)
	}
	for uri, want := range map[string]problem.Name{
		"":                                    problem.BadRequest,
		"http://idp.test:8443/request":        problem.BadRequest,
		"https://":                            problem.BadRequest,
		"https://idp.test:8443/#a":            problem.BadRequest,
		"https://idp.test:8443\\@evil.test/":  problem.BadRequest,
		"https://user@idp.test:8443/":         problem.BadRequest,
		"https://idp.test:8443/\n":            problem.BadRequest,
		"https://idp.test:8443/request":       problem.BadRequest,
		"https://idp.test:8443/request/":      problem.BadRequest,
		"https://idp.test:8443/requests/1":    problem.BadRequest,
		"https://idp.test:8443/Request/1":     problem.BadRequest,
		"https://idp.test:8443/exchange":      problem.BadRequest,
		"https://idp.test:8443?/request/1":    problem.BadRequest,
		"https://idp.test:8443//request/1":    problem.BadRequest,
		"https://idp.test:8443/request//1":    problem.BadRequest,
		"https://idp.test:8443/request/1?x=y": problem.BadRequest,
		"https://idp.test:8443/request/1?":    problem.BadRequest,
		"https://idp.test:8443/request/1#":    problem.BadRequest,
		"https://idp.test:8443/request/../a":  problem.BadRequest,
		"https://idp.test:8443/request/a/..":  problem.BadRequest,
		"https://idp.test:8443/request/./1":   problem.BadRequest,
		"https://idp.test:8443/request/%2e.":  problem.BadRequest,
		"https://idp.test:8443/request/%31":   problem.BadRequest,
		"javascript:alert(1)":                 problem.BadRequest,
		"https://idp.test/request":            problem.ProviderNotEnrolled,
		"https://idp.test:84430/request":      problem.ProviderNotEnrolled,
		"https://idp.test:8443.evil.test/":    problem.BadRequest,
		"https://evil.test/idp.test:8443":     problem.ProviderNotEnrolled,
		"https://evil.test/?https://idp.test": problem.ProviderNotEnrolled,
	} {
		if _, err := d.Lookup(uri); problem.Of(err) != want {
			t.Errorf("Lookup(%q): %v, want %s", uri, err, want)
		}
	}
}

// What an administrator must be told at the start instead of being guessed at.
func TestLoadRefuses(t *testing.T) {
	d, err := providers.Load(filepath.Join(t.TempDir(), "absent"), providers.Options{})
	if err != nil || d.Len() != 0 {
		t.Errorf("absent directory: %v", err)
	}
	dir := t.TempDir()
	write(t, dir, "a.json", good())
	write(t, dir, "b.json", good())
	if _, err := providers.Load(dir, providers.Options{}); !errors.Is(err, providers.ErrRecord) {
		t.Errorf("one origin twice: %v", err)
	}
	dir = t.TempDir()
	lab := good()
	lab.Lab = true
	write(t, dir, "lab.json", lab)
	_, err = providers.Load(dir, providers.Options{})
	if problem.Of(err) != problem.LabRefused || !strings.Contains(err.Error(), "lab.json") {
		t.Errorf("laboratory record: %v", err)
	}
	if _, err := providers.Load(dir, providers.Options{Lab: true}); err != nil {
		t.Errorf("laboratory record in the laboratory: %v", err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	dir = t.TempDir()
	outside := write(t, t.TempDir(), "outside.json", good())
	if err := os.Symlink(outside, filepath.Join(dir, "link.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := providers.Load(dir, providers.Options{}); err == nil {
		t.Error("a link out of the directory is followed")
	}
}
