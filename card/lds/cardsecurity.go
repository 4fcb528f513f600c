package lds

import (
	"encoding/asn1"
	"fmt"

	"cnie.example/card/tlv"
)

// Content types of EF.CardSecurity: id-signedData (RFC 5652, 5.1) and
// id-SecurityObject (BSI TR-03110-3, A.1.2.5).
var (
	oidSignedData     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidSecurityObject = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 3, 2, 1}
)

// maxSignedDataVersion is the last version of SignedData (RFC 5652, 5.1).
const maxSignedDataVersion = 5

// ParseCardSecurity reads the SecurityInfos that EF.CardSecurity signs (ICAO
// Doc 9303-10, 3.11.4). Certificates and signature are not looked at: nothing
// in the result is true before they have been verified. b is not kept. Errors
// wrap ErrFile.
func ParseCardSecurity(b []byte) (SecurityInfos, error) {
	content, err := signedContent(b)
	if err != nil {
		return SecurityInfos{}, CardSecurity.malformed(err)
	}
	infos, err := parseSecurityInfos(content)
	if err != nil {
		return SecurityInfos{}, CardSecurity.malformed(err)
	}
	return infos, nil
}

// signedContent opens ContentInfo, SignedData and EncapsulatedContentInfo (RFC
// 5652, 3, 5.1 and 5.2). What follows the content in SignedData has to be well
// formed elements.
func signedContent(b []byte) ([]byte, error) {
	info, err := tlv.Only(b, tagSequence)
	if err != nil {
		return nil, err
	}
	explicit, err := readContentType(info, oidSignedData)
	if err != nil {
		return nil, err
	}
	signed, err := tlv.Only(explicit, tagSequence)
	if err != nil {
		return nil, err
	}
	_, rest, err := readSmall(signed, maxSignedDataVersion)
	if err != nil {
		return nil, err
	}
	if _, rest, err = tlv.Expect(rest, tagSet); err != nil { // digest algorithms
		return nil, err
	}
	encapsulated, rest, err := tlv.Expect(rest, tagSequence)
	if err != nil {
		return nil, err
	}
	for len(rest) > 0 {
		if _, _, rest, err = tlv.Read(rest); err != nil {
			return nil, err
		}
	}
	if explicit, err = readContentType(encapsulated, oidSecurityObject); err != nil {
		return nil, err
	}
	return tlv.Only(explicit, tagOctetString)
}

// readContentType wants the object identifier and gives what is under [0].
func readContentType(b []byte, want asn1.ObjectIdentifier) ([]byte, error) {
	oid, rest, err := readOID(b)
	if err != nil {
		return nil, err
	}
	if !oid.Equal(want) {
		return nil, fmt.Errorf("content type %v where %v is due: %w", oid, want, ErrFile)
	}
	return tlv.Only(rest, tagConstructed0)
}
