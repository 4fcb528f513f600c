package lds

import (
	"cnie.example/card/mrz"
	"cnie.example/card/tlv"
)

const tagMRZ tlv.Tag = 0x5F1F

// ParseDG1 reads DG1, the machine readable zone (ICAO Doc 9303-10, 4.7.1). b
// is not kept. Errors wrap ErrFile, and those of package mrz when the zone
// itself is wrong.
func ParseDG1(b []byte) (*mrz.MRZ, error) {
	v, err := DG1.content(b)
	if err != nil {
		return nil, err
	}
	zone, err := tlv.Only(v, tagMRZ)
	if err != nil {
		return nil, DG1.malformed(err)
	}
	m, err := mrz.Parse(zone)
	if err != nil {
		return nil, DG1.malformed(err)
	}
	return m, nil
}
