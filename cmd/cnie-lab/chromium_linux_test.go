package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cnie.example/cmd/cnie-lab/internal/lab"
)

const (
	chromiumPath = "/usr/bin/chromium" // Debian package chromium
	patience     = 60 * time.Second    // for everything that one tab does
	exitTime     = 10 * time.Second    // for the processes of a browser to end
)

// chromium is a running browser with a profile of its own.
type chromium struct {
	t   *testing.T
	ctx context.Context
}

// openChromium starts a browser that prefers a language. It ends with the test,
// and the test fails when a process of it stays behind.
//
// The browser accepts the laboratory's certificates by the digest of their
// authority's key, which their chain carries. So a certificate of anybody else
// is refused as ever, and no certificate store is needed, which only a further
// package (libnss3-tools) could fill.
func openChromium(t *testing.T, keys *lab.Keys, language string) *chromium {
	t.Helper()
	if _, err := os.Stat(chromiumPath); err != nil {
		t.Fatalf("install the Debian package chromium (make deps does): %v", err)
	}
	profile := t.TempDir()
	t.Cleanup(func() { awaitEnd(t, profile) })
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromiumPath), chromedp.UserDataDir(profile),
		// Without TMPDIR and HOME it would leave files behind, and read those of the user.
		chromedp.Env("TMPDIR="+profile, "HOME="+profile),
		chromedp.NoSandbox, // root has none
		chromedp.Flag("ignore-certificate-errors-spki-list", keyDigest(t, keys.AuthorityFile())),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", language), chromedp.Flag("lang", language),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	t.Cleanup(func() {
		closing, cancel := context.WithTimeout(ctx, exitTime)
		defer cancel()
		_ = chromedp.Cancel(closing) // what it leaves is killed by cancel, or seen by awaitEnd
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", chromiumPath, err)
	}
	return &chromium{t: t, ctx: ctx}
}

// keyDigest is the base64 SHA-256 of the public key of a PEM certificate.
func keyDigest(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		t.Fatalf("%s: no PEM block", file)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(digest[:])
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
				_ = syscall.Kill(pid, syscall.SIGKILL) // it may just have ended
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
