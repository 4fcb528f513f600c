package trust

import (
	"errors"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"cnie.example/cmd/internal/cli"
)

// TestMain lets the scripts run the commands as a process.
func TestMain(m *testing.M) {
	commands := &struct {
		Trust Command `cmd:"" help:"SPECIMEN"`
	}{}
	testscript.Main(m, map[string]func(){"cnie": cli.Program{Name: "cnie", Description: "SPECIMEN", Commands: commands}.Main})
}

// Each script says what it would catch.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: func(env *testscript.Env) error { return newMaterial().put(env.WorkDir) },
		Cmds:  map[string]func(*testscript.TestScript, bool, []string){"status": status},
	})
}

// status runs a program and wants it to end with an exit status, which exec
// cannot tell from any other failure.
func status(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: status N program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}
