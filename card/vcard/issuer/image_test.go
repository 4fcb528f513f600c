package issuer

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"testing"

	"cnie.example/card/vcard"
)

// Would catch: padding that breaks the picture for a decoder, and an image
// smaller than asked for.
func TestPaddedJPEG(t *testing.T) {
	bare, err := picture(imageJPEG, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, len(bare), len(bare) + 1, len(bare) + 5, 40000, 200000} {
		b, err := picture(imageJPEG, size)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) < size || len(b) > max(size, len(bare))+8 {
			t.Errorf("%d bytes, asked for %d", len(b), size)
		}
		m, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil || m.Bounds().Dx() != photoWidth || m.Bounds().Dy() != photoHeight {
			t.Errorf("size %d: error %v", size, err)
		}
	}
}

// Would catch: boxes and markers of the JPEG 2000 file whose lengths do not
// lead from one to the next, and a header of another size of picture.
func TestJPEG2000(t *testing.T) {
	for _, size := range []int{0, 1000, 40000, 200000} {
		b, err := picture(imageJPEG2000, size)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) < size || len(b) > max(size, 200)+8 {
			t.Errorf("%d bytes, asked for %d", len(b), size)
		}
		var kinds []string
		var stream []byte
		for rest := b; len(rest) > 0; {
			n := int(binary.BigEndian.Uint32(rest))
			kinds, stream = append(kinds, string(rest[4:8])), rest[8:n]
			rest = rest[n:]
		}
		if len(kinds) != 4 || kinds[0] != "jP  " || kinds[1] != "ftyp" || kinds[2] != "jp2h" || kinds[3] != "jp2c" {
			t.Fatalf("boxes %q", kinds)
		}
		if !bytes.Contains(b, append([]byte("ihdr"), uint32s(photoHeight, photoWidth)...)) {
			t.Error("no size of the picture in the header")
		}
		if last := markers(t, stream); !bytes.Equal(last, []byte{0xFF, 0x93, 0x00, 0xFF, 0xD9}) {
			t.Errorf("codestream ends with %X", last)
		}
	}
}

// markers walks over the marker segments and gives what stands from SOD on.
func markers(t *testing.T, b []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(b, []byte{0xFF, 0x4F, 0xFF, 0x51}) {
		t.Fatalf("codestream begins with %X", b[:4])
	}
	for b = b[2:]; b[1] != 0x93; {
		if b[0] != 0xFF {
			t.Fatalf("no marker but %X", b[:2])
		}
		b = b[2+int(binary.BigEndian.Uint16(b[2:])):]
	}
	return b
}

// Would catch: the wrapping of ISO/IEC 39794-5 at other tags, another format of
// the image, a size that is not the picture's.
func TestFaceOfISO39794(t *testing.T) {
	p, _ := FindProfile("large")
	dg2 := issue(t, p).Files[vcard.FIDDG2]
	if len(dg2) < 40<<10 || len(dg2) > 42<<10 {
		t.Errorf("DG2 of %d bytes", len(dg2))
	}
	_, _, rest := next(t, content(t, content(t, dg2, 0x75), 0x7F61))
	_, header, rest := next(t, content(t, rest, 0x7F60))
	if !bytes.HasSuffix(header, []byte{0x87, 2, 1, 1, 0x88, 2, 0, 0x2A}) {
		t.Errorf("header %X", header)
	}
	_, version, rest := next(t, content(t, content(t, content(t, rest, 0x7F2E), 0xA1), 0x65))
	if !bytes.Equal(version, []byte{0x80, 1, 3, 0x81, 2, 7, 0xE3}) {
		t.Errorf("version %X", version)
	}
	_, _, rest = next(t, content(t, content(t, rest, 0xA1), 0x30))
	tag, image, rest := next(t, content(t, content(t, content(t, rest, 0xA1), 0xA0), 0xA0))
	if tag != 0x80 || !bytes.HasPrefix(image, uint32s(12, 0x6A502020, 0x0D0A870A)) {
		t.Errorf("image %X at %X", image[:12], tag)
	}
	information := content(t, rest, 0xA1)
	if want := []byte{0xA0, 3, 0x80, 1, 3, 0xA7, 8, 0x80, 2, 0x01, 0x2C, 0x81, 2, 0x01, 0x90}; !bytes.Equal(information, want) {
		t.Errorf("information %X, want %X", information, want)
	}
}
