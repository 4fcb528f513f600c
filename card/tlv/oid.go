package tlv

import (
	"encoding/asn1"
	"fmt"
)

const tagOID Tag = 0x06

// OID is the content of the DER encoding of an object identifier (ISO/IEC
// 8825-1, 8.19), for elements that have it under another tag than 06. An
// identifier of fewer than two arcs has none.
func OID(oid asn1.ObjectIdentifier) ([]byte, error) {
	der, err := asn1.Marshal(oid)
	if err != nil {
		return nil, fmt.Errorf("object identifier: %w", err)
	}
	return Only(der, tagOID)
}
