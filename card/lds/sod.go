package lds

import (
	"crypto"
	_ "crypto/sha1" // the hashes that Digests can name are available
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"fmt"

	"cnie.example/card/tlv"
)

// Versions of LDSSecurityObject (ICAO Doc 9303-10, 4.6.2.3).
const (
	securityObjectV0 = 0
	securityObjectV1 = 1 // has LDSVersionInfo

	maxObjectVersion = 255 // read as a version, be it unknown
)

// Causes that a caller of ParseSecurityObject may tell from a malformed file;
// errors that wrap them wrap ErrFile too.
var (
	// ErrObjectVersion: the security object has a version above 1, whose syntax is unknown.
	ErrObjectVersion = errors.New("unknown version of the security object")
	// ErrObjectHash: the hash algorithm of the security object is unknown.
	ErrObjectHash = errors.New("unknown hash algorithm of the security object")
)

// maxVersionText bounds the strings of LDSVersionInfo.
const maxVersionText = 16

// SecurityObject is LDSSecurityObject, the content that the CMS of EF.SOD
// signs (ICAO Doc 9303-10, 4.6.2.3).
type SecurityObject struct {
	Version        int
	Hash           crypto.Hash     // SHA-1, or SHA-2 of 224 to 512 bits; available
	Digests        map[File][]byte // data groups only, each of Hash.Size() bytes
	LDSVersion     string          // "0107"; empty in version 0
	UnicodeVersion string          // "040000"; empty in version 0
}

// ParseSOD gives the CMS structure in EF.SOD (ICAO Doc 9303-10, 4.6.2). It
// aliases b and is not looked at. Errors wrap ErrFile.
func ParseSOD(b []byte) (cms []byte, err error) {
	return SOD.content(b)
}

// ParseSecurityObject reads LDSSecurityObject. der is not kept. Whether the
// hash is strong enough is not decided here: SHA-1 is read. Errors wrap
// ErrFile, and some of them ErrObjectVersion or ErrObjectHash.
func ParseSecurityObject(der []byte) (SecurityObject, error) {
	o, err := parseSecurityObject(der)
	if err != nil {
		return SecurityObject{}, fmt.Errorf("security object: %w: %w", ErrFile, err)
	}
	return o, nil
}

func parseSecurityObject(der []byte) (o SecurityObject, err error) {
	rest, err := tlv.Only(der, tagSequence)
	if err != nil {
		return o, err
	}
	if o.Version, rest, err = readSmall(rest, maxObjectVersion); err != nil {
		return o, err
	}
	if o.Version > securityObjectV1 {
		return o, fmt.Errorf("%w: %d", ErrObjectVersion, o.Version)
	}
	algorithm, rest, err := tlv.Expect(rest, tagSequence)
	if err != nil {
		return o, err
	}
	if o.Hash, err = parseHash(algorithm); err != nil {
		return o, err
	}
	digests, rest, err := tlv.Expect(rest, tagSequence)
	if err != nil {
		return o, err
	}
	if o.Digests, err = parseDigests(digests, o.Hash.Size()); err != nil {
		return o, err
	}
	return o, o.parseVersionInfo(rest)
}

// parseVersionInfo reads LDSVersionInfo. It belongs to version 1; cards of
// version 0 with it, and of version 1 without, are read all the same.
func (o *SecurityObject) parseVersionInfo(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	rest, err := tlv.Only(b, tagSequence)
	if err != nil {
		return err
	}
	if o.LDSVersion, rest, err = readVersion(rest); err != nil {
		return err
	}
	if o.UnicodeVersion, rest, err = readVersion(rest); err != nil {
		return err
	}
	return end("LDSVersionInfo", rest)
}

func readVersion(b []byte) (string, []byte, error) {
	v, rest, err := tlv.Expect(b, tagPrintable)
	if err != nil {
		return "", nil, err
	}
	if len(v) > maxVersionText || !allDigits(v) {
		return "", nil, fmt.Errorf("version: %w", tlv.ErrSyntax)
	}
	return string(v), rest, nil
}

// parseHash reads an AlgorithmIdentifier whose parameters are absent or NULL
// (RFC 5754, 2).
func parseHash(b []byte) (crypto.Hash, error) {
	oid, rest, err := tlv.Expect(b, tagOID)
	if err != nil {
		return 0, err
	}
	if len(rest) > 0 {
		null, err := tlv.Only(rest, tagNull)
		if err != nil {
			return 0, err
		}
		if len(null) > 0 {
			return 0, fmt.Errorf("NULL of %d bytes: %w", len(null), tlv.ErrSyntax)
		}
	}
	h, ok := hashOf(oid)
	if !ok {
		return 0, fmt.Errorf("%w: object identifier %X", ErrObjectHash, oid)
	}
	return h, nil
}

// hashOf knows the hashes of ICAO Doc 9303-12, 4.4.3, and SHA-1, which old
// documents have, by the content octets of their object identifiers (RFC 5754,
// 2, and RFC 3279, 2.1.3).
func hashOf(oid []byte) (crypto.Hash, bool) {
	switch string(oid) {
	case "\x2b\x0e\x03\x02\x1a":
		return crypto.SHA1, true
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x04":
		return crypto.SHA224, true
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x01":
		return crypto.SHA256, true
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x02":
		return crypto.SHA384, true
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x03":
		return crypto.SHA512, true
	}
	return 0, false
}

// parseDigests reads the DataGroupHash of 1 to 16 data groups, each at most
// once. The digests are copies that share one allocation.
func parseDigests(b []byte, size int) (map[File][]byte, error) {
	digests := make(map[File][]byte)
	copies := make([]byte, 0, len(b))
	for len(b) > 0 {
		var item []byte
		var err error
		if item, b, err = tlv.Expect(b, tagSequence); err != nil {
			return nil, err
		}
		f, digest, err := parseDigest(item)
		if err != nil {
			return nil, err
		}
		if len(digest) != size {
			return nil, fmt.Errorf("%v: hash of %d bytes, want %d", f, len(digest), size)
		}
		if digests[f] != nil {
			return nil, fmt.Errorf("%v: two hashes", f)
		}
		copies = append(copies, digest...)
		digests[f] = copies[len(copies)-size : len(copies) : len(copies)]
	}
	if len(digests) == 0 {
		return nil, errors.New("no hash of a data group")
	}
	return digests, nil
}

func parseDigest(b []byte) (File, []byte, error) {
	n, rest, err := readSmall(b, int(DG16))
	if err != nil {
		return 0, nil, err
	}
	f := File(n)
	if !f.IsDataGroup() {
		return 0, nil, fmt.Errorf("no data group has number %d", n)
	}
	digest, err := tlv.Only(rest, tagOctetString)
	return f, digest, err
}
