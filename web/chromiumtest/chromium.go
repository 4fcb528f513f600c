// Package chromiumtest starts a real browser for tests: Chromium without a
// window, with a profile of its own that ends with the test.
//
// It knows no pages. Tests drive the browser with package chromedp.
package chromiumtest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// exitTime is how long the processes of a browser may take to end.
const exitTime = 10 * time.Second

// Options say how a browser differs from a fresh one.
type Options struct {
	Language string // preferred, as "fr-FR"; empty: that of the system
	// KeyDigest is the base64 SHA-256 of the public key of an authority whose
	// certificates are accepted although nothing on this machine vouches for it.
	// Empty: every certificate is accepted.
	KeyDigest string
	Listener  func(event any) // of the first tab; may be nil
}

// Open starts a browser and gives its first tab, which lives until the test
// ends. A test under -short is skipped; one without the browser fails, and so
// does one that leaves a process of it behind (where there is /proc).
func Open(t *testing.T, o Options) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a real browser takes seconds")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("install the Debian package chromium (make deps does)")
	}
	profile := t.TempDir()
	t.Cleanup(func() { awaitEnd(t, profile) })
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), flags(path, profile, o)...)
	t.Cleanup(cancel)
	var tab []chromedp.ContextOption
	if o.Listener != nil {
		tab = append(tab, chromedp.WithListener(o.Listener))
	}
	ctx, cancel = chromedp.NewContext(ctx, tab...)
	t.Cleanup(cancel)
	t.Cleanup(func() {
		closing, cancel := context.WithTimeout(ctx, exitTime)
		defer cancel()
		_ = chromedp.Cancel(closing) // what it leaves is killed by cancel, or seen by awaitEnd
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

func flags(path, profile string, o Options) []chromedp.ExecAllocatorOption {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile),
		// Without TMPDIR and HOME it would leave files behind, and read those of the user.
		chromedp.Env("TMPDIR="+profile, "HOME="+profile),
		chromedp.NoSandbox, // root has none
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	if o.Language != "" {
		options = append(options, chromedp.Flag("accept-lang", o.Language), chromedp.Flag("lang", o.Language))
	}
	if o.KeyDigest != "" {
		return append(options, chromedp.Flag("ignore-certificate-errors-spki-list", o.KeyDigest))
	}
	return append(options, chromedp.Flag("ignore-certificate-errors", true))
}

// awaitEnd waits until no process uses the profile, and kills one that stays.
func awaitEnd(t *testing.T, profile string) {
	for deadline := time.Now().Add(exitTime); ; time.Sleep(20 * time.Millisecond) {
		left := processesOf(profile)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			for _, pid := range left {
				if p, err := os.FindProcess(pid); err == nil {
					_ = p.Kill() // it may just have ended
				}
			}
			t.Errorf("processes of the browser stayed behind: %v", left)
			return
		}
	}
}

// processesOf lists the processes with the profile in their command line, which
// Chromium's helpers inherit.
func processesOf(profile string) []int {
	var pids []int
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(line, []byte("--user-data-dir="+profile)) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
