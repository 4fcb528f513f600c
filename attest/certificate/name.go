package certificate

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Name is a distinguished name (RFC 5280, 4.1.2.4).
type Name struct {
	Raw     []byte // the DER element
	Country string // countryName in upper case; empty when absent
	text    string
	folded  string
}

const oidCountry OID = "\x55\x04\x06"

// String is the name for people, such as "C=FR, O=Gouv, CN=CSCA-FRANCE".
// Control characters are replaced.
func (n Name) String() string { return n.text }

// Folded is the name without the differences that do not count when names are
// compared: kind of string, letter case and spaces (RFC 5280, 7.1). It is a
// key for an index, not a proof: trust comes from signatures.
func (n Name) Folded() string { return n.folded }

// Equal says whether both names have the same DER encoding.
func (n Name) Equal(other Name) bool { return bytes.Equal(n.Raw, other.Raw) }

// readName parses RDNSequence. The result aliases the input.
func readName(input *cryptobyte.String) (Name, bool) {
	var raw, sequence cryptobyte.String
	if !input.ReadASN1Element(&raw, asn1.SEQUENCE) {
		return Name{}, false
	}
	n := Name{Raw: raw}
	var text, folded []string
	if body := raw; !body.ReadASN1(&sequence, asn1.SEQUENCE) {
		return Name{}, false
	}
	for !sequence.Empty() {
		var set cryptobyte.String
		if !sequence.ReadASN1(&set, asn1.SET) || set.Empty() {
			return Name{}, false
		}
		for !set.Empty() {
			oid, value, ok := readAttribute(&set)
			if !ok {
				return Name{}, false
			}
			if oid == oidCountry && n.Country == "" {
				n.Country = strings.ToUpper(value)
			}
			text = append(text, attributeName(oid)+"="+value)
			folded = append(folded, fmt.Sprintf("%x=%s", string(oid), strings.ToLower(strings.Join(strings.Fields(value), " "))))
		}
	}
	n.text, n.folded = strings.Join(text, ", "), strings.Join(folded, ",")
	return n, true
}

// readAttribute parses AttributeTypeAndValue and gives the value as text.
func readAttribute(input *cryptobyte.String) (oid OID, value string, ok bool) {
	var body, content cryptobyte.String
	var tag asn1.Tag
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !readOID(&body, &oid) ||
		!body.ReadAnyASN1(&content, &tag) || !body.Empty() {
		return "", "", false
	}
	return oid, directoryText(tag, content), true
}

const tagBMPString = asn1.Tag(30)

// directoryText decodes DirectoryString and its kin. Latin letters of
// TeletexString are read as ISO 8859-1, as issuers write them.
func directoryText(tag asn1.Tag, content []byte) string {
	var text string
	switch {
	case tag == tagBMPString && len(content)%2 == 0:
		units := make([]uint16, 0, len(content)/2)
		for i := 0; i < len(content); i += 2 {
			units = append(units, uint16(content[i])<<8|uint16(content[i+1]))
		}
		text = string(utf16.Decode(units))
	case utf8.Valid(content):
		text = string(content)
	default:
		runes := make([]rune, len(content))
		for i, b := range content {
			runes[i] = rune(b)
		}
		text = string(runes)
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
}

// attributeName is the short name of RFC 4514, 3, or the dotted identifier.
func attributeName(oid OID) string {
	switch oid {
	case "\x55\x04\x03":
		return "CN"
	case "\x55\x04\x05":
		return "serialNumber"
	case oidCountry:
		return "C"
	case "\x55\x04\x07":
		return "L"
	case "\x55\x04\x08":
		return "ST"
	case "\x55\x04\x0a":
		return "O"
	case "\x55\x04\x0b":
		return "OU"
	}
	return oid.String()
}
