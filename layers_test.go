// Package cnie_test holds the rules of the tree: who may import whom, that every
// package says what it is, and which packages build without cgo.
package cnie_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "cnie.example"

// pkg is what the rules need of go list -json.
type pkg struct {
	ImportPath string
	Doc        string
	Imports    []string
	Deps       []string
}

// rule forbids imports. It applies to packages below any prefix of in and not
// below any of except; whole forbids the import anywhere in the dependencies,
// otherwise only a direct one.
type rule struct {
	why        string
	in, except []string
	forbid     []string
	allow      []string
	whole      bool
}

var rules = []rule{
	{
		why:    "the judge needs no reader, no server and no agent: an identity provider imports attest alone",
		in:     []string{"attest"},
		forbid: []string{"pcsc", "web", "cmd", "card/pace", "card/relay", "card/cnie", "card/vcard"},
		whole:  true,
	},
	{
		why:    "attest speaks no HTTP: its caller does",
		in:     []string{"attest"},
		forbid: []string{"net/http"},
	},
	{
		why:    "the virtual card is a second implementation: code shared with the terminal would hide a fault from both",
		in:     []string{"card/vcard"},
		forbid: []string{"."},
		allow:  []string{"card", "card/vcard", "card/vcard/issuer", "card/vcard/vpcd"},
		whole:  true,
	},
	{
		why:    "the agent holds no verifier state: it shares only messages with the provider",
		in:     []string{"web/agent", "web/agentapi", "web/providers", "cmd/cnie-agent", "cmd/internal/agentd"},
		forbid: []string{"attest", "web/idp"},
		allow:  []string{"attest/wire"},
		whole:  true,
	},
	{
		why:    "the provider never talks to a card",
		in:     []string{"web/idp", "cmd/cnie-idp", "cmd/internal/idpd"},
		forbid: []string{"card/pace", "card/relay", "card/cnie", "card/vcard", "pcsc", "web/agent", "web/agentapi"},
		whole:  true,
	},
	{
		why:    "programs for citizens and providers link no virtual card, no laboratory and no scripted prompt",
		in:     []string{"cmd/cnie", "cmd/cnie-agent", "cmd/cnie-idp", "cmd/internal/agentd", "cmd/internal/idpd", "cmd/internal/readers"},
		forbid: []string{"card/vcard", "pcsc/pcscd", "cmd/cnie-lab"},
		whole:  true,
	},
	{
		why:    "test support stays out of programs",
		in:     []string{"cmd"},
		forbid: []string{"attest/attesttest", "web/chromiumtest", "web/providers/providertest"},
		whole:  true,
	},
	{
		why:    "cgo stays in pcsc: everything else builds without it",
		in:     []string{"."},
		except: []string{"pcsc"},
		forbid: []string{"github.com/ebfe/scard"},
	},
	{
		why:    "only programs open readers",
		in:     []string{"card", "attest", "web"},
		forbid: []string{"pcsc"},
		whole:  true,
	},
	{
		why:    "card talks and computes: it knows no judge, no page and no program",
		in:     []string{"card"},
		forbid: []string{"attest", "web", "cmd"},
		whole:  true,
	},
	{
		why:    "the state machine of the agent has no HTTP: agentapi serves it",
		in:     []string{"web/agent"},
		except: []string{"web/agentapi"},
		forbid: []string{"net/http", "github.com/labstack/echo/v4"},
	},
	{
		why:    "protocol packages do not log",
		in:     []string{"card", "attest", "pcsc"},
		forbid: []string{"log", "log/slog"},
	},
}

func TestLayers(t *testing.T) {
	packages := list(t)
	for _, r := range rules {
		applied := false
		for _, p := range packages {
			if !under(p.ImportPath, r.in) || under(p.ImportPath, r.except) {
				continue
			}
			applied = true
			imports := p.Imports
			if r.whole {
				imports = p.Deps
			}
			for _, imported := range imports {
				if under(imported, r.forbid) && !exactly(imported, r.allow) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, r.why)
				}
			}
		}
		if !applied {
			t.Errorf("no package below %v: the rule %q guards nothing", r.in, r.why)
		}
	}
}

// TestPackageDocs fails for a package that does not say what it is.
func TestPackageDocs(t *testing.T) {
	for _, p := range list(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package documentation", p.ImportPath)
		}
	}
}

// TestPureBuilds fails when a package that a provider or a lab needs on another
// system begins to need cgo or that system's files.
func TestPureBuilds(t *testing.T) {
	for _, goos := range []string{"linux", "windows", "darwin"} {
		t.Run(goos, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command("go", "build", "./card/...", "./attest/...", "./web/...", "./cmd/cnie-idp", "./cmd/cnie-agent", "./cmd/cnie")
			cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH=amd64", "GOOS="+goos)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// list asks the go command for the packages of the module.
func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Doc,Imports,Deps", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != module { // the root holds only this test
			packages = append(packages, p)
		}
	}
}

// under says whether an import path is one of the folders or below it. Folders
// of the module are written without its name; "." is the whole module.
func under(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		for _, full := range []string{folder, module + "/" + folder} {
			if path == full || strings.HasPrefix(path, full+"/") {
				return true
			}
		}
		return folder == "." && strings.HasPrefix(path, module+"/")
	})
}

func exactly(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return path == module+"/"+folder })
}
