package lds

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Sizes of ISO/IEC 19794-5:2005, 5.4 to 5.7, in bytes.
const (
	facialHeaderSize = 14
	faceInfoSize     = 20
	featurePointSize = 8
	imageInfoSize    = 12

	// recordSlack is how much shorter than the data the record may say it is:
	// New Zealand says 8 bytes less, the United Kingdom one (gmrtd,
	// iso19794.go).
	recordSlack = 8
)

// Image data types of ISO/IEC 19794-5:2005, 5.7.2.
const (
	imageDataJPEG     = 0
	imageDataJPEG2000 = 1
)

// facialFormat is the format identifier of a facial record, and facialVersion
// the one version that ICAO Doc 9303-10, 4.7.2, refers to.
func facialFormat() []byte  { return []byte("FAC\x00") }
func facialVersion() []byte { return []byte("010\x00") }

// parseFace19794 reads a facial record (ISO/IEC 19794-5:2005, 5.4): header,
// then for each face its information, feature points, image information and
// image. Later faces are not looked at, but have to have room for their
// information.
func parseFace19794(record []byte) (Face, error) {
	if len(record) < facialHeaderSize || !bytes.Equal(record[4:8], facialVersion()) {
		return Face{}, fmt.Errorf("facial record: header or version: %w", ErrFile)
	}
	length, faces := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint16(record[12:])
	if int64(length) > int64(len(record)) || int64(length) < int64(len(record)-recordSlack) {
		return Face{}, fmt.Errorf("facial record says %d bytes and has %d: %w", length, len(record), ErrFile)
	}
	blocks := record[facialHeaderSize:]
	if faces == 0 {
		return Face{}, fmt.Errorf("facial record without a face: %w", ErrFile)
	}
	var first []byte
	for n := range faces {
		var block []byte
		var err error
		if block, blocks, err = readFaceBlock(blocks); err != nil {
			return Face{}, fmt.Errorf("face %d: %w", n+1, err)
		}
		if n == 0 {
			first = block
		}
	}
	if len(blocks) > recordSlack {
		return Face{}, fmt.Errorf("%d bytes after the last face: %w", len(blocks), ErrFile)
	}
	return parseFaceBlock(first)
}

// readFaceBlock takes one face off b. Its length counts itself.
func readFaceBlock(b []byte) (block, rest []byte, err error) {
	if len(b) < faceInfoSize {
		return nil, nil, fmt.Errorf("information cut after %d bytes: %w", len(b), ErrFile)
	}
	n := int64(binary.BigEndian.Uint32(b))
	if n < faceInfoSize+imageInfoSize || n > int64(len(b)) {
		return nil, nil, fmt.Errorf("length %d, %d bytes left: %w", n, len(b), ErrFile)
	}
	return b[:n:n], b[n:], nil
}

// parseFaceBlock reads image information and image of one face.
func parseFaceBlock(b []byte) (Face, error) {
	points := int(binary.BigEndian.Uint16(b[4:]))
	at := faceInfoSize + featurePointSize*points
	if len(b)-at < imageInfoSize {
		return Face{}, fmt.Errorf("%d feature points in %d bytes: %w", points, len(b), ErrFile)
	}
	info, image := b[at:at+imageInfoSize], b[at+imageInfoSize:]
	f := Face{
		Image: image, Format: FormatISO19794,
		Width: int(binary.BigEndian.Uint16(info[2:])), Height: int(binary.BigEndian.Uint16(info[4:])),
	}
	switch info[1] {
	case imageDataJPEG:
		f.Type = TypeJPEG
	case imageDataJPEG2000:
		f.Type = TypeJPEG2000
	default:
		return Face{}, fmt.Errorf("image data type %d: %w", info[1], ErrFile)
	}
	return newFace(f)
}
