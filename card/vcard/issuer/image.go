package issuer

import (
	"bytes"
	"encoding/binary"
)

// Formats of the image.
const (
	imageJPEG     = "JPEG"
	imageJPEG2000 = "JPEG 2000"
)

// picture is the photo in a format, filled up to at least size bytes.
func picture(format string, size int) ([]byte, error) {
	if format == imageJPEG2000 {
		return jp2(size), nil
	}
	b, err := photo()
	if err != nil {
		return nil, err
	}
	// Behind SOI; decoders skip comment segments (ITU-T T.81, B.2.4.5).
	return append(append(bytes.Clone(b[:2]), comments(0xFFFE, size-len(b))...), b[2:]...), nil
}

// commentText fills comment segments.
const commentText = "SPECIMEN "

// comments are comment segments of at least n bytes together, none for n below
// one: marker, length with itself, text.
func comments(marker uint16, n int) (b []byte) {
	const overhead, longest = 4, 0xFFFF - 2
	for n > 0 {
		text := min(max(n-overhead, 1), longest)
		b = binary.BigEndian.AppendUint16(b, marker)
		b = binary.BigEndian.AppendUint16(b, uint16(2+text))
		b = append(b, bytes.Repeat([]byte(commentText), text/len(commentText)+1)[:text]...)
		n -= overhead + text
	}
	return b
}

// jp2 is a JPEG 2000 file (ITU-T T.800, annex I) of the size of the photo, a
// grey field: its one packet is empty. A real picture would need an encoder.
func jp2(size int) []byte {
	const colours = 1
	header := concatBytes(
		box("ihdr", concatBytes(uint32s(photoHeight, photoWidth), []byte{0, colours, 7, 7, 0, 0})),
		box("colr", []byte{1, 0, 0, 0, 0, 0, 17})) // enumerated: greyscale
	file := concatBytes(
		box("jP  ", []byte{0x0D, 0x0A, 0x87, 0x0A}),
		box("ftyp", concatBytes([]byte("jp2 "), uint32s(0), []byte("jp2 "))),
		box("jp2h", header))
	bare := len(file) + len(box("jp2c", codestream(nil)))
	return append(file, box("jp2c", codestream(comments(0xFF64, size-bare)))...)
}

// codestream is one tile of one component without decomposition, and with one
// empty packet (ITU-T T.800, annexes A and B).
func codestream(comments []byte) []byte {
	siz := concatBytes([]byte{0xFF, 0x51, 0, 41, 0, 0}, uint32s(photoWidth, photoHeight, 0, 0, photoWidth, photoHeight, 0, 0), []byte{0, 1, 7, 1, 1})
	cod := []byte{0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1} // one layer, blocks of 64, reversible
	qcd := []byte{0xFF, 0x5C, 0, 4, 0x40, 0x40}                    // no quantization
	sot := []byte{0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 15, 0, 1}
	return concatBytes([]byte{0xFF, 0x4F}, siz, cod, qcd, comments, sot, []byte{0xFF, 0x93, 0x00, 0xFF, 0xD9})
}

func box(kind string, content []byte) []byte {
	return concatBytes(uint32s(uint32(8+len(content))), []byte(kind), content)
}

func uint32s(values ...uint32) (b []byte) {
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func concatBytes(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
