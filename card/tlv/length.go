package tlv

import "fmt"

// maxLengthBytes bounds a length to 16 MiB, far above any file of a card.
const maxLengthBytes = 3

// readLength takes a length off b. It is not compared with what follows.
func readLength(b []byte) (int, []byte, error) {
	if len(b) == 0 {
		return 0, nil, fmt.Errorf("no length: %w", ErrSyntax)
	}
	if b[0] < 0x80 {
		return int(b[0]), b[1:], nil
	}
	n := int(b[0] & 0x7F)
	if n == 0 {
		return 0, nil, fmt.Errorf("indefinite length: %w", ErrSyntax)
	}
	if n > maxLengthBytes {
		return 0, nil, fmt.Errorf("length of %d bytes: %w", n, ErrSyntax)
	}
	if len(b) < 1+n {
		return 0, nil, fmt.Errorf("length cut: %w", ErrSyntax)
	}
	length := 0
	for _, c := range b[1 : 1+n] {
		length = length<<8 | int(c)
	}
	if length < 0x80 || length < 1<<(8*(n-1)) {
		return 0, nil, fmt.Errorf("length longer than needed: %w", ErrSyntax)
	}
	return length, b[1+n:], nil
}

// appendLength writes the shortest form.
func appendLength(dst []byte, n int) []byte {
	switch {
	case n < 0x80:
		return append(dst, byte(n))
	case n < 1<<8:
		return append(dst, 0x81, byte(n))
	case n < 1<<16:
		return append(dst, 0x82, byte(n>>8), byte(n))
	default:
		return append(dst, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
}
