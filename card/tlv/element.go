package tlv

import (
	"errors"
	"fmt"
)

// ErrSyntax is the cause of every parse error of this package.
var ErrSyntax = errors.New("malformed TLV")

// Read takes one element off b. value and rest alias b. Every error wraps
// ErrSyntax.
func Read(b []byte) (tag Tag, value, rest []byte, err error) {
	tag, rest, err = readTag(b)
	if err != nil {
		return 0, nil, nil, err
	}
	n, rest, err := readLength(rest)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("%v: %w", tag, err)
	}
	if n > len(rest) {
		return 0, nil, nil, fmt.Errorf("%v: length %d, only %d bytes left: %w", tag, n, len(rest), ErrSyntax)
	}
	return tag, rest[:n:n], rest[n:], nil
}

// Expect takes one element off b and refuses any other tag.
func Expect(b []byte, tag Tag) (value, rest []byte, err error) {
	got, value, rest, err := Read(b)
	if err != nil {
		return nil, nil, fmt.Errorf("read %v: %w", tag, err)
	}
	if got != tag {
		return nil, nil, fmt.Errorf("tag %v where %v is due: %w", got, tag, ErrSyntax)
	}
	return value, rest, nil
}

// Only is the value of the element that b consists of. Bytes after it are
// refused.
func Only(b []byte, tag Tag) (value []byte, err error) {
	value, rest, err := Expect(b, tag)
	if err != nil {
		return nil, err
	}
	if len(rest) != 0 {
		return nil, fmt.Errorf("%d bytes after %v: %w", len(rest), tag, ErrSyntax)
	}
	return value, nil
}

// Size is the number of bytes of the whole element, tag and length included,
// whose first bytes are prefix. The value need not be there. Up to 7 bytes of
// prefix can be needed; a header that is cut wraps ErrSyntax like a wrong one.
func Size(prefix []byte) (int, error) {
	_, rest, err := readTag(prefix)
	if err != nil {
		return 0, err
	}
	n, rest, err := readLength(rest)
	if err != nil {
		return 0, err
	}
	return len(prefix) - len(rest) + n, nil
}

// Append writes one element whose value is the concatenation of the given
// pieces, and returns the extended slice. The pieces are copied. Values are
// limited to 16 MiB, which no caller with bytes of a card can reach.
func Append(dst []byte, tag Tag, value ...[]byte) []byte {
	n := 0
	for _, v := range value {
		n += len(v)
	}
	dst = appendTag(dst, tag)
	dst = appendLength(dst, n)
	for _, v := range value {
		dst = append(dst, v...)
	}
	return dst
}
