//go:build unix

package providers_test

import (
	"errors"
	"os"
	"testing"

	"cnie.example/web/providers"
)

// A record that others can write is one that others can enrol.
func TestOwner(t *testing.T) {
	for name, c := range map[string]struct {
		file, dir os.FileMode
		uid       int
		ok        bool
	}{
		"tight":          {0o644, 0o755, -1, true},
		"group's file":   {0o664, 0o755, -1, false},
		"anyone's file":  {0o646, 0o755, -1, false},
		"group's dir":    {0o644, 0o775, -1, false},
		"anyone's dir":   {0o644, 0o1777, -1, false},
		"another's file": {0o644, 0o755, 12345, false},
	} {
		t.Run(name, func(t *testing.T) {
			if c.uid >= 0 && os.Getuid() != 0 {
				t.Skip("only root can give a file away")
			}
			dir := t.TempDir()
			path := write(t, dir, "a.json", good())
			for _, err := range []error{os.Chmod(path, c.file), os.Chmod(dir, c.dir), os.Chown(path, c.uid, -1)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			_, err := providers.Load(dir, providers.Options{})
			if c.ok != (err == nil) || !c.ok && !errors.Is(err, providers.ErrOwner) {
				t.Errorf("Load: %v", err)
			}
		})
	}
}
