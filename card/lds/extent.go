package lds

import (
	"fmt"

	"cnie.example/card/tlv"
)

// size is the number of bytes that the file is known to have at least: those
// of its header while b does not hold it, then the length of the whole file.
func (f File) size(b []byte) (int, error) {
	if tlv.Tag(b[0]) != f.Tag() { // every file has a tag of one byte
		return 0, fmt.Errorf("file begins with tag %02X: %w", b[0], ErrFile)
	}
	if n := headerSize(b); len(b) < n {
		return n, nil
	}
	size, err := tlv.Size(b)
	if err != nil {
		return 0, f.malformed(err)
	}
	if size > MaxFileSize {
		return 0, fmt.Errorf("%d bytes: %w", size, ErrTooLong)
	}
	return size, nil
}

// headerSize is the number of bytes of tag and length of the element that
// begins with b, as far as b tells: more when b ends inside. It is at most 6,
// so that a malformed header ends in an error of package tlv.
func headerSize(b []byte) int {
	n := 2
	if len(b) > 0 && b[0]&0x1F == 0x1F {
		n = 3
	}
	if len(b) >= n && b[n-1] > 0x80 && b[n-1] <= 0x83 {
		n += int(b[n-1] & 0x7F)
	}
	return n
}

// state tells what follows the elements of a file of several.
type state int

const (
	inside   state = iota // b ends inside an element
	boundary              // b ends where an element ends
	closed                // padding, or no element, follows
)

// extent is the length of the elements that b begins with. Inside an element
// it counts that one as far as it is known.
func extent(b []byte) (n int, s state) {
	for n < len(b) {
		rest := b[n:]
		if isPadding(rest[0]) {
			return n, closed
		}
		if headerSize(rest) > len(rest) {
			return n, inside
		}
		size, err := tlv.Size(rest)
		if err != nil {
			return n, closed
		}
		if size > len(rest) {
			return n + size, inside
		}
		n += size
	}
	return n, boundary
}
