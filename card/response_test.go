package card_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"cnie.example/card"
)

// A parser that takes a response without a status word, or one longer than any
// card can send, reads out of bounds or beyond its limits later.
func TestParseResponseRefuses(t *testing.T) {
	for _, n := range []int{0, 1, 65536 + 3} {
		if _, err := card.ParseResponse(make([]byte, n)); !errors.Is(err, card.ErrResponse) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if r, err := card.ParseResponse(make([]byte, 65536+2)); err != nil || len(r.Data) != 65536 {
		t.Errorf("longest response: %v", err)
	}
}

// FuzzResponse: what parses is written back the same, byte for byte.
func FuzzResponse(f *testing.F) {
	f.Add([]byte{0x90, 0x00})
	f.Add([]byte{0x01, 0x02, 0x62, 0x82})
	f.Add([]byte{0x90})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := card.ParseResponse(b)
		if err != nil {
			if !errors.Is(err, card.ErrResponse) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if !bytes.Equal(r.Bytes(), b) {
			t.Fatalf("%X became %X", b, r.Bytes())
		}
	})
}

// A status word that is tested by bits, as (sw & 0x6700), matches a wrong
// sentinel in this table.
func TestStatusErrorUnwraps(t *testing.T) {
	sentinels := []error{
		card.ErrAuthenticationFailed, card.ErrBlocked, card.ErrFileNotFound,
		card.ErrSecurityStatus, card.ErrSecureMessaging, card.ErrWrongLength,
	}
	for _, tc := range []struct {
		status card.Status
		want   error
	}{
		{0x6300, card.ErrAuthenticationFailed},
		{0x63C0, card.ErrAuthenticationFailed},
		{0x63C2, card.ErrAuthenticationFailed},
		{0x63CF, card.ErrAuthenticationFailed},
		{0x6310, nil},
		{0x6982, card.ErrSecurityStatus},
		{0x6983, card.ErrBlocked},
		{0x6985, nil},
		{0x6987, card.ErrSecureMessaging},
		{0x6988, card.ErrSecureMessaging},
		{0x6A82, card.ErrFileNotFound},
		{0x6A86, nil},
		{0x6700, card.ErrWrongLength},
		{0x6701, nil},
		{0x6F00, nil},
	} {
		err := card.Response{Status: tc.status}.Err("operation")
		for _, s := range sentinels {
			if errors.Is(err, s) != (s == tc.want) {
				t.Errorf("%v: errors.Is(%v) = %v", tc.status, s, errors.Is(err, s))
			}
		}
		if !strings.Contains(err.Error(), tc.status.String()) || !strings.Contains(err.Error(), "operation") {
			t.Errorf("%v: text %q", tc.status, err)
		}
	}
	if err := (card.Response{Status: card.StatusOK}).Err("operation"); err != nil {
		t.Errorf("9000: %v", err)
	}
}

// Tries must come from 63Cx only: 6300 says nothing about tries.
func TestTries(t *testing.T) {
	for _, tc := range []struct {
		status card.Status
		left   int
		ok     bool
	}{{0x63C0, 0, true}, {0x63C3, 3, true}, {0x63CF, 15, true}, {0x6300, 0, false}, {0x62C3, 0, false}, {0x9000, 0, false}} {
		if left, ok := tc.status.Tries(); left != tc.left || ok != tc.ok {
			t.Errorf("%v: %d, %v", tc.status, left, ok)
		}
	}
}
