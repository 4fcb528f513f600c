package issuer

import (
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
)

// Versions of the logical data structure (ICAO Doc 9303-10, 4.6.1) and of the
// security object (4.6.2.2): with 1.7 it has no version information.
const (
	lds17 = "0107"
	lds18 = "0108"

	securityObjectV0 = 0
	securityObjectV1 = 1
)

// oidSecurityObject is id-icao-mrtd-security-ldsSecurityObject (ICAO Doc
// 9303-10, 4.6.2.2).
func oidSecurityObject() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{2, 23, 136, 1, 1, 1}
}

// securityObject is LDSSecurityObject (ICAO Doc 9303-10, 4.6.2.2).
type securityObject struct {
	Version int
	Hash    algorithm
	Digests []groupDigest
	LDS     versionInfo `asn1:"optional"` // absent in version 0
}

type versionInfo struct {
	Version string `asn1:"printable"`
	Unicode string `asn1:"printable"`
}

type groupDigest struct {
	Number int
	Digest []byte
}

// signedFile is one data group and its content.
type signedFile struct {
	number  int
	content []byte
}

// documentSecurityObject is EF.SOD: the digests of the files, signed by the
// document signer.
func (l *Lab) documentSecurityObject(version string, files []signedFile) ([]byte, error) {
	so := securityObject{Version: securityObjectV0, Hash: sha256Algorithm()}
	if version == lds18 {
		so.Version, so.LDS = securityObjectV1, versionInfo{version, unicodeVersion}
	}
	for _, f := range files {
		digest := sha256.Sum256(f.content)
		so.Digests = append(so.Digests, groupDigest{f.number, digest[:]})
	}
	content, err := asn1.Marshal(so)
	if err != nil {
		return nil, fmt.Errorf("encode security object: %w", err)
	}
	cms, err := l.signContent(oidSecurityObject(), content)
	if err != nil {
		return nil, err
	}
	return object(0x77, cms), nil
}
