package lds

import (
	"fmt"

	"cnie.example/card/tlv"
)

// Data objects of READ BINARY with odd INS (ISO/IEC 7816-4, 11.3.3).
const (
	tagOffset        tlv.Tag = 0x54
	tagDiscretionary byte    = 0x53
)

// discretionaryHeader is the longest header of DO'53': tag, and a length of one
// to four bytes.
const discretionaryHeader = 5

// readDiscretionary opens DO'53'. Unlike in files, lengths longer than needed
// are taken: cards write the header before they know how much follows.
func readDiscretionary(b []byte) ([]byte, error) {
	if len(b) < 2 || b[0] != tagDiscretionary {
		return nil, fmt.Errorf("answer to READ BINARY is no DO'53': %w", ErrTruncated)
	}
	n, rest := int(b[1]), b[2:]
	if n >= 0x80 {
		octets := n & 0x7F
		if octets == 0 || octets > discretionaryHeader-2 || octets > len(rest) {
			return nil, fmt.Errorf("length of DO'53': %w", ErrTruncated)
		}
		n = 0
		for _, c := range rest[:octets] {
			n = n<<8 | int(c)
		}
		rest = rest[octets:]
	}
	if n != len(rest) {
		return nil, fmt.Errorf("DO'53' of %d bytes says %d: %w", len(rest), n, ErrTruncated)
	}
	return rest, nil
}
