package lds

import (
	"encoding/asn1"
	"fmt"

	"cnie.example/card/tlv"
)

// Universal tags of DER.
const (
	tagInteger     tlv.Tag = 0x02
	tagBitString   tlv.Tag = 0x03
	tagOctetString tlv.Tag = 0x04
	tagNull        tlv.Tag = 0x05
	tagOID         tlv.Tag = 0x06
	tagPrintable   tlv.Tag = 0x13
	tagSequence    tlv.Tag = 0x30
	tagSet         tlv.Tag = 0x31
)

// Context-specific tags of DER, implicit when primitive.
const (
	tagPrimitive0   tlv.Tag = 0x80
	tagPrimitive1   tlv.Tag = 0x81
	tagConstructed0 tlv.Tag = 0xA0
	tagConstructed1 tlv.Tag = 0xA1
	tagConstructed7 tlv.Tag = 0xA7
)

// readOID takes an object identifier off b.
func readOID(b []byte) (asn1.ObjectIdentifier, []byte, error) {
	_, rest, err := tlv.Expect(b, tagOID)
	if err != nil {
		return nil, nil, err
	}
	var oid asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(b[:len(b)-len(rest)], &oid); err != nil {
		return nil, nil, fmt.Errorf("object identifier: %w", err)
	}
	return oid, rest, nil
}

// readIntegerBytes takes an INTEGER off b and gives its content bytes, which
// have the one shortest form (X.690, 8.3.2).
func readIntegerBytes(b []byte) (content, rest []byte, err error) {
	v, rest, err := tlv.Expect(b, tagInteger)
	if err != nil {
		return nil, nil, err
	}
	if len(v) == 0 {
		return nil, nil, fmt.Errorf("empty integer: %w", tlv.ErrSyntax)
	}
	if len(v) > 1 && (v[0] == 0x00 && v[1]&0x80 == 0 || v[0] == 0xFF && v[1]&0x80 != 0) {
		return nil, nil, fmt.Errorf("integer longer than needed: %w", tlv.ErrSyntax)
	}
	return v, rest, nil
}

// readSmall takes an INTEGER from 0 to limit off b; limit is below 2^23.
func readSmall(b []byte, limit int) (n int, rest []byte, err error) {
	v, rest, err := readIntegerBytes(b)
	if err != nil {
		return 0, nil, err
	}
	if len(v) > 3 || v[0]&0x80 != 0 {
		return 0, nil, fmt.Errorf("integer out of range: %w", tlv.ErrSyntax)
	}
	for _, c := range v {
		n = n<<8 | int(c)
	}
	if n > limit {
		return 0, nil, fmt.Errorf("integer %d above %d: %w", n, limit, tlv.ErrSyntax)
	}
	return n, rest, nil
}

// end refuses bytes after the last element of what.
func end(what string, rest []byte) error {
	if len(rest) != 0 {
		return fmt.Errorf("%d bytes after %s: %w", len(rest), what, tlv.ErrSyntax)
	}
	return nil
}
