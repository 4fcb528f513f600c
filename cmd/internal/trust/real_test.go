package trust

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/cmd/internal/terminal"
	"cnie.example/web/language"
)

// published is a master list that a state has published, and its root.
type published struct {
	list, root          string
	certificates, least int // certificates, and those of them that are verified at least
}

func publishedLists() map[string]published {
	return map[string]published{
		"German": {"DE_ML_2026-05-28.ml", "DE_CSCA07.cer", 588, 576},
		"Dutch":  {"NL_ML_2026-07-22.ml", "NL_ROOT.cer", 411, 411},
	}
}

// trustFiles gives the folder of the published lists. It is not part of the
// repository; CNIE_TRUST_DIR names it.
func trustFiles(t *testing.T) string {
	t.Helper()
	dir := cmp.Or(os.Getenv("CNIE_TRUST_DIR"), "../../../../shared/trust")
	for _, p := range publishedLists() {
		for _, name := range []string{p.list, p.root} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Skipf("no %s: set CNIE_TRUST_DIR to a folder that has it", name)
			}
		}
	}
	return dir
}

// realDay is a day on which both lists are published and their signers valid.
func realDay() time.Time { return time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC) }

// Would catch: a certificate of a real list that is lost, a signature that is not
// verified or verified under another root, a certificate that is neither
// verified nor named with its reason, and a JSON of other names or types.
func TestInspectPublishedLists(t *testing.T) {
	dir := trustFiles(t)
	for name, p := range publishedLists() {
		for _, root := range []string{"DE_CSCA07.cer", "NL_ROOT.cer"} {
			roots, err := readRoots([]string{filepath.Join(dir, root)})
			if err != nil {
				t.Fatal(err)
			}
			view, err := inspect(filepath.Join(dir, p.list), roots, realDay())
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(view)
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Certificates, Countries, Verified int
				Unverified                        []struct{ Subject, Reason string }
				ListSignature                     struct {
					Verified bool
					Signer   string
				} `json:"list_signature"`
			}
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			if got.Certificates != p.certificates || got.Verified < p.least || got.Verified+len(got.Unverified) != p.certificates || got.Countries < 100 {
				t.Errorf("%s list: %d certificates of %d countries, %d verified, %d not", name, got.Certificates, got.Countries, got.Verified, len(got.Unverified))
			}
			for _, u := range got.Unverified {
				if u.Subject == "" || english().reasons[u.Reason] == "" {
					t.Errorf("%s list: %+v", name, u)
				}
			}
			own := root == p.root
			if got.ListSignature.Verified != own || (got.ListSignature.Signer != "") != own || view.trusted() != own {
				t.Errorf("%s list under %s: %+v", name, root, got.ListSignature)
			}
		}
	}
}

// Would catch: a line that leaves a terminal of 80 columns, in either language;
// only a word that is longer may.
func TestPublishedListsFitTheTerminal(t *testing.T) {
	dir := trustFiles(t)
	for name, p := range publishedLists() {
		for _, tag := range []language.Tag{language.French, language.English} {
			view, err := inspect(filepath.Join(dir, p.list), nil, realDay())
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if err := view.write(&out, wordsIn(tag)); err != nil {
				t.Fatal(err)
			}
			fits(t, name, out.String())
		}
	}
}

func fits(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		longest := slices.MaxFunc(strings.Fields(line+" -"), func(a, b string) int { return cmp.Compare(len(a), len(b)) })
		if utf8.RuneCountInString(line) > terminal.Width && utf8.RuneCountInString(longest) < 40 {
			t.Errorf("%s: %q", name, line)
		}
	}
}

// Would catch: a list that is imported and whose authorities are not found, or
// cannot be used: those of France, which have followed each other twice.
func TestImportPublishedLists(t *testing.T) {
	files := trustFiles(t)
	into := filepath.Join(t.TempDir(), "trust")
	c := importCommand{
		Dir:  into,
		Root: []string{filepath.Join(files, "DE_CSCA07.cer"), filepath.Join(files, "NL_ROOT.cer")},
		File: []string{filepath.Join(files, "DE_ML_2026-05-28.ml"), filepath.Join(files, "NL_ML_2026-07-22.ml")},
	}
	for _, want := range []string{importAdded, importKept} {
		view, err := c.run(realDay())
		if err != nil {
			t.Fatal(err)
		}
		if len(view.Files) != 4 {
			t.Errorf("%d files", len(view.Files))
		}
		for _, line := range view.Files {
			if line.Action != want {
				t.Errorf("%s: %s, want %s", line.File, line.Action, want)
			}
		}
	}
	directory, err := csca.OpenDirectory(into)
	if err != nil {
		t.Fatal(err)
	}
	store, err := directory.Load(certificate.Options{}, realDay())
	if err != nil {
		t.Fatal(err)
	}
	view := authoritiesOf(store, "FR", realDay())
	links := 0
	for _, a := range view.Authorities {
		if !a.Usable {
			t.Errorf("%s of %v: %s", a.Subject, a.NotBefore, a.Reason)
		}
		if a.Link {
			links++
		}
	}
	if len(view.Authorities) != 5 || links != 2 {
		t.Errorf("%d authorities of France, %d links", len(view.Authorities), links)
	}
}
