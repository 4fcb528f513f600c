package tlv

import "fmt"

// Tag is the identifier octets of an element as a big-endian number, class and
// constructed bit included: 0x30, 0x7F49, 0x5F1F.
type Tag uint32

// maxTagBytes is the longest identifier read (ISO/IEC 7816-4, 5.2.2.1).
const maxTagBytes = 3

// longForm in the low bits of the first byte announces more identifier bytes.
const longForm = 0x1F

// String is the tag in hexadecimal digits, two for each byte.
func (t Tag) String() string { return fmt.Sprintf("%02X", uint32(t)) }

// readTag takes the identifier octets off b. A first byte of zero is padding,
// not an element; a second byte of 80 would only lengthen the tag.
func readTag(b []byte) (Tag, []byte, error) {
	if len(b) == 0 {
		return 0, nil, fmt.Errorf("no element: %w", ErrSyntax)
	}
	if b[0] == 0 {
		return 0, nil, fmt.Errorf("tag 00: %w", ErrSyntax)
	}
	t := Tag(b[0])
	if b[0]&longForm != longForm {
		return t, b[1:], nil
	}
	for i := 1; i < maxTagBytes; i++ {
		if i >= len(b) {
			return 0, nil, fmt.Errorf("tag cut after %d bytes: %w", i, ErrSyntax)
		}
		if i == 1 && b[i] == 0x80 {
			return 0, nil, fmt.Errorf("tag longer than needed: %w", ErrSyntax)
		}
		t = t<<8 | Tag(b[i])
		if b[i]&0x80 == 0 {
			return t, b[i+1:], nil
		}
	}
	return 0, nil, fmt.Errorf("tag of more than %d bytes: %w", maxTagBytes, ErrSyntax)
}

// appendTag writes the identifier octets.
func appendTag(dst []byte, t Tag) []byte {
	if t > 0xFFFF {
		dst = append(dst, byte(t>>16))
	}
	if t > 0xFF {
		dst = append(dst, byte(t>>8))
	}
	return append(dst, byte(t))
}
