//go:build unix

package main

import (
	"context"
	"crypto"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/record"
	"cnie.example/card/lds"
	"cnie.example/cmd/internal/cli"
)

// served is the program with a trust store that can be changed.
type served struct {
	citizen
	anchors, records string
	log              *output
}

// serve runs the program until the test ends.
func serve(t *testing.T, csca *attesttest.Certificate, flags ...string) served {
	t.Helper()
	s := served{anchors: t.TempDir(), records: filepath.Join(t.TempDir(), "records"), log: &output{}}
	s.put(t, "csca.cer", csca.DER())
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	args := append([]string{
		"serve", "--origin", "https://id.example", "--behind-proxy", "--listen", "127.0.0.1:0",
		"--signing-key", signingKey(t), "--anchors", s.anchors, "--records", s.records,
	}, flags...)
	go func() { ended <- program().Run(ctx, args, cli.Streams{Out: s.log, Err: s.log}) }()
	s.citizen = citizen{T: t, origin: "https://id.example", address: listening(t, s.log, ended)}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		interrupt()
		if status := <-ended; status != 0 {
			t.Errorf("status %d: %s", status, s.log.String())
		}
	})
	return s
}

func (s served) put(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.anchors, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// hangUp sends the process SIGHUP and waits for the log to say what came of it.
func (s served) hangUp(message string) {
	s.Helper()
	before := strings.Count(s.log.String(), message)
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		s.Fatal(err)
	}
	for range 5000 {
		if strings.Count(s.log.String(), message) > before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	s.Fatalf("the log does not say %q: %s", message, s.log.String())
}

// keys are those that the provider publishes.
func (s served) keys() jose.JSONWebKeySet {
	s.Helper()
	_, content := s.send(http.MethodGet, "/jwks.json", "", nil)
	keys, err := record.ReadKeys(content)
	if err != nil {
		s.Fatal(err)
	}
	return keys
}

// evidence reads and verifies the record of a transaction.
func (s served) evidence(transaction string) (r *record.Record, jws []byte) {
	s.Helper()
	path := filepath.Join(s.records, transaction+".jws")
	jws, err := os.ReadFile(path)
	if err != nil {
		s.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		s.Errorf("mode of the record: %v, %v", info.Mode(), err)
	}
	r, err = record.Parse(string(jws), s.keys())
	if err != nil {
		s.Fatal(err)
	}
	return r, jws
}

// A state of today with an authority, a signer and a document.
func specimen() (state *attesttest.State, csca, ds *attesttest.Certificate, sod, dg14 []byte) {
	state = attesttest.New("FR", nil)
	state.Begin = time.Now().UTC().AddDate(-1, 0, -1)
	csca = state.CSCA("CSCA SPECIMEN")
	ds = state.DS(csca)
	files := state.Files()
	return state, csca, ds, state.Document(ds, files).SOD(), files[lds.DG14]
}

// Catches a revocation that does not count until the provider is restarted, a
// bad file that takes the trust store away or is not named, and a record that
// does not say by which store a document was judged.
func TestReloadOnHangUp(t *testing.T) {
	state, authority, ds, sod, dg14 := specimen()
	s := serve(t, authority)
	if _, refused := s.show(sod, dg14); refused != "" {
		t.Fatalf("good document: %s", refused)
	}

	s.put(t, "garbage.cer", []byte("SPECIMEN"))
	s.hangUp("the old one stays in force")
	if !strings.Contains(s.log.String(), "file="+filepath.Join(s.anchors, "garbage.cer")) {
		t.Errorf("the log does not name the file: %s", s.log.String())
	}
	if _, refused := s.show(sod, dg14); refused != "" {
		t.Fatalf("after a bad reload: %s", refused)
	}

	if err := os.Remove(filepath.Join(s.anchors, "garbage.cer")); err != nil {
		t.Fatal(err)
	}
	s.put(t, "list.crl", state.RevocationList(authority, ds).DER())
	s.hangUp("trust store is replaced")
	transaction, refused := s.show(sod, dg14)
	if refused != "ds_revoked" {
		t.Errorf("revoked document signer: %q", refused)
	}
	store, err := csca.Load([]string{s.anchors}, certificate.Options{MaxRSA: 4096}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	r, jws := s.evidence(transaction)
	if r.Refused != "ds_revoked" || r.Trust.SHA256 != store.Digest() || r.Revocation == nil || r.Revocation.State != "revoked" ||
		!strings.HasPrefix(r.Software, "cnie-idp ") || r.Issuer != "https://id.example" {
		t.Errorf("record %+v", r)
	}
	report, err := record.Check(fstest.MapFS{"SOD.bin": {Data: sod}, "DG14.bin": {Data: dg14}, record.FileName: {Data: jws}},
		record.CheckOptions{Trust: store, Keys: s.keys(), Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]record.Result{}
	for _, item := range report.Items {
		found[item.Name] = item.Result
	}
	if found[record.ItemRecordSignature] != record.Good || found[record.ItemRecordDocument] != record.Good ||
		found[record.ItemRecordTrust] != record.Good || report.Verdict != record.Bad {
		t.Errorf("checked offline: %v, %s", found, report.Verdict)
	}
	s.hangUp("trust store has not changed")
}

// Catches a policy on revocation that has no effect.
func TestRequireRevocation(t *testing.T) {
	state, authority, _, sod, dg14 := specimen()
	s := serve(t, authority, "--require-revocation")
	if _, refused := s.show(sod, dg14); refused != "revocation_unknown" {
		t.Errorf("no revocation list: %q", refused)
	}
	s.put(t, "list.crl", state.RevocationList(authority).DER())
	s.hangUp("trust store is replaced")
	if _, refused := s.show(sod, dg14); refused != "" {
		t.Errorf("fresh revocation list: %q", refused)
	}
}

// Catches old algorithms and large keys that are accepted unasked, and flags
// that have no effect.
func TestAlgorithmFlags(t *testing.T) {
	state, authority, _, _, _ := specimen()
	large := state.CSCA("CSCA SPECIMEN LARGE")
	large.SetPublicKey(attesttest.RSA8192())
	large.Algorithm = large.Key.Algorithm()
	for _, c := range []struct {
		authority *attesttest.Certificate
		hash      crypto.Hash
		flags     []string
		refused   string
	}{
		{authority, crypto.SHA1, nil, "digest_not_accepted"},
		{authority, crypto.SHA1, []string{"--sha1"}, ""},
		{large, crypto.SHA256, []string{"--max-rsa", "8192"}, ""},
	} {
		files := state.Files()
		document := state.Document(state.DS(c.authority), files)
		document.Object.Rehash(c.hash, files)
		document.Signer().SignWith(attesttest.ECDSA(c.hash))
		if _, refused := serve(t, c.authority, c.flags...).show(document.SOD(), files[lds.DG14]); string(refused) != c.refused {
			t.Errorf("%v: %q, want %q", c.flags, refused, c.refused)
		}
	}
	path := filepath.Join(t.TempDir(), "large.cer")
	if err := os.WriteFile(path, large.DER(), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, message := run("serve", "--origin", "https://id.example", "--behind-proxy", "--listen", "127.0.0.1:0", "--signing-key", signingKey(t), "--anchors", path)
	if status != 1 || !strings.Contains(message, path) {
		t.Errorf("large key without the flag: status %d, %q", status, message)
	}
}
