package vcard

import "errors"

var errTLV = errors.New("malformed data object")

// object is one data object in DER.
type object struct {
	tag   int
	value []byte
}

// readObject takes the first data object off b. Tags have one or two bytes,
// lengths up to two bytes after their first and the shortest form only.
func readObject(b []byte) (o object, rest []byte, err error) {
	if len(b) < 2 {
		return o, nil, errTLV
	}
	o.tag, b = int(b[0]), b[1:]
	if o.tag&0x1F == 0x1F {
		if b[0]&0x80 != 0 {
			return o, nil, errTLV
		}
		o.tag, b = o.tag<<8|int(b[0]), b[1:]
	}
	if len(b) == 0 {
		return o, nil, errTLV
	}
	n := int(b[0])
	b = b[1:]
	if n >= 0x80 {
		width := n - 0x80
		if width < 1 || width > 2 || len(b) < width {
			return o, nil, errTLV
		}
		n = number(b[:width])
		if n < 0x80 || width == 2 && n < 0x100 {
			return o, nil, errTLV
		}
		b = b[width:]
	}
	if n > len(b) {
		return o, nil, errTLV
	}
	o.value = b[:n:n]
	return o, b[n:], nil
}

// readObjects reads b to its end.
func readObjects(b []byte) ([]object, error) {
	var all []object
	for len(b) > 0 {
		o, rest, err := readObject(b)
		if err != nil {
			return nil, err
		}
		all, b = append(all, o), rest
	}
	return all, nil
}

// only reads one data object that is all of b and has the tag.
func only(b []byte, tag int) ([]byte, error) {
	o, rest, err := readObject(b)
	if err != nil {
		return nil, err
	}
	if o.tag != tag || len(rest) > 0 {
		return nil, errTLV
	}
	return o.value, nil
}

// encode makes a data object of at most 16 MiB.
func encode(tag int, value []byte) []byte {
	var b []byte
	if tag > 0xFF {
		b = append(b, byte(tag>>8))
	}
	b = append(b, byte(tag))
	n := len(value)
	switch {
	case n < 0x80:
		b = append(b, byte(n))
	case n < 0x100:
		b = append(b, 0x81, byte(n))
	case n < 0x10000:
		b = append(b, 0x82, byte(n>>8), byte(n))
	default:
		b = append(b, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(b, value...)
}

// objectSize is the length of a data object with a tag of one byte and a
// value of n bytes.
func objectSize(n int) int {
	switch {
	case n < 0x80:
		return 2 + n
	case n < 0x100:
		return 3 + n
	case n < 0x10000:
		return 4 + n
	}
	return 5 + n
}
