package issuer

import "encoding/binary"

// Encodings of the biometric data block of DG2.
const (
	faceISO19794 = "ISO 19794-5"
	faceISO39794 = "ISO 39794-5"
)

// face is DG2: one biometric information template with one facial image (ICAO
// Doc 9303-10, 4.7.2; 9303-9, 3.3).
func face(d document) ([]byte, error) {
	image, err := picture(d.Face.Image, d.Face.Size)
	if err != nil {
		return nil, err
	}
	formatType, block := []byte{0x00, 0x08}, object(0x5F2E, facialRecord(d, image))
	if d.Face.Format == faceISO39794 {
		formatType, block = []byte{0x00, 0x2A}, object(0x7F2E, object(0xA1, faceImageData(d, image)))
	}
	header := object(0xA1,
		object(0x80, []byte{0x01, 0x01}), // header version
		object(0x81, []byte{0x02}),       // facial features
		object(0x82, []byte{0x00}),
		object(0x87, []byte{0x01, 0x01}), // format owner: ISO/IEC JTC 1/SC 37
		object(0x88, formatType))
	return object(0x75, object(0x7F61, object(0x02, []byte{1}), object(0x7F60, header, block))), nil
}

// Lengths in a facial record (ISO/IEC 19794-5:2005, 5.4 to 5.7).
const (
	facialHeader      = 14
	facialInformation = 20
	imageInformation  = 12
)

// facialRecord is the header, the facial information and the image
// information, all unspecified but sex, size and format, and the image.
func facialRecord(d document, picture []byte) []byte {
	block := facialInformation + imageInformation + len(picture)
	b := append([]byte("FAC\x00010\x00"), 0, 0, 0, 0, 0, 1)
	binary.BigEndian.PutUint32(b[8:], uint32(facialHeader+block))

	information := make([]byte, facialInformation)
	binary.BigEndian.PutUint32(information, uint32(block))
	information[6] = map[string]byte{"M": 1, "F": 2}[d.Sex]
	b = append(b, information...)

	image := make([]byte, imageInformation)
	image[0] = 0x01                                                          // full frontal
	image[1] = map[string]byte{imageJPEG: 0, imageJPEG2000: 1}[d.Face.Image] // data type
	image[6] = map[string]byte{imageJPEG: 1, imageJPEG2000: 3}[d.Face.Image] // 24 bit RGB or 8 bit grey
	binary.BigEndian.PutUint16(image[2:], photoWidth)
	binary.BigEndian.PutUint16(image[4:], photoHeight)
	b = append(b, image...)
	return append(b, picture...)
}

// faceImageData is FaceImageDataBlock of ISO/IEC 39794-5:2019, annex A, with
// what the application profile for travel documents wants: one representation
// with one image. Tags are automatic, so every member has the number of its
// place.
func faceImageData(d document, picture []byte) []byte {
	version := object(0xA0, object(0x80, []byte{3}), object(0x81, integer(2019)))
	format := map[string]byte{imageJPEG: 2, imageJPEG2000: 3}[d.Face.Image]
	size := object(0xA7, object(0x80, integer(photoWidth)), object(0x81, integer(photoHeight)))
	information := object(0xA1, object(0xA0, object(0x80, []byte{format})), size)
	image := object(0xA1, object(0xA0, object(0xA0, object(0x80, picture), information)))
	representation := object(0x30, object(0x80, []byte{0}), image)
	return object(0x65, version, object(0xA1, representation))
}
