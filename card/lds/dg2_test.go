package lds_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

// specimenJPEG is a SPECIMEN image: a grey slope, no face.
func specimenJPEG(t testing.TB) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 24, 32))
	for i := range m.Pix {
		m.Pix[i] = color.Gray{Y: uint8(i)}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Beginnings of JPEG 2000: the JP2 file and the codestream. DG2 is not decoded,
// so that the rest is of no interest.
func specimenJP2() []byte {
	return append([]byte("\x00\x00\x00\x0CjP  \r\n\x87\n"), "SPECIMEN"...)
}

func specimenCodestream() []byte { return append([]byte{0xFF, 0x4F, 0xFF, 0x51}, "SPECIMEN"...) }

// faceRecord describes a facial record of ISO/IEC 19794-5.
type faceRecord struct {
	points        int
	dataType      byte
	width, height uint16
	image         []byte
}

// block is one face: information, feature points, image information, image.
func (f faceRecord) block() []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(20+8*f.points+12+len(f.image)))
	b = binary.BigEndian.AppendUint16(b, uint16(f.points))
	b = append(b, make([]byte, 14+8*f.points)...)
	b = append(b, 1, f.dataType)
	b = binary.BigEndian.AppendUint16(b, f.width)
	b = binary.BigEndian.AppendUint16(b, f.height)
	return append(append(b, 1, 2, 0, 0, 0, 0), f.image...)
}

// record puts faces under a header that says its length less slack.
func record(slack int, faces ...faceRecord) []byte {
	var blocks []byte
	for _, f := range faces {
		blocks = append(blocks, f.block()...)
	}
	b := binary.BigEndian.AppendUint32([]byte("FAC\x00010\x00"), uint32(14+len(blocks)-slack))
	return append(binary.BigEndian.AppendUint16(b, uint16(len(faces))), blocks...)
}

// template is a biometric information template with data under the tag.
func template(tag tlv.Tag, data []byte) []byte {
	header := tlv.Append(nil, 0xA1, element(0x80, "\x01\x01"), element(0x81, "\x02"), element(0x87, "\x01\x01"), element(0x88, "\x00\x08"))
	return tlv.Append(nil, 0x7F60, header, tlv.Append(nil, tag, data))
}

func dg2(count byte, templates ...[]byte) []byte {
	parts := append([][]byte{integer(count)}, templates...)
	return tlv.Append(nil, 0x75, tlv.Append(nil, 0x7F61, parts...))
}

// The image has to come out byte for byte, wherever feature points and further
// faces put it.
func TestDG2ISO19794(t *testing.T) {
	photo := specimenJPEG(t)
	one := faceRecord{width: 24, height: 32, image: photo}
	for name, tc := range map[string]struct {
		file  []byte
		image []byte
		typ   string
	}{
		"JPEG":                    {dg2(1, template(0x5F2E, record(0, one))), photo, lds.TypeJPEG},
		"feature points":          {dg2(1, template(0x5F2E, record(0, faceRecord{7, 0, 24, 32, photo}))), photo, lds.TypeJPEG},
		"JPEG 2000":               {dg2(1, template(0x5F2E, record(0, faceRecord{0, 1, 24, 32, specimenJP2()}))), specimenJP2(), lds.TypeJPEG2000},
		"JPEG 2000, codestream":   {dg2(1, template(0x5F2E, record(0, faceRecord{1, 1, 24, 32, specimenCodestream()}))), specimenCodestream(), lds.TypeJPEG2000},
		"two faces":               {dg2(1, template(0x5F2E, record(0, one, faceRecord{0, 1, 1, 1, specimenJP2()}))), photo, lds.TypeJPEG},
		"two templates":           {dg2(2, template(0x5F2E, record(0, one)), template(0x5F2E, []byte("not looked at"))), photo, lds.TypeJPEG},
		"constructed element":     {dg2(1, template(0x7F2E, record(0, one))), photo, lds.TypeJPEG},
		"length one too short":    {dg2(1, template(0x5F2E, record(1, one))), photo, lds.TypeJPEG}, // as in the United Kingdom
		"length eight too short":  {dg2(1, template(0x5F2E, record(8, one))), photo, lds.TypeJPEG}, // as in New Zealand
		"bytes behind the record": {dg2(1, template(0x5F2E, append(record(0, one), make([]byte, 8)...))), photo, lds.TypeJPEG},
	} {
		f, err := lds.ParseDG2(tc.file)
		if err != nil || !bytes.Equal(f.Image, tc.image) || f.Type != tc.typ || f.Width != 24 || f.Height != 32 || f.Format != lds.FormatISO19794 {
			t.Errorf("%s: %s, %d × %d, %s, %d bytes, %v", name, f.Type, f.Width, f.Height, f.Format, len(f.Image), err)
		}
	}
	f, err := lds.ParseDG2(dg2(1, template(0x5F2E, record(0, one))))
	if err != nil {
		t.Fatal(err)
	}
	if m, err := jpeg.Decode(bytes.NewReader(f.Image)); err != nil || m.Bounds().Dx() != f.Width || m.Bounds().Dy() != f.Height {
		t.Errorf("image does not decode to what the record says: %v", err)
	}
	_ = append(f.Image, 0xFF)
	if again, err := lds.ParseDG2(dg2(1, template(0x5F2E, record(0, one)))); err != nil || cap(again.Image) != len(again.Image) {
		t.Errorf("an append to the image writes into the file: %v", err)
	}
}

// face39794 is a FaceImageDataBlock in DO'7F2E': version, one representation
// with the image, its information, and what stands beside them.
func face39794(format byte, image []byte, size, beside []byte) []byte {
	context := func(tag tlv.Tag, parts ...[]byte) []byte { return tlv.Append(nil, tag, parts...) }
	information := context(0xA1, context(0xA0, element(0x80, string(format))), size)
	block := context(0xA0, context(0x80, image), information)
	representation := seq(element(0x80, "\x00"), context(0xA1, context(0xA0, block)), beside)
	version := context(0xA0, element(0x80, "\x03"), element(0x81, "\x07\xE3"))
	return context(0xA1, context(0x65, version, context(0xA1, representation)))
}

// imageSize is ImageSizeBlock.
func imageSize(width, height []byte) []byte {
	return tlv.Append(nil, 0xA7, tlv.Append(nil, 0x80, width), tlv.Append(nil, 0x81, height))
}

// ISO/IEC 39794-5 nests the image nine deep: a step to a neighbour gives another
// image or none.
func TestDG2ISO39794(t *testing.T) {
	photo := specimenJPEG(t)
	size := imageSize([]byte{24}, []byte{0x00, 0x80})
	beside := tlv.Append(nil, 0xA2, element(0x80, "\x07\xEA")) // captureDateTimeBlock
	for name, tc := range map[string]struct {
		data          []byte
		image         []byte
		typ           string
		width, height int
	}{
		"JPEG":                {face39794(2, photo, size, beside), photo, lds.TypeJPEG, 24, 128},
		"no size":             {face39794(2, photo, nil, nil), photo, lds.TypeJPEG, 0, 0},
		"JPEG 2000, lossy":    {face39794(3, specimenJP2(), size, nil), specimenJP2(), lds.TypeJPEG2000, 24, 128},
		"JPEG 2000, lossless": {face39794(4, specimenCodestream(), imageSize([]byte{0x00, 0xFF, 0xFF}, []byte{0}), nil), specimenCodestream(), lds.TypeJPEG2000, 65535, 0},
	} {
		f, err := lds.ParseDG2(dg2(1, template(0x7F2E, tc.data)))
		if err != nil || !bytes.Equal(f.Image, tc.image) || f.Type != tc.typ || f.Width != tc.width || f.Height != tc.height || f.Format != lds.FormatISO39794 {
			t.Errorf("%s: %s, %d × %d, %s, %d bytes, %v", name, f.Type, f.Width, f.Height, f.Format, len(f.Image), err)
		}
	}
}

// Each of these is no DG2, or an image that its viewer would take for something
// else than the record says.
func TestDG2Refused(t *testing.T) {
	photo := specimenJPEG(t)
	one := faceRecord{width: 24, height: 32, image: photo}
	good := record(0, one)
	in := func(data []byte) []byte { return dg2(1, template(0x5F2E, data)) }
	changed := func(at int, v byte) []byte {
		b := bytes.Clone(good)
		b[at] = v
		return in(b)
	}
	iso39794 := func(data []byte) []byte { return dg2(1, template(0x7F2E, data)) }
	size := imageSize([]byte{24}, []byte{32})
	for name, b := range map[string][]byte{
		"empty":                  {},
		"DG3":                    append([]byte{0x63}, in(good)[1:]...),
		"bytes behind":           append(in(good), 0),
		"no group":               tlv.Append(nil, 0x75, template(0x5F2E, good)),
		"no number":              tlv.Append(nil, 0x75, tlv.Append(nil, 0x7F61, template(0x5F2E, good))),
		"number 0":               dg2(0),
		"number 0, one there":    dg2(0, template(0x5F2E, good)),
		"number 2, one there":    dg2(2, template(0x5F2E, good)),
		"number 1, two there":    dg2(1, template(0x5F2E, good), template(0x5F2E, good)),
		"number 10":              dg2(10, template(0x5F2E, good)),
		"no header":              dg2(1, tlv.Append(nil, 0x7F60, tlv.Append(nil, 0x5F2E, good))),
		"header malformed":       dg2(1, tlv.Append(nil, 0x7F60, []byte{0xA1, 0x01, 0x80}, tlv.Append(nil, 0x5F2E, good))),
		"no data":                dg2(1, tlv.Append(nil, 0x7F60, tlv.Append(nil, 0xA1))),
		"data under another tag": dg2(1, template(0x5F2F, good)),
		"data twice":             dg2(1, tlv.Append(nil, 0x7F60, tlv.Append(nil, 0xA1), tlv.Append(nil, 0x5F2E, good), tlv.Append(nil, 0x5F2E, good))),
		"encrypted":              dg2(1, template(0x7D, good)),
		"empty data":             in(nil),
		"fingerprint":            in(append([]byte("FIR\x00"), good[4:]...)),
		"header cut":             in(good[:13]),
		"version 030":            changed(5, '3'),
		"record longer":          changed(8, 0x01),
		"record 9 shorter":       in(record(9, one)),
		"no face":                changed(13, 0),
		"record of a header":     in(record(0)),
		"two faces, one there":   changed(13, 2),
		"block of 31":            in(append(append(bytes.Clone(good[:14]), 0, 0, 0, 31), good[18:]...)),
		"block longer":           changed(14, 0x7F),
		"block length 2^32-1":    in(append(append(bytes.Clone(good[:14]), 0xFF, 0xFF, 0xFF, 0xFF), good[18:]...)),
		"65535 points":           in(append(append(bytes.Clone(good[:18]), 0xFF, 0xFF), good[20:]...)),
		"points into the image":  changed(19, 200),
		"image data type 2":      changed(14+20+1, 2),
		"JPEG said JPEG 2000":    changed(14+20+1, 1),
		"JPEG 2000 said JPEG":    in(record(0, faceRecord{0, 0, 24, 32, specimenJP2()})),
		"no image":               in(record(0, faceRecord{0, 0, 24, 32, nil})),
		"HTML for an image":      in(record(0, faceRecord{0, 0, 24, 32, []byte("<html>")})),
		"PNG":                    in(record(0, faceRecord{0, 0, 24, 32, []byte("\x89PNG\r\n\x1a\n")})),
		"9 bytes behind":         in(append(record(0, one), make([]byte, 9)...)),

		"39794 in 5F2E":           dg2(1, template(0x5F2E, face39794(2, photo, size, nil))),
		"39794, JPEG said 2000":   iso39794(face39794(3, photo, size, nil)),
		"39794, 2000 said JPEG":   iso39794(face39794(2, specimenJP2(), size, nil)),
		"39794, format 1":         iso39794(face39794(1, photo, size, nil)),
		"39794, format 5":         iso39794(face39794(5, photo, size, nil)),
		"39794, no image":         iso39794(face39794(2, nil, size, nil)),
		"39794, negative width":   iso39794(face39794(2, photo, imageSize([]byte{0x80}, []byte{1}), nil)),
		"39794, width of 65536":   iso39794(face39794(2, photo, imageSize([]byte{1, 0, 0}, []byte{1}), nil)),
		"39794, width of 5 bytes": iso39794(face39794(2, photo, imageSize([]byte{0, 0, 0, 0, 1}, []byte{1}), nil)),
		"39794, empty width":      iso39794(face39794(2, photo, imageSize(nil, []byte{1}), nil)),
		"39794, no height":        iso39794(face39794(2, photo, tlv.Append(nil, 0xA7, element(0x80, "\x01")), nil)),
		"39794, size twice":       iso39794(face39794(2, photo, append(bytes.Clone(size), size...), nil)),
		"39794, image twice":      iso39794(face39794(2, photo, size, tlv.Append(nil, 0xA1, nil))),
		"39794, malformed beside": iso39794(face39794(2, photo, size, []byte{0xA2, 0x80})),
		"39794, another part":     iso39794(tlv.Append(nil, 0xA1, tlv.Append(nil, 0x64))),
		"39794, no wrapper":       iso39794(tlv.Append(nil, 0x65)),
		"39794, bytes behind":     iso39794(append(face39794(2, photo, size, nil), 0)),
	} {
		if f, err := lds.ParseDG2(b); !errors.Is(err, lds.ErrFile) {
			t.Errorf("%s: %s, %d bytes, %v", name, f.Type, len(f.Image), err)
		}
	}
}
