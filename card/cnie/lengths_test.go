package cnie_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"cnie.example/card/cnie"
)

// TestLengths catches pairs that are mixed up, a memory that grows without
// bound or forgets the wrong pair, and nonsense that is kept.
func TestLengths(t *testing.T) {
	var l cnie.Lengths
	atr := []byte{0x3B, 0x00}
	if got := l.Recall("A", atr); got != 0 {
		t.Errorf("empty memory recalls %d", got)
	}
	l.Remember("A", atr, 256)
	l.Remember("B", atr, 65536)
	l.Remember("A", []byte{0x3B, 0x01}, 223)
	atr[1] = 0xFF // kept bytes are copies
	atr = []byte{0x3B, 0x00}
	for _, tc := range []struct {
		reader string
		atr    []byte
		want   int
	}{{"A", atr, 256}, {"B", atr, 65536}, {"A", []byte{0x3B, 0x01}, 223}, {"B", []byte{0x3B, 0x01}, 0}} {
		if got := l.Recall(tc.reader, tc.atr); got != tc.want {
			t.Errorf("%s %X: %d, want %d", tc.reader, tc.atr, got, tc.want)
		}
	}
	l.Remember("A", atr, 231)
	if got := l.Recall("A", atr); got != 231 {
		t.Errorf("changed length: %d", got)
	}
	l.Remember("A", atr, 0)
	if got := l.Recall("A", atr); got != 0 {
		t.Errorf("forgotten length: %d", got)
	}
	for name, e := range map[string]struct {
		reader string
		atr    []byte
		maxLe  int
	}{
		"no reader": {"", atr, 256}, "long name": {strings.Repeat("A", 129), atr, 256}, "control": {"A\n", atr, 256},
		"no UTF-8": {"\xFF", atr, 256}, "no ATR": {"A", nil, 256}, "long ATR": {"A", make([]byte, 34), 256},
		"too short": {"A", atr, 222}, "too long": {"A", atr, 65537}, "negative": {"A", atr, -1},
	} {
		l.Remember(e.reader, e.atr, e.maxLe)
		if got := l.Recall(e.reader, e.atr); got != 0 {
			t.Errorf("%s: kept %d", name, got)
		}
	}
	for i := range cnie.MaxLengths {
		l.Remember(fmt.Sprint("reader ", i), atr, 256)
	}
	l.Remember("reader 0", atr, 256) // the latest now
	l.Remember("one more", atr, 256)
	for reader, want := range map[string]int{"reader 0": 256, "reader 1": 0, "reader 2": 256, "one more": 256} {
		if got := l.Recall(reader, atr); got != want {
			t.Errorf("%s: %d, want %d", reader, got, want)
		}
	}
}

// TestLengthsConcurrent is for the race detector.
func TestLengthsConcurrent(t *testing.T) {
	var l cnie.Lengths
	var workers sync.WaitGroup
	for i := range 4 {
		workers.Go(func() {
			for n := range 100 {
				l.Remember(fmt.Sprint(n), []byte{byte(i)}, 256)
				l.Recall(fmt.Sprint(n), []byte{byte(i)})
				if _, err := json.Marshal(&l); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
}

// TestLengthsJSON catches a stored memory that comes back as another one, and
// one read although nobody here wrote it.
func TestLengthsJSON(t *testing.T) {
	var l cnie.Lengths
	l.Remember(`Reader "é" 00`, []byte{0x3B, 0xDB}, 256)
	l.Remember("B", []byte{0x3B}, 65536)
	b, err := json.Marshal(&l)
	must(t, err)
	const want = `{"version":1,"lengths":[{"reader":"Reader \"é\" 00","atr":"3BDB","max_le":256},{"reader":"B","atr":"3B","max_le":65536}]}`
	if string(b) != want {
		t.Errorf("%s", b)
	}
	var again cnie.Lengths
	must(t, json.Unmarshal(b, &again))
	if again.Recall(`Reader "é" 00`, []byte{0x3B, 0xDB}) != 256 || again.Recall("B", []byte{0x3B}) != 65536 {
		t.Error("lengths are lost")
	}
	var empty cnie.Lengths
	b, err = json.Marshal(&empty)
	must(t, err)
	if string(b) != `{"version":1,"lengths":[]}` || empty.UnmarshalJSON(b) != nil {
		t.Errorf("%s", b)
	}
	pair := `{"reader":"A","atr":"3B","max_le":256}`
	for _, bad := range []string{
		``, `null`, `[]`, `{}`, `{"version":1}`, `{"version":2,"lengths":[]}`, `{"version":1,"lengths":null}`,
		`{"version":1,"lengths":[],"more":1}`, `{"version":1,"version":1,"lengths":[]}`, `{"version":1,"lengths":[]} {}`,
		`{"version":1,"lengths":[{}]}`, `{"version":1,"lengths":[` + pair + `,` + pair + `]}`,
		`{"version":1,"lengths":[{"reader":"A","atr":"3b","max_le":256}]}`,
		`{"version":1,"lengths":[{"reader":"A","atr":"3","max_le":256}]}`,
		`{"version":1,"lengths":[{"reader":"A","atr":"3B","max_le":1}]}`,
		`{"version":1,"lengths":[{"reader":"A","atr":"3B","max_le":2.5}]}`,
		`{"version":1,"lengths":[{"Reader":"A","atr":"3B","max_le":256}]}`,
		`{"version":1,"lengths":[` + strings.Repeat(`{"reader":"A","atr":"3B","max_le":256},`, cnie.MaxLengths) + pair + `]}`,
		strings.Repeat(" ", 65<<10) + `{"version":1,"lengths":[]}`,
	} {
		if err := again.UnmarshalJSON([]byte(bad)); !errors.Is(err, cnie.ErrLengths) {
			t.Errorf("%.80s: %v", bad, err)
		}
		if again.Recall("B", []byte{0x3B}) != 65536 {
			t.Fatalf("%.80s: memory is lost", bad)
		}
	}
}

// FuzzLengths requires that what is read is written again in one form, and that
// everything else is a typed error.
func FuzzLengths(f *testing.F) {
	f.Add([]byte(`{"version":1,"lengths":[]}`))
	f.Add([]byte(`{"version":1,"lengths":[{"reader":"A","atr":"3BDB","max_le":256},{"reader":"B","atr":"3BDB","max_le":65536}]}`))
	f.Add([]byte(`{"version":1,"lengths":[{"reader":"é","atr":"3B","max_le":223}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var l, again cnie.Lengths
		if err := l.UnmarshalJSON(b); err != nil {
			if !errors.Is(err, cnie.ErrLengths) {
				t.Fatal(err)
			}
			return
		}
		first, err := l.MarshalJSON()
		must(t, err)
		must(t, again.UnmarshalJSON(first))
		second, err := again.MarshalJSON()
		must(t, err)
		if string(first) != string(second) {
			t.Fatalf("%s became %s", first, second)
		}
	})
}
