package lds

import (
	"fmt"

	"cnie.example/card/tlv"
)

// tagFaceImageDataBlock is FaceImageDataBlock, [APPLICATION 5].
const tagFaceImageDataBlock tlv.Tag = 0x65

// Fields of the blocks on the way to the image, by the numbers of the ASN.1
// module of ISO/IEC 39794-5:2019, annex A, in the profile of ICAO for travel
// documents. This software makes use of the schema of ISO/IEC 39794-5 within
// modifications permitted in that standard.
const (
	tagRepresentations   = tagConstructed1 // of FaceImageDataBlock
	tagRepresentation    = tagConstructed1 // imageRepresentation of RepresentationBlock
	tagBase              = tagConstructed0 // of the choice ImageRepresentation
	tag2DBlock           = tagConstructed0 // of the choice ImageRepresentationBase
	tagImageData         = tagPrimitive0   // of ImageRepresentation2DBlock
	tagImageInformation  = tagConstructed1 // of ImageRepresentation2DBlock
	tagImageFormat       = tagConstructed0 // of ImageInformation2DBlock
	tagImageFormatCode   = tagPrimitive0   // of the choice ImageDataFormat
	tagImageSize         = tagConstructed7 // of ImageInformation2DBlock, optional
	tagWidth             = tagPrimitive0   // of ImageSizeBlock
	tagHeight            = tagPrimitive1   // of ImageSizeBlock
	tagStandardBiometric = tagConstructed1 // of DO'7F2E'
)

// ImageDataFormatCode of ISO/IEC 39794-5, annex A.
const (
	formatJPEG             = 2
	formatJPEG2000Lossy    = 3
	formatJPEG2000Lossless = 4
)

// maxImageSize bounds width and height: ImageSize is INTEGER (0..65535).
const maxImageSize = 1<<16 - 1

// parseFace39794 reads a FaceImageDataBlock in DER with implicit tags. It
// follows the first representation to its two-dimensional image; what lies
// beside the way has to be well formed elements, none twice in one block.
func parseFace39794(data []byte) (Face, error) {
	standard, err := tlv.Only(data, tagStandardBiometric)
	if err != nil {
		return Face{}, err
	}
	block, err := tlv.Only(standard, tagFaceImageDataBlock)
	if err != nil {
		return Face{}, err
	}
	representations, err := field(block, tagRepresentations)
	if err != nil {
		return Face{}, err
	}
	first, rest, err := tlv.Expect(representations, tagSequence)
	if err != nil {
		return Face{}, err
	}
	if err = wellFormed(rest); err != nil {
		return Face{}, err
	}
	representation, err := field(first, tagRepresentation)
	if err != nil {
		return Face{}, err
	}
	base, err := tlv.Only(representation, tagBase)
	if err != nil {
		return Face{}, err
	}
	image, err := tlv.Only(base, tag2DBlock)
	if err != nil {
		return Face{}, err
	}
	return parse2DBlock(image)
}

// parse2DBlock reads ImageRepresentation2DBlock.
func parse2DBlock(b []byte) (f Face, err error) {
	f.Format = FormatISO39794
	if f.Image, err = field(b, tagImageData); err != nil {
		return Face{}, err
	}
	information, err := field(b, tagImageInformation)
	if err != nil {
		return Face{}, err
	}
	format, err := field(information, tagImageFormat)
	if err != nil {
		return Face{}, err
	}
	if f.Type, err = parseImageFormat(format); err != nil {
		return Face{}, err
	}
	size, found, err := optionalField(information, tagImageSize)
	if err != nil {
		return Face{}, err
	}
	if found {
		if f.Width, err = unsignedField(size, tagWidth); err != nil {
			return Face{}, err
		}
		if f.Height, err = unsignedField(size, tagHeight); err != nil {
			return Face{}, err
		}
	}
	return newFace(f)
}

// parseImageFormat reads the choice ImageDataFormat; its extension names no
// format that is known.
func parseImageFormat(b []byte) (string, error) {
	code, err := tlv.Only(b, tagImageFormatCode)
	if err != nil {
		return "", err
	}
	if len(code) == 1 {
		switch code[0] {
		case formatJPEG:
			return TypeJPEG, nil
		case formatJPEG2000Lossy, formatJPEG2000Lossless:
			return TypeJPEG2000, nil
		}
	}
	return "", fmt.Errorf("image data format %X: %w", code[:min(len(code), 4)], ErrFile)
}

// optionalField finds the field of a block with the tag. All fields have to be
// well formed, and none may have the tag again.
func optionalField(b []byte, tag tlv.Tag) (value []byte, found bool, err error) {
	for len(b) > 0 {
		var got tlv.Tag
		var v []byte
		if got, v, b, err = tlv.Read(b); err != nil {
			return nil, false, err
		}
		if got != tag {
			continue
		}
		if found {
			return nil, false, fmt.Errorf("field %v twice: %w", tag, tlv.ErrSyntax)
		}
		value, found = v, true
	}
	return value, found, nil
}

// field is optionalField for one that must be there.
func field(b []byte, tag tlv.Tag) ([]byte, error) {
	value, found, err := optionalField(b, tag)
	if err == nil && !found {
		err = fmt.Errorf("no field %v: %w", tag, tlv.ErrSyntax)
	}
	return value, err
}

// unsignedField reads a field that is an INTEGER from 0 to maxImageSize.
func unsignedField(b []byte, tag tlv.Tag) (int, error) {
	v, err := field(b, tag)
	if err != nil {
		return 0, err
	}
	n, rest, err := readSmall(tlv.Append(nil, tagInteger, v[:min(len(v), 4)]), maxImageSize)
	if err != nil {
		return 0, err
	}
	return n, end("integer", rest)
}
