package chipproof

import (
	"cnie.example/card"
	"cnie.example/card/sm"
)

// What a protected response holds besides the cryptogram, in bytes: DO'99'
// with the status word, DO'8E' with the MAC (ICAO Doc 9303-11, 9.8.4), and the
// status word itself.
const (
	statusObject = 4
	macObject    = 10
	statusWord   = 2
	trailer      = statusObject + macObject + statusWord
)

// fullResponse is a response APDU that says there is no limit but that of ISO/
// IEC 7816-4: the data of a file is shorter than what may be asked for.
const fullResponse = card.MaxExtendedLe + statusWord

// shortResponse is the longest response APDU to a short command.
const shortResponse = card.MaxShortLe + statusWord

// sizes is what one command may ask for.
type sizes struct {
	maxCommand int
	le         int // bytes of a file that one read asks for
}

func sizesFor(c sm.Cipher, maxCommand, maxResponse int) sizes {
	return sizes{maxCommand: maxCommand, le: largestLe(c.BlockSize(), maxResponse)}
}

// largestLe is the greatest number of plain bytes whose protected response
// fits into an APDU of maxResponse bytes; 0 when none does.
//
// Between what a short response can carry under protection and 256, a short
// command would be answered with more than a short response holds, so the
// smaller number is used.
func largestLe(block, maxResponse int) int {
	if maxResponse >= fullResponse {
		return card.MaxExtendedLe
	}
	le := plainIn(block, maxResponse)
	if le <= card.MaxShortLe {
		le = min(le, plainIn(block, shortResponse))
	}
	return le
}

// plainIn counts the plain bytes in DO'87' of a response of n bytes: tag,
// length, padding indicator, whole blocks, at least one byte of padding.
func plainIn(block, n int) int {
	object := n - trailer
	for _, header := range []struct{ bytes, longest int }{{2, 0x7F}, {3, 0xFF}, {4, 0xFFFF}} {
		if value := object - header.bytes; value <= header.longest {
			return max(0, (value-1)/block*block-1)
		}
	}
	return card.MaxExtendedLe
}
