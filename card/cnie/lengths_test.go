package cnie_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/card/cnie"
)

// TestLengths catches pairs that are mixed up, a memory that grows without
// bound or forgets the wrong pair, and nonsense that is kept.
func TestLengths(t *testing.T) {
	var l cnie.Lengths
	atr := []byte{0x3B, 0x01, 0x00}
	if got := l.Recall("A", atr); got != 0 {
		t.Errorf("empty memory recalls %d", got)
	}
	l.Remember("A", atr, 256)
	l.Remember("B", atr, 65536)
	l.Remember("A", []byte{0x3B, 0x01, 0x01}, 223)
	atr[2] = 0xFF // kept bytes are copies
	atr = []byte{0x3B, 0x01, 0x00}
	for _, tc := range []struct {
		reader string
		atr    []byte
		want   int
	}{{"A", atr, 256}, {"B", atr, 65536}, {"A", []byte{0x3B, 0x01, 0x01}, 223}, {"B", []byte{0x3B, 0x01, 0x01}, 0}} {
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
		"no UTF-8": {"\xFF", atr, 256}, "no ATR": {"A", nil, 256}, "long ATR": {"A", append([]byte{0x3B, 0x0F}, make([]byte, 32)...), 256},
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
				l.Remember(fmt.Sprint(n), []byte{0x3B, 0x01, byte(i)}, 256)
				l.Recall(fmt.Sprint(n), []byte{0x3B, 0x01, byte(i)})
				if _, err := json.Marshal(&l); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
}

// TestLengthsOfAnATRThatNamesNothing catches a length of one passport that is
// used with every other: all that reach a contactless reader without historical
// bytes have the same answer to reset (PC/SC part 3, 3.1.3.2.3.1).
func TestLengthsOfAnATRThatNamesNothing(t *testing.T) {
	for _, atr := range [][]byte{{0x3B, 0x80, 0x80, 0x01, 0x01}, {0x3B, 0x00}, {0x3B, 0x01}, {0x3B}} {
		var l cnie.Lengths
		l.Remember("A", atr, 256)
		l.Note("A", atr, 256, time.Now())
		if got := l.Recall("A", atr); got != 0 {
			t.Errorf("%X: kept %d", atr, got)
		}
	}
}

// TestLengthsExpire catches a pair that is kept for good because others are
// noted after it, one that goes early, and one from a clock that was wrong.
func TestLengthsExpire(t *testing.T) {
	const age = 30 * 24 * time.Hour
	atr, now := []byte{0x3B, 0x01, 0x00}, time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC)
	var l cnie.Lengths
	l.Remember("this run", atr, 256)
	for reader, days := range map[string]int{"old": -31, "young": -29, "today": 0, "future": 1} {
		l.Note(reader, atr, 256, now.AddDate(0, 0, days))
	}
	l.Expire(now, age)
	for reader, want := range map[string]int{"this run": 256, "old": 0, "young": 256, "today": 256, "future": 0} {
		if got := l.Recall(reader, atr); got != want {
			t.Errorf("%s: %d, want %d", reader, got, want)
		}
	}
}

// TestLengthsJSON catches a stored memory that comes back as another one or
// with other days, and one read although nobody here wrote it.
func TestLengthsJSON(t *testing.T) {
	var l cnie.Lengths
	now := time.Date(2026, 1, 14, 23, 30, 0, 0, time.FixedZone("", -3600)) // the 15th in UTC
	l.Note(`Reader "é" 00`, []byte{0x3B, 0x01, 0xDB}, 256, now)
	l.Remember("this run", []byte{0x3B, 0x01, 0xDB}, 256)
	l.Note("B", []byte{0x3B, 0x01, 0xDC}, 65536, now.AddDate(0, 0, 1))
	b, err := json.Marshal(&l)
	must(t, err)
	const want = `{"version":2,"lengths":[{"reader":"Reader \"é\" 00","atr":"3B01DB","max_le":256,"noted":"2026-01-15"},{"reader":"B","atr":"3B01DC","max_le":65536,"noted":"2026-01-16"}]}`
	if string(b) != want {
		t.Errorf("%s", b)
	}
	var again cnie.Lengths
	must(t, json.Unmarshal(b, &again))
	if again.Recall(`Reader "é" 00`, []byte{0x3B, 0x01, 0xDB}) != 256 || again.Recall("B", []byte{0x3B, 0x01, 0xDC}) != 65536 {
		t.Error("lengths are lost")
	}
	if b, err := json.Marshal(&again); err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
	var empty cnie.Lengths
	b, err = json.Marshal(&empty)
	must(t, err)
	if string(b) != `{"version":2,"lengths":[]}` || empty.UnmarshalJSON(b) != nil {
		t.Errorf("%s", b)
	}
	for _, bad := range badLengths() {
		if err := again.UnmarshalJSON([]byte(bad)); !errors.Is(err, cnie.ErrLengths) {
			t.Errorf("%.80s: %v", bad, err)
		}
		if again.Recall("B", []byte{0x3B, 0x01, 0xDC}) != 65536 {
			t.Fatalf("%.80s: memory is lost", bad)
		}
	}
}

// badLengths are stored memories that nobody here wrote, the first version
// among them.
func badLengths() []string {
	const pair = `{"reader":"A","atr":"3B0101","max_le":256,"noted":"2026-01-14"}`
	list := []string{
		``, `null`, `[]`, `{}`, `{"version":2}`, `{"version":1,"lengths":[]}`, `{"version":3,"lengths":[]}`, `{"version":2,"lengths":null}`,
		`{"version":2,"lengths":[],"more":1}`, `{"version":2,"version":2,"lengths":[]}`, `{"version":2,"lengths":[]} {}`,
		`{"version":2,"lengths":[{}]}`, `{"version":2,"lengths":[` + pair + `,` + pair + `]}`,
		`{"version":2,"lengths":[` + strings.Repeat(pair+`,`, cnie.MaxLengths) + pair + `]}`,
		strings.Repeat(" ", 65<<10) + `{"version":2,"lengths":[]}`,
	}
	for from, to := range map[string]string{
		`"3B0101"`: `"3b0101"`, `0101"`: `010"`, `3B01`: `3B80`, `:256`: `:1`, `256`: `2.5`, `"reader"`: `"Reader"`,
		`,"noted":"2026-01-14"`: ``, `2026-01-14`: `2026-02-30`, `2026`: `0001`, `01-14"`: `01-14T00:00:00Z"`, `-01-`: `-1-`,
	} {
		one := strings.Replace(pair, from, to, 1)
		if from == `2026` {
			one = strings.Replace(one, `01-14`, `01-01`, 1) // the zero day
		}
		list = append(list, `{"version":2,"lengths":[`+one+`]}`)
	}
	return list
}

// FuzzLengths requires that what is read is written again in one form, and that
// everything else is a typed error.
func FuzzLengths(f *testing.F) {
	f.Add([]byte(`{"version":2,"lengths":[]}`))
	f.Add([]byte(`{"version":2,"lengths":[{"reader":"A","atr":"3BDB00","max_le":256,"noted":"2026-01-14"},{"reader":"B","atr":"3BDB00","max_le":65536,"noted":"2024-02-29"}]}`))
	f.Add([]byte(`{"version":2,"lengths":[{"reader":"é","atr":"3B0100","max_le":223,"noted":"2026-01-14"}]}`))
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
