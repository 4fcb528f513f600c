package pinpad

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// Feature is the tag of a feature (PC/SC part 10, 2.3).
type Feature byte

// Features of this package; readers may have others.
const (
	VerifyPINDirect  Feature = 0x06 // FEATURE_VERIFY_PIN_DIRECT
	ModifyPINDirect  Feature = 0x07 // FEATURE_MODIFY_PIN_DIRECT
	GetTLVProperties Feature = 0x12 // FEATURE_GET_TLV_PROPERTIES
	ExecutePACE      Feature = 0x20 // FEATURE_EXECUTE_PACE
)

// String is the name of the feature.
func (f Feature) String() string {
	switch f {
	case VerifyPINDirect:
		return "VERIFY_PIN_DIRECT"
	case ModifyPINDirect:
		return "MODIFY_PIN_DIRECT"
	case GetTLVProperties:
		return "GET_TLV_PROPERTIES"
	case ExecutePACE:
		return "EXECUTE_PACE"
	}
	return fmt.Sprintf("feature %02X", byte(f))
}

// Features are the control codes of the features a reader offers.
type Features map[Feature]uint32

// featureSize is tag, length and a control code of 4 bytes.
const featureSize = 6

// ParseFeatures parses the answer to CM_IOCTL_GET_FEATURE_REQUEST (PC/SC part
// 10, 2.2): a list of tag, length 04 and control code in big endian. Any other
// length and a feature named twice are ErrAnswer.
func ParseFeatures(b []byte) (Features, error) {
	f := Features{}
	for ; len(b) > 0; b = b[featureSize:] {
		if len(b) < featureSize || b[1] != featureSize-2 {
			return nil, fmt.Errorf("feature %d: %w", len(f)+1, ErrAnswer)
		}
		tag := Feature(b[0])
		if _, twice := f[tag]; twice {
			return nil, fmt.Errorf("%v twice: %w", tag, ErrAnswer)
		}
		f[tag] = binary.BigEndian.Uint32(b[2:featureSize])
	}
	return f, nil
}

// Marshal encodes the features in ascending order of their tags.
func (f Features) Marshal() []byte {
	var b []byte
	for _, tag := range slices.Sorted(maps.Keys(f)) {
		b = append(b, byte(tag), featureSize-2)
		b = binary.BigEndian.AppendUint32(b, f[tag])
	}
	return b
}
