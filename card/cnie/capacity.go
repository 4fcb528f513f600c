package cnie

import "cnie.example/card"

// Sizes of APDUs (ISO/IEC 7816-3, 12.1.3) with header, length fields and status
// word.
const (
	shortCommand     = 4 + 1 + card.MaxShortData + 1
	shortResponse    = card.MaxShortLe + 2
	extendedResponse = card.MaxExtendedLe + 2
)

// What a protected response of more than 256 bytes has around its cipher
// blocks: tag, length and padding indicator of DO'87', DO'99', DO'8E', status
// word (ICAO Doc 9303-11, 9.8.4).
const (
	cipherBlock = 16
	protection  = 4 + 1 + 4 + 10 + 2

	// protectedShortLe is the most plain data whose protected response fits the
	// 256 bytes of a short one: 14 blocks less one byte of padding.
	protectedShortLe = 14*cipherBlock - 1
)

// MaxLe is the largest length in bytes that card and reader took in a read so
// far: 65536, what one answer held, or one of the short lengths; 0 when a known
// document was opened without any and nothing was found out. After ErrReopen it
// is the one to open the card with again. It is for Access.MaxLe and Lengths.
func (c *Card) MaxLe() int {
	if c.guessed {
		return 0
	}
	return c.maxLe
}

// MaxCommand is the longest command APDU in bytes that a provider may count on:
// that of a short one. More was not tried and is not needed, since a wrapped
// READ BINARY has at most 23 bytes, extended length fields included.
func (c *Card) MaxCommand() int { return shortCommand }

// MaxResponse is the longest response APDU in bytes that a provider may ask of
// card and reader: 65538 when they took reads with the largest extended length
// and gave all there was, what one answer held when they gave less, 258 when
// they took only short length or nothing is known.
func (c *Card) MaxResponse() int {
	switch {
	case c.maxLe >= card.MaxExtendedLe:
		return extendedResponse
	case c.maxLe <= card.MaxShortLe:
		return shortResponse
	}
	// The last block holds at least one byte of padding.
	blocks := (c.maxLe + 1) / cipherBlock
	return max(shortResponse, blocks*cipherBlock+protection)
}
