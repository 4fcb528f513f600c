package pinpad

import "bytes"

// Format is how the reader puts a PIN into a command: the block of bytes that
// the command carries, and where in it the digits go (PC/SC part 10, 2.5.2:
// bmFormatString, bmPINBlockString, bmPINLengthFormat).
type Format struct {
	format, blockString, lengthFormat byte
	block                             []byte // the block before digits are put in
	most                              int    // digits that have room
}

// Bits of bmFormatString.
const (
	unitsAreBytes byte = 1 << 7
	kindBCD       byte = 0x01
	kindASCII     byte = 0x02
)

// blockSize is the size of the blocks of this package in bytes.
const blockSize = 8

// ASCII is a PIN of up to 8 digits in ASCII, filled up to 8 bytes with fill,
// usually 00 or FF.
func ASCII(fill byte) Format {
	return Format{
		format: unitsAreBytes | kindASCII, blockString: blockSize, lengthFormat: 0,
		block: bytes.Repeat([]byte{fill}, blockSize), most: blockSize,
	}
}

// Format2 is the PIN block of format 2 (ISO 9564-1, 9.3.3; ISO/IEC 7816-4 uses
// it in VERIFY): a control digit 2, the number of digits, up to 12 digits in
// BCD, filled up to 8 bytes with F.
func Format2() Format {
	const (
		digitsAt   = 1      // in bytes
		lengthBits = 4 << 4 // bmPINBlockString, bits 7-4
		lengthAt   = 4      // in bits, after the control digit
	)
	return Format{
		format: unitsAreBytes | digitsAt<<3 | kindBCD, blockString: lengthBits | (blockSize - digitsAt), lengthFormat: lengthAt,
		block: append([]byte{0x20}, bytes.Repeat([]byte{0xFF}, blockSize-1)...), most: 12,
	}
}
