package chipproof

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// protected is the size of a protected response APDU with n plain bytes,
// counted from ICAO Doc 9303-11, 9.8.4 without the formula under test.
func protected(block, n int) int {
	value := 1 + (n/block+1)*block
	header := 2
	if value > 0x7F {
		header++
	}
	if value > 0xFF {
		header++
	}
	return header + value + 4 + 10 + 2
}

// Catches a read whose answer does not fit, or that asks for less than it
// could. All sizes and both block lengths are tried.
func TestLargestLe(t *testing.T) {
	for _, block := range []int{8, 16} {
		for maxResponse := 64; maxResponse < fullResponse; maxResponse++ {
			le := largestLe(block, maxResponse)
			if le < 1 || protected(block, le) > maxResponse {
				t.Fatalf("block %d, response %d: Le %d is answered by %d bytes", block, maxResponse, le, protected(block, le))
			}
			limit := maxResponse
			if le <= card.MaxShortLe {
				limit = min(maxResponse, shortResponse)
			}
			if protected(block, le) > limit {
				t.Fatalf("block %d, response %d: Le %d does not fit a short response", block, maxResponse, le)
			}
			if more := le + 1; protected(block, more) <= limit && more <= card.MaxExtendedLe {
				t.Fatalf("block %d, response %d: Le %d, could be %d", block, maxResponse, le, more)
			}
		}
		if le := largestLe(block, fullResponse); le != card.MaxExtendedLe {
			t.Errorf("no limit: Le %d", le)
		}
	}
	// The lengths that readers of short APDUs are known to use (ICAO Doc
	// 9303-11, 9.8.4: AES 223, 3DES 231).
	if aes, des := largestLe(16, 258), largestLe(8, 258); aes != 223 || des != 231 {
		t.Errorf("short: %d, %d", aes, des)
	}
}

// Catches keys that outlive the exchange, at each of its three ends.
func TestKeysAreWiped(t *testing.T) {
	for name, end := range map[string]func(*Exchange){
		"close":    (*Exchange).Close,
		"error":    func(x *Exchange) { _, _ = x.Answer(nil) },
		"complete": func(x *Exchange) { x.end(Complete) },
	} {
		keys, err := sm.DeriveKeys(sm.AES128, []byte("SPECIMEN"))
		if err != nil {
			t.Fatal(err)
		}
		x := &Exchange{state: Waiting, keys: keys, batch: make([]step, 1), clock: time.Now}
		end(x)
		x.Close()
		if _, err := keys.Wrap(1, card.Command{INS: 0xB0, Le: 1}); !errors.Is(err, sm.ErrClosed) {
			t.Errorf("%s: keys still wrap: %v", name, err)
		}
		if x.readings != nil || x.batch != nil {
			t.Errorf("%s: contents are kept", name)
		}
	}
}

// Catches personal data of a file under way, or keys, that stay in memory after
// an end: the bytes themselves are looked at.
func TestContentsAreWiped(t *testing.T) {
	for name, end := range map[string]func(*Exchange){
		"close":  (*Exchange).Close,
		"error":  func(x *Exchange) { _, _ = x.Answer(nil) },
		"freeze": func(x *Exchange) { _, _ = x.Freeze() },
	} {
		enc, mac := bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 16)
		keys, err := sm.NewKeys(sm.AES128, enc, mac)
		if err != nil {
			t.Fatal(err)
		}
		content := []byte("SPECIMEN")
		r := &reading{file: lds.DG1, content: content, size: 95}
		x := &Exchange{
			state: Waiting, keys: keys, clock: time.Now, deadline: time.Now().Add(Deadline),
			wrapped: 1, budget: budget{MaxCommands - 1, MaxBytes}, readings: []*reading{r}, batch: []step{{reading: r, le: 1}},
		}
		end(x)
		for what, b := range map[string][]byte{"content": content, "KSenc": enc, "KSmac": mac} {
			if !bytes.Equal(b, make([]byte, len(b))) {
				t.Errorf("%s: %s is left: %x", name, what, b)
			}
		}
	}
}

// Catches a copy of a file that is left behind while it grows, and bytes of a
// chip behind the end of a file that are.
func TestReadingLeavesNothing(t *testing.T) {
	r := &reading{file: lds.DG1}
	r.put(0, []byte{0x61, 4}, false)
	first := r.content[:cap(r.content)]
	if complete, err := r.complete(); complete || err != nil || r.size != 6 {
		t.Fatalf("%v, size %d, %v", complete, r.size, err)
	}
	r.put(2, []byte{1, 2, 3}, false)
	if !bytes.Equal(first, make([]byte, len(first))) {
		t.Errorf("left: %x", first)
	}
	room := &r.content[0]
	r.put(4, []byte{3, 4}, false)
	if &r.content[0] != room {
		t.Error("copied again, with the size known")
	}
	r.put(6, []byte{5, 6, 7}, true)
	whole := r.content[:9]
	if complete, err := r.complete(); !complete || err != nil || !bytes.Equal(whole, []byte{0x61, 4, 1, 2, 3, 4, 0, 0, 0}) {
		t.Errorf("%v, %x, %v", complete, whole, err)
	}
}
