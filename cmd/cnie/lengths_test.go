package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cnie.example/card/cnie"
	"cnie.example/card/pace"
	"cnie.example/card/transcript"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/language"
)

// Would catch: a length that is lost or mixed up between two runs, a file that
// others may read, one that is written for nothing, and temporary files.
func TestLengthMemory(t *testing.T) {
	now, atr := time.Now(), []byte{0x3B, 0x01, 0x00}
	dir := filepath.Join(t.TempDir(), "cache", "cnie")
	path := filepath.Join(dir, "lengths.json")
	m := loadLengths(path, now)
	if err := m.remember("A", atr, 65536); err != nil || m.recall("A", atr) != 0 {
		t.Errorf("largest length: %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a directory for nothing: %v", err)
	}
	for reader, maxLe := range map[string]int{"A": 256, "B": 223} {
		if err := m.remember(reader, atr, maxLe); err != nil {
			t.Fatal(err)
		}
	}
	again := loadLengths(path, now)
	if a, b, c := again.recall("A", atr), again.recall("B", atr), again.recall("A", nil); a != 256 || b != 223 || c != 0 {
		t.Errorf("recalled %d, %d, %d", a, b, c)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := again.remember("A", atr, 65536); err != nil || loadLengths(path, now).recall("A", atr) != 0 {
		t.Errorf("reader that was mended: %v", err)
	}
	if err := again.remember("A", []byte{0x3B, 0x80, 0x80, 0x01, 0x01}, 223); err != nil || again.recall("A", []byte{0x3B, 0x80, 0x80, 0x01, 0x01}) != 0 {
		t.Errorf("a card of no known kind is noted: %v", err)
	}
}

// Would catch: a note that is never put to the test again because others are
// written beside it, or because it is used.
func TestLengthMemoryGrowsOld(t *testing.T) {
	path, atr := filepath.Join(t.TempDir(), "lengths.json"), []byte{0x3B, 0x01, 0x00}
	start := time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC)
	read := func(day int, reader string, maxLe int) (recalled int) {
		m := loadLengths(path, start.AddDate(0, 0, day))
		recalled = m.recall(reader, atr)
		if err := m.remember(reader, atr, maxLe); err != nil {
			t.Fatal(err)
		}
		return recalled
	}
	read(0, "A", 256)
	for day := 10; day <= 40; day += 10 {
		read(day, "B", 223+day) // another reader, whose length changes
		want := 256
		if day == 40 {
			want = 0
		}
		if got := read(day, "A", 256); got != want {
			t.Errorf("day %d: recalled %d, want %d", day, got, want)
		}
	}
	if got := read(60, "A", 256); got != 256 {
		t.Errorf("found anew on day 40, on day 60 recalled %d", got)
	}
}

// Would catch: a program that stops, waits or grows because of what lies in the
// cache directory.
func TestLengthMemoryOfABadFile(t *testing.T) {
	atr := []byte{0x3B, 0x01, 0x00}
	good := []byte(`{"version":2,"lengths":[{"reader":"A","atr":"3B0100","max_le":256,"noted":"` + time.Now().UTC().Format(time.DateOnly) + `"}]}`)
	for name, put := range map[string]func(path string) error{
		"nothing": func(string) error { return nil },
		"empty":   func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"cut":     func(path string) error { return os.WriteFile(path, good[:len(good)-1], 0o600) },
		"too long": func(path string) error {
			return os.WriteFile(path, append(bytes.Repeat([]byte(" "), maxLengthsFile), good...), 0o600)
		},
		"directory": func(path string) error { return os.Mkdir(path, 0o700) },
		"link": func(path string) error {
			return errors.Join(os.WriteFile(path+".real", good, 0o600), os.Symlink(path+".real", path))
		},
	} {
		path := filepath.Join(t.TempDir(), "lengths.json")
		if err := put(path); err != nil {
			t.Fatal(err)
		}
		m := loadLengths(path, time.Now())
		if got := m.recall("A", atr); got != 0 {
			t.Errorf("%s: recalled %d", name, got)
		}
		if err := m.remember("A", atr, 256); (err != nil) != (name == "directory") {
			t.Errorf("%s: %v", name, err)
		}
		if m.recall("A", atr) != 256 {
			t.Errorf("%s: forgotten within the run", name)
		}
	}
	nowhere := loadLengths("", time.Now())
	if err := nowhere.remember("A", atr, 256); err != nil || nowhere.recall("A", atr) != 256 {
		t.Errorf("no cache directory: %v", err)
	}
}

// A card that takes short messages only is read twice, the second time with the
// length that the first found. Would catch: a length that is remembered and not
// used, or used and not found again.
func TestReadingWithARememberedLength(t *testing.T) {
	profile := issuer.Specimen()
	profile.ExtendedLength = false
	p, err := personalise(profile)
	if err != nil {
		t.Fatal(err)
	}
	first, length := exchanges(t, p, 0)
	if length == 0 || length > 256 {
		t.Fatalf("found length %d", length)
	}
	second, again := exchanges(t, p, length)
	if second >= first || again != length {
		t.Errorf("%d exchanges, then %d; length %d, then %d", first, second, length, again)
	}
}

// exchanges reads a document with a length recalled, and counts.
func exchanges(t *testing.T, p vcard.Personalisation, recalled int) (count, maxLe int) {
	t.Helper()
	c, err := vcard.New(p, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	can, err := pace.CAN(p.CAN)
	if err != nil {
		t.Fatal(err)
	}
	recorder := transcript.NewRecorder(c, transcript.Header{}, nil)
	text := wordsIn(language.English)
	r := reading{
		card: recorder, atr: p.ATR, rand: rand.Reader, password: password{pace: can}, maxLe: recalled,
		wants: wantsIdentity, progress: newProgress(io.Discard, text), words: text,
	}
	read, err := r.run(t.Context())
	if err != nil || read.proof.Method == cnie.NoMethod {
		t.Fatalf("proof %v, %v", read.proof, err)
	}
	return len(recorder.Transcript().Exchanges()), read.maxLe
}
