package cnie

import "testing"

// Catches a size announced to a provider that is more than an answer held, or
// less by more than a cipher block.
func TestCapacityOfShortAnswers(t *testing.T) {
	for n := 257; n < 65536; n++ {
		held := 4 + 1 + (n/16+1)*16 + 4 + 10 + 2 // ICAO Doc 9303-11, 9.8.4
		if got := (&Card{maxLe: n}).MaxResponse(); got > held || got < held-16 {
			t.Fatalf("answers of %d bytes, %d with protection: told %d", n, held, got)
		}
	}
}
