package issuer

import "encoding/binary"

// face is DG2: one biometric information template with one facial image in
// the format of ISO/IEC 19794-5:2005 (ICAO Doc 9303-10, 4.7.2; 9303-9, 3.3).
func face(d document, jpeg []byte) []byte {
	header := object(0xA1,
		object(0x80, []byte{0x01, 0x01}), // header version
		object(0x81, []byte{0x02}),       // facial features
		object(0x82, []byte{0x00}),
		object(0x87, []byte{0x01, 0x01}), // format owner: ISO/IEC JTC 1/SC 37
		object(0x88, []byte{0x00, 0x08})) // format type: facial image
	template := object(0x7F60, header, object(0x5F2E, facialRecord(d.Sex, jpeg)))
	return object(0x75, object(0x7F61, object(0x02, []byte{1}), template))
}

// Lengths in a facial record (ISO/IEC 19794-5:2005, 5.4 to 5.7).
const (
	facialHeader      = 14
	facialInformation = 20
	imageInformation  = 12
)

// facialRecord is the header, the facial information and the image
// information, all unspecified but sex, size and format, and the image.
func facialRecord(sex string, jpeg []byte) []byte {
	block := facialInformation + imageInformation + len(jpeg)
	b := append([]byte("FAC\x00010\x00"), 0, 0, 0, 0, 0, 1)
	binary.BigEndian.PutUint32(b[8:], uint32(facialHeader+block))

	information := make([]byte, facialInformation)
	binary.BigEndian.PutUint32(information, uint32(block))
	information[6] = map[string]byte{"M": 1, "F": 2}[sex]
	b = append(b, information...)

	image := make([]byte, imageInformation)
	image[0] = 0x01 // full frontal
	image[1] = 0x00 // JPEG
	binary.BigEndian.PutUint16(image[2:], photoWidth)
	binary.BigEndian.PutUint16(image[4:], photoHeight)
	image[6] = 0x01 // 24 bit RGB
	b = append(b, image...)
	return append(b, jpeg...)
}
