package idpd_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// reloading runs a provider for real documents whose trust store is what load
// gives, has it loaded again and gives what the log says of that.
func reloading(t *testing.T, first *csca.Store, second func(time.Time) (*csca.Store, error)) string {
	t.Helper()
	var log output
	reload := make(chan os.Signal)
	c := config(t)
	calls := 0
	c.Lab, c.Reload, c.Logger = false, reload, slog.New(slog.NewTextHandler(&log, nil))
	c.Trust = func(now time.Time) (*csca.Store, error) {
		if calls++; calls == 1 {
			return first, nil
		}
		return second(now)
	}
	stop := run(t, c)
	reload <- nil
	if err := stop(); err != nil { // waits for the reload under way
		t.Error(err)
	}
	return log.String()
}

// stores are two stores of a state, the second with one authority more.
func stores(t *testing.T) (one, two *csca.Store) {
	t.Helper()
	state := attesttest.New("FR", nil)
	var anchors []*certificate.Certificate
	for range 2 {
		anchor, err := certificate.Parse(state.CSCA("CSCA SPECIMEN").DER(), certificate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		anchors = append(anchors, anchor)
	}
	return csca.New(anchors[:1], certificate.Options{}), csca.New(anchors, certificate.Options{})
}

// Catches a reload that the operator cannot follow in the log: what is in force
// now, and what came and went.
func TestReload(t *testing.T) {
	one, two := stores(t)
	digest := func(s *csca.Store) string { return csca.Fingerprint(s.Digest()).String() }
	for name, c := range map[string]struct {
		second *csca.Store
		says   []string
	}{
		"another": {two, []string{"trust store is replaced", "added=1", "removed=0", "replaced=" + digest(one), "trust.authorities=2", "trust.digest=" + digest(two)}},
		"equal":   {one, []string{"trust store has not changed", "trust.authorities=1", "trust.digest=" + digest(one)}},
	} {
		log := reloading(t, one, always(c.second))
		for _, words := range append(c.says, "trust store is loaded") {
			if !strings.Contains(log, words) {
				t.Errorf("%s: the log lacks %q: %s", name, words, log)
			}
		}
	}
}

// Catches a store that cannot be used and is put in force all the same: every
// login would end until somebody sees it.
func TestReloadKeepsTheOldStore(t *testing.T) {
	one, _ := stores(t)
	for name, c := range map[string]struct {
		second func(time.Time) (*csca.Store, error)
		says   string
	}{
		"unreadable file": {func(time.Time) (*csca.Store, error) {
			return nil, &csca.FileError{Path: "/trust/SPECIMEN.pem", Err: fs.ErrPermission}
		}, "file=/trust/SPECIMEN.pem"},
		"another error": {func(time.Time) (*csca.Store, error) { return nil, errors.New("no disk") }, "no disk"},
		"no anchor":     {always(csca.New(nil, certificate.Options{})), "no trust anchor"},
		"laboratory":    {load, "laboratory"},
	} {
		log := reloading(t, one, c.second)
		if !strings.Contains(log, "the old one stays in force") || !strings.Contains(log, c.says) ||
			!strings.Contains(log, "trust.digest="+csca.Fingerprint(one.Digest()).String()) || strings.Contains(log, "is replaced") {
			t.Errorf("%s: log %s", name, log)
		}
	}
}

// Catches a policy that refuses every document without a word to the operator.
func TestRequiredRevocationWithoutLists(t *testing.T) {
	for _, required := range []bool{true, false} {
		var log output
		c := config(t)
		c.RequireRevocation, c.Logger = required, slog.New(slog.NewTextHandler(&log, nil))
		if err := run(t, c)(); err != nil {
			t.Fatal(err)
		}
		if warned := strings.Contains(log.String(), "has no revocation list"); warned != required {
			t.Errorf("required %v: warned %v", required, warned)
		}
	}
}
