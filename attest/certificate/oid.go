package certificate

import (
	"crypto"
	"math/big"
	"strings"
)

// OID is an object identifier as its DER content octets (ITU-T X.690, 8.19).
// It is comparable and holds arcs of any size, which the identifiers under 2.25
// need.
type OID string

// LabExtension is the private extension that marks the certificates of a
// laboratory. It is critical, its value is DER NULL, and Parse refuses it
// unless Options.Lab is set.
const LabExtension = "2.25.203877467912930218650397571128396205451"

// labExtension is LabExtension in DER.
const labExtension OID = "\x69\x82\xb2\xe1\xaf\xcf\xc8\xd7\xce\xf3\xdd\x8e\xc4\xea\x9f\xe7\x99\xa7\x9b\x0b"

// Extensions of RFC 5280, 4.2.1, and ICAO Doc 9303-12, 7.1.
const (
	oidSubjectKeyID     OID = "\x55\x1d\x0e"
	oidKeyUsage         OID = "\x55\x1d\x0f"
	oidPrivateKeyPeriod OID = "\x55\x1d\x10"
	oidBasicConstraints OID = "\x55\x1d\x13"
	oidAuthorityKeyID   OID = "\x55\x1d\x23"
	oidExtendedKeyUsage OID = "\x55\x1d\x25"
	oidNameChange       OID = "\x67\x81\x08\x01\x01\x06\x01" // 2.23.136.1.1.6.1
	oidDocumentTypes    OID = "\x67\x81\x08\x01\x01\x06\x02" // 2.23.136.1.1.6.2
)

// Extensions of revocation lists and their entries (RFC 5280, 5.2 and 5.3).
const (
	oidNumber            OID = "\x55\x1d\x14"
	oidReasonCode        OID = "\x55\x1d\x15"
	oidHoldInstruction   OID = "\x55\x1d\x17"
	oidInvalidityDate    OID = "\x55\x1d\x18"
	oidDeltaIndicator    OID = "\x55\x1d\x1b"
	oidIssuingPoint      OID = "\x55\x1d\x1c"
	oidCertificateIssuer OID = "\x55\x1d\x1d"
)

// Digest algorithms (RFC 5754, 2, and RFC 3279, 2.1.3).
const (
	oidSHA1   OID = "\x2b\x0e\x03\x02\x1a"
	oidSHA256 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x01"
	oidSHA384 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x02"
	oidSHA512 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x03"
	oidSHA224 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x04"
)

// Public key and signature algorithms (RFC 8017, A.2, RFC 5480, 2.1.1, and RFC
// 5758, 3.2).
const (
	oidRSA           OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
	oidSHA1WithRSA   OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"
	oidMGF1          OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"
	oidPSS           OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
	oidSHA256WithRSA OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"
	oidSHA384WithRSA OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"
	oidSHA512WithRSA OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"
	oidSHA224WithRSA OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e"

	oidECKey           OID = "\x2a\x86\x48\xce\x3d\x02\x01"
	oidECDSAWithSHA1   OID = "\x2a\x86\x48\xce\x3d\x04\x01"
	oidECDSAWithSHA224 OID = "\x2a\x86\x48\xce\x3d\x04\x03\x01"
	oidECDSAWithSHA256 OID = "\x2a\x86\x48\xce\x3d\x04\x03\x02"
	oidECDSAWithSHA384 OID = "\x2a\x86\x48\xce\x3d\x04\x03\x03"
	oidECDSAWithSHA512 OID = "\x2a\x86\x48\xce\x3d\x04\x03\x04"
)

// String is the identifier in dotted decimal, or says that the octets are none.
func (o OID) String() string {
	if !o.Valid() {
		return "malformed object identifier"
	}
	var out strings.Builder
	arc, first := new(big.Int), true
	for i := range len(o) {
		arc.Lsh(arc, 7).Or(arc, big.NewInt(int64(o[i]&0x7f)))
		if o[i]&0x80 != 0 {
			continue
		}
		if first {
			root := min(int64(2), new(big.Int).Div(arc, big.NewInt(40)).Int64())
			if !arc.IsInt64() {
				root = 2
			}
			out.WriteString(big.NewInt(root).String())
			arc.Sub(arc, big.NewInt(40*root))
			first = false
		}
		out.WriteByte('.')
		out.WriteString(arc.String())
		arc = new(big.Int)
	}
	return out.String()
}

// maxOID bounds an object identifier, in octets.
const maxOID = 128

// Valid says whether the octets are complete arcs in their shortest form
// (ITU-T X.690, 8.19.2).
func (o OID) Valid() bool { return validOID(o) }

func validOID[T OID | ~[]byte](o T) bool {
	if len(o) == 0 || len(o) > maxOID || o[len(o)-1]&0x80 != 0 {
		return false
	}
	start := true
	for i := range len(o) {
		if start && o[i] == 0x80 {
			return false
		}
		start = o[i]&0x80 == 0
	}
	return true
}

// digestOID is the identifier of a digest of this package.
func digestOID(hash crypto.Hash) (OID, bool) {
	switch hash {
	case crypto.SHA1:
		return oidSHA1, true
	case crypto.SHA224:
		return oidSHA224, true
	case crypto.SHA256:
		return oidSHA256, true
	case crypto.SHA384:
		return oidSHA384, true
	case crypto.SHA512:
		return oidSHA512, true
	}
	return "", false
}
