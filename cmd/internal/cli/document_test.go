package cli_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cnie.example/cmd/internal/cli"
)

// nested is a command line with all that the programs use.
type nested struct {
	Verbose bool `short:"v" help:"Say more: [all] of 'it'."`
	Look    struct {
		Lang  string   `enum:",fr,en" default:"" help:"Language. Of messages."`
		Paths []string `type:"path" placeholder:"PATH" help:"Where to look."`
		Name  string   `placeholder:"NAME" aliases:"title" help:"A name."`
	} `cmd:"" help:"Look at something."`
	Card struct {
		Run struct {
			Fault string `help:"What goes wrong. With a backslash: C:\\cnie."`
			Kind  string `arg:"" enum:"new,old" help:"Kind of card."`
		} `cmd:"" help:"Run a card."`
		Show struct{} `cmd:"" help:"Show a card."`
	} `cmd:"" help:"Cards."`
	Secret struct{} `cmd:"" hidden:"" help:"For tests."`
}

func run(t *testing.T, commands any, args ...string) (out, errs string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = cli.Program{Name: "demo-tool", Description: "Demonstrates.\n\nExamples:\n\n  demo-tool look   .first\n\n.hidden files are\nseen.\n\nThe end – truly.", Commands: commands}.
		Run(t.Context(), args, cli.Streams{Out: &stdout, Err: &stderr})
	return stdout.String(), stderr.String(), status
}

// Catches a command, a flag or a choice that is missing from a script or from
// the manual page, and one that is hidden and offered all the same.
func TestDocumentsNameEverything(t *testing.T) {
	for _, args := range [][]string{{"completion", "bash"}, {"completion", "zsh"}, {"completion", "fish"}, {"man"}} {
		out, errs, status := run(t, &nested{}, args...)
		if status != cli.ExitDone || errs != "" {
			t.Fatalf("%v: status %d, %q", args, status, errs)
		}
		plain := strings.ReplaceAll(out, `\-`, "-")
		for _, want := range []string{"verbose", "look", "lang", "paths", "name", "title", "card", "run", "fault", "show", "completion", "man"} {
			if !regexp.MustCompile(`\b` + want + `\b`).MatchString(plain) {
				t.Errorf("%v: no %q in\n%s", args, want, out)
			}
		}
		if strings.Contains(plain, "secret") {
			t.Errorf("%v offers what is hidden", args)
		}
	}
}

// Catches a program without commands that cannot be asked, and one whose help
// does not say how.
func TestDocumentsOfAProgramWithoutCommands(t *testing.T) {
	var flags struct {
		Listen string `help:"Address."`
	}
	for args, want := range map[string]string{
		"completion bash": "--listen", "completion zsh": "--listen", "completion fish": "-l listen", "man": `\-\-listen`,
		"--help": "demo-tool completion bash", "completion --help": "bash, zsh or fish",
	} {
		out, errs, status := run(t, &flags, strings.Fields(args)...)
		if status != cli.ExitDone || !strings.Contains(out, want) || errs != "" {
			t.Errorf("%s: status %d, %q\n%s", args, status, errs, out)
		}
	}
	if _, errs, status := run(t, &flags, "completion", "csh"); status != cli.ExitUsage || errs == "" {
		t.Errorf("unknown shell: status %d, %q", status, errs)
	}
}

// Asks bash what it would offer. Catches a script that is well-formed and
// offers the wrong words.
func TestBashCompletion(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	script, _, _ := run(t, &nested{}, "completion", "bash")
	for line, want := range map[string]string{
		"demo-tool ":                     "card completion look man",
		"demo-tool lo":                   "look",
		"demo-tool look --l":             "--lang",
		"demo-tool look --lang ":         "en fr",
		"demo-tool look --lang = f":      "fr",
		"demo-tool look --lang =":        "en fr",
		"demo-tool look --name card --t": "--title",
		"demo-tool card ":                "run show",
		"demo-tool card run ":            "new old",
		"demo-tool card run --f":         "--fault",
		"demo-tool completion ":          "bash fish zsh",
		"demo-tool look --name ":         "",
		"demo-tool -":                    "--help --verbose -h -v",
	} {
		words := strings.Split(line, " ")
		cmd := exec.Command(bash, "--norc", "-c", `source /dev/stdin; shift 0
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _demo_tool; printf '%s\n' "${COMPREPLY[@]}"`, "bash")
		cmd.Args = append(cmd.Args, words...)
		cmd.Stdin = strings.NewReader(script)
		out, err := cmd.CombinedOutput()
		got := strings.Fields(string(out))
		slices.Sort(got)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v, %v", line, got, err)
		}
	}
}

// Asks fish the same.
func TestFishCompletion(t *testing.T) {
	fish, err := exec.LookPath("fish")
	if err != nil {
		t.Skip("no fish here")
	}
	script, _, _ := run(t, &nested{}, "completion", "fish")
	path := filepath.Join(t.TempDir(), "demo.fish")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"demo-tool lo": "look", "demo-tool card ": "run show", "demo-tool card run --f": "--fault",
		"demo-tool look --lang ": "en fr", "demo-tool completion ": "bash fish zsh",
	} {
		out, err := exec.Command(fish, "--no-config", "-c", "source "+path+"; complete -C '"+line+"' | cut -f1").CombinedOutput()
		got := strings.Fields(string(out))
		slices.Sort(got)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %q, %v", line, out, err)
		}
	}
}

// Catches text that ends a part of a specification of zsh, or a quoted word.
func TestZshEscapes(t *testing.T) {
	out, _, _ := run(t, &nested{}, "completion", "zsh")
	if want := `'--verbose[Say more\: \[all\] of '\''it'\'']'`; !strings.Contains(out, want) {
		t.Errorf("no %s in\n%s", want, out)
	}
}

// Catches text that a formatter takes for a request or an escape.
func TestManEscapes(t *testing.T) {
	out, _, _ := run(t, &nested{}, "man")
	for _, want := range []string{`C:\ecnie`, `look   .first`, "\n\\&.hidden", `\[u2013] truly`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for i := range len(out) {
		if out[i] > 0x7E {
			t.Fatalf("byte %02X at %d", out[i], i)
		}
	}
}

// mention is a command line that a help text quotes, maybe of another program.
var mention = regexp.MustCompile(`(?s)“[^”]*”`)

// flag finds the flags in a help text.
var flag = regexp.MustCompile(`--[a-z][a-z-]*[a-z]`)

// Builds the four programs and compares what they print with their own help.
// Catches a program whose flags are left out, and output that shell or
// formatter refuses.
func TestFourPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("links four programs")
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin, "../../cnie", "../../cnie-agent", "../../cnie-idp", "../../cnie-lab").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"cnie", "cnie-agent", "cnie-idp", "cnie-lab"} {
		program := filepath.Join(bin, name)
		documents := map[string]string{}
		for _, args := range []string{"completion bash", "completion zsh", "completion fish", "man"} {
			documents[args] = output(t, program, strings.Fields(args)...)
		}
		accepts(t, documents["completion bash"], "bash", "-n")
		accepts(t, documents["completion zsh"], "zsh", "-n")
		accepts(t, documents["completion fish"], "fish", "--no-execute")
		accepts(t, documents["man"], "groff", "-man", "-Tutf8", "-ww", "-z")
		for _, command := range helpOf(t, program) {
			for _, flag := range flag.FindAllString(mention.ReplaceAllString(command, ""), -1) {
				for kind, document := range documents {
					document = strings.NewReplacer(`\-`, "-", " -l ", " --").Replace(document)
					if !strings.Contains(document, flag) {
						t.Errorf("%s %s lacks %s", name, kind, flag)
					}
				}
			}
		}
	}
}

// helpOf is the help of a program and of each of its commands.
func helpOf(t *testing.T, program string) []string {
	t.Helper()
	help := []string{output(t, program, "--help")}
	_, list, _ := strings.Cut(help[0], "\nCommands:\n")
	for line := range strings.Lines(list) {
		if words := strings.Fields(line); strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "   ") {
			var path []string
			for _, w := range words {
				if strings.ContainsAny(w, "[<-") {
					break
				}
				path = append(path, w)
			}
			help = append(help, output(t, program, append(path, "--help")...))
		}
	}
	return help
}

func output(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, args...).Output()
	if err != nil || len(out) == 0 {
		t.Fatalf("%s %v: %v", filepath.Base(program), args, err)
	}
	return string(out)
}

// accepts runs a tool over a document, where the tool is there.
func accepts(t *testing.T, document, tool string, args ...string) {
	t.Helper()
	cmd := exec.Command(tool, args...)
	cmd.Stdin = strings.NewReader(document)
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Logf("no %s here", tool)
		return
	}
	if err != nil || len(out) != 0 {
		t.Errorf("%s: %v\n%s", tool, err, out)
	}
}

// Catches a name of a flag that completion offers and help does not tell.
func TestHelpTellsOtherNames(t *testing.T) {
	out, _, status := run(t, &nested{}, "look", "--help")
	if status != cli.ExitDone || strings.Count(out, "Also --title.") != 1 || strings.Count(out, "Also") != 1 {
		t.Errorf("status %d\n%s", status, out)
	}
}
