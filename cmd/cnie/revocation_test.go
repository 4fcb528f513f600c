package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/csca"
	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
	"cnie.example/web/language"
)

// Would catch: a document whose signer is revoked that is shown as verified, one
// that is refused without the reason in words, and revocation lists that nobody
// is told are missing.
func TestReadTellsOfRevocation(t *testing.T) {
	s, dir := attesttest.New("UT", nil), t.TempDir()
	s.Begin = time.Now().UTC().Truncate(24*time.Hour).AddDate(-1, 0, -2)
	authority := s.CSCA("CSCA SPECIMEN")
	signers := map[string]*attesttest.Certificate{"good": s.DS(authority), "revoked": s.DS(authority)}
	for name, content := range map[string][]byte{"csca.cer": authority.DER(), "fresh.crl": s.RevocationList(authority, signers["revoked"]).DER()} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		document        string
		anchors         []string
		signature       string
		revocation      csca.RevocationState
		reason          refusal.Reason
		english, french string
	}{
		{"good", []string{"csca.cer"}, signatureVerified, csca.NoList, "", "verified, without a revocation list", "vérifiée, sans liste"},
		{"good", []string{"csca.cer", "fresh.crl"}, signatureVerified, csca.NotRevoked, "", "verified, not revoked", "non révoquée"},
		{"revoked", []string{"csca.cer", "fresh.crl"}, signatureRefused, csca.Revoked, refusal.DSRevoked, "[ds_revoked]", "[ds_revoked]"},
	} {
		command := readCommand{}
		for _, a := range c.anchors {
			command.Anchors = append(command.Anchors, filepath.Join(dir, a))
		}
		verify, err := command.verifier(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		r := result{Signature: signatureUnchecked}
		files := s.Files()
		files[lds.SOD] = s.Document(signers[c.document], files).SOD()
		r.judge(files, verify)
		if r.Signature != c.signature || r.Revoked != c.revocation.String() || r.Reason != c.reason {
			t.Errorf("%s under %v: %+v", c.document, c.anchors, r)
		}
		for tag, want := range map[language.Tag]string{language.English: c.english, language.French: c.french} {
			if text := r.signature(wordsIn(tag)); !strings.Contains(text, want) || strings.HasPrefix(text, "REFUS") != (c.reason != "") {
				t.Errorf("%s: %q", c.document, text)
			}
		}
	}
}
