package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"cnie.example/card/lds"
	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/cnie-lab/internal/lab"
)

// TestMain lets the scripts run the program itself as a process.
func TestMain(m *testing.M) {
	testscript.Main(cleaning{m}, map[string]func(){"cnie-lab": main})
}

// cleaning removes the laboratory after the tests.
type cleaning struct{ *testing.M }

// Run runs the tests.
func (c cleaning) Run() int {
	defer func() { os.RemoveAll(laboratoryState) }()
	return c.M.Run()
}

// scripts runs the scripts of a directory, with one laboratory's keys for all.
func scripts(t *testing.T, dir string) {
	t.Helper()
	state := laboratory(t)
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_STATE_HOME", state)
			return nil
		},
		Condition: func(condition string) (bool, error) {
			if condition != "root" {
				return false, fmt.Errorf("unknown condition %q", condition)
			}
			return os.Geteuid() == 0, nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"report": report, "record": evidence, "document": document},
	})
}

var (
	laboratoryOnce  sync.Once
	laboratoryState string
	laboratoryErr   error
)

// laboratory makes the keys of a laboratory once for the tests of this package.
func laboratory(t *testing.T) (state string) {
	t.Helper()
	laboratoryOnce.Do(func() {
		laboratoryState, laboratoryErr = os.MkdirTemp("", "cnie-lab-test")
		if laboratoryErr == nil {
			_, laboratoryErr = lab.OpenKeys(filepath.Join(laboratoryState, "cnie-lab"), time.Now(), func() {})
		}
	})
	if laboratoryErr != nil {
		t.Fatal(laboratoryErr)
	}
	return laboratoryState
}

// document writes the files of a virtual card into a directory, as “cnie read
// --out” does: “document DIR”.
func document(ts *testscript.TestScript, _ bool, args []string) {
	authority, err := issuer.LoadLab(filepath.Join(ts.Getenv("XDG_STATE_HOME"), "cnie-lab"))
	ts.Check(err)
	profile, _ := issuer.FindProfile("cnie")
	p, err := authority.Personalise(rand.Reader, profile)
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	ts.Check(os.Mkdir(dir, 0o700))
	for _, f := range []lds.File{lds.SOD, lds.DG1, lds.DG2, lds.DG11, lds.DG14} {
		ts.Check(os.WriteFile(filepath.Join(dir, strings.TrimPrefix(f.String(), "EF.")+".bin"), p.Files[f.FID()], 0o600))
	}
}

// report checks members of the JSON object in the last line of standard
// output: “report level=eidas1 refused.reason=clone”. The value “*” stands for
// any that is not empty.
func report(ts *testscript.TestScript, neg bool, args []string) {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	var object map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &object); err != nil {
		ts.Fatalf("last line is no JSON object: %v", err)
	}
	compare(ts, neg, object, args)
}

// evidence checks members of the one evidence record in a directory, as report
// does: “record DIR reached=eidas1”.
func evidence(ts *testscript.TestScript, neg bool, args []string) {
	files, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*.jws"))
	if err != nil || len(files) != 1 {
		ts.Fatalf("records in %s: %v, %v", args[0], files, err)
	}
	parts := strings.Split(ts.ReadFile(files[0]), ".")
	if len(parts) != 3 {
		ts.Fatalf("%d parts of a JWS", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	ts.Check(err)
	var object map[string]any
	ts.Check(json.Unmarshal(payload, &object))
	compare(ts, neg, object, args[1:])
}

// compare wants members of an object to have values.
func compare(ts *testscript.TestScript, neg bool, object map[string]any, args []string) {
	for _, arg := range args {
		path, want, _ := strings.Cut(arg, "=")
		var value any = object
		for name := range strings.SplitSeq(path, ".") {
			members, _ := value.(map[string]any)
			value = members[name]
		}
		got := fmt.Sprint(value)
		matches := got == want || want == "*" && value != nil && got != ""
		if matches == neg {
			ts.Fatalf("%s is %q", path, got)
		}
	}
}

// TestLogin runs the logins that succeed, and those that are refused for what a
// person or a card does.
func TestLogin(t *testing.T) { scripts(t, "testdata/script") }

// TestFaults runs a login with each fault through the program: the table of
// faults says the reason that each has to end with. Would catch: a fault that
// is not noticed, one that is taken for another, and checks that are named as
// passed although they were defeated.
func TestFaults(t *testing.T) {
	var script strings.Builder
	for _, f := range lab.Faults() {
		profile := "cnie"
		if p := issuer.Specimen(); f.Fits(lab.Embedded, p) != nil && f.Fits(lab.PCSC, p) != nil {
			profile = "active-ecdsa"
		}
		document, _ := issuer.FindProfile(profile)
		if f.Fits(lab.Embedded, document) != nil && f.Fits(lab.PCSC, document) != nil {
			t.Errorf("no login shows %s", f.Name)
		}
		for _, transport := range []lab.Transport{lab.Embedded, lab.PCSC} {
			if f.Fits(transport, document) != nil || transport == lab.PCSC && !f.ByCard() {
				continue
			}
			if transport == lab.PCSC && os.Geteuid() != 0 {
				continue // the embedded run of the same fault remains
			}
			fmt.Fprintf(&script, "! exec cnie-lab login --json --fault %s --profile %s --transport %s\n", f.Name, profile, transport)
			fmt.Fprintf(&script, "report level=none refused.reason=%s refused.title=* identity=<nil> transport=%s\n", f.Ends(document), transport)
			for _, check := range f.Defeats {
				fmt.Fprintf(&script, "! stdout '\"%s\"'\n", check)
			}
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "faults.txt"), []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	scripts(t, dir)
}
