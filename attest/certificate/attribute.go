package certificate

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Attributes of names (RFC 5280, appendix A.1).
const (
	oidCountry         OID = "\x55\x04\x06"
	oidSerialNumber    OID = "\x55\x04\x05"
	oidEmail           OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"
	oidDomainComponent OID = "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"
)

// attribute is AttributeTypeAndValue. Its slices alias the name.
type attribute struct {
	oid     []byte // content octets
	tag     asn1.Tag
	content []byte
}

func readAttribute(input *cryptobyte.String) (a attribute, ok bool) {
	var body, oid, content cryptobyte.String
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !body.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) || !validOID(oid) ||
		!body.ReadAnyASN1(&content, &a.tag) || !body.Empty() {
		return a, false
	}
	a.oid, a.content = oid, content
	return a, true
}

const tagBMPString = asn1.Tag(30)

// note notes what RFC 5280, 4.1.2.4 and ICAO Doc 9303-12, 7.1 do not allow in
// an attribute.
func (a attribute) note(n *noted) {
	switch a.tag {
	case asn1.PrintableString:
		n.addIf(!printable(a.content), IllegalCharacters)
	case asn1.UTF8String:
		n.addIf(!utf8.Valid(a.content), IllegalCharacters)
	case asn1.IA5String:
		n.addIf(!ascii(a.content), IllegalCharacters)
		n.addIf(OID(a.oid) != oidEmail && OID(a.oid) != oidDomainComponent, StringType)
	default:
		n.add(StringType)
	}
	switch OID(a.oid) {
	case oidCountry:
		n.addIf(!bytes.Equal(a.content, bytes.ToUpper(a.content)), CountryCase)
		n.addIf(a.tag != asn1.PrintableString || len(a.content) != 2 || !letters(a.content), CountryForm)
	case oidSerialNumber:
		n.addIf(a.tag != asn1.PrintableString, StringType)
	}
}

// name is the short name of RFC 4514, 3, or the dotted identifier.
func (a attribute) name() string {
	switch OID(a.oid) {
	case "\x55\x04\x03":
		return "CN"
	case oidSerialNumber:
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
	return OID(a.oid).String()
}

// fold appends the value in lower case, without spaces at its ends and with one
// for several between its words.
func (a attribute) fold(out []byte) []byte {
	if a.tag == tagBMPString || !ascii(a.content) {
		return append(out, strings.ToLower(strings.Join(strings.Fields(a.text()), " "))...)
	}
	begun, space := false, false
	for _, b := range a.content {
		switch {
		case b == ' ':
			space = begun
			continue
		case b < ' ' || b == 0x7f:
			b = '?'
		case 'A' <= b && b <= 'Z':
			b += 'a' - 'A'
		}
		if space {
			out, space = append(out, ' '), false
		}
		out, begun = append(out, b), true
	}
	return out
}

// text decodes DirectoryString and its kin. Latin letters of TeletexString are
// read as ISO 8859-1, as issuers write them.
func (a attribute) text() string {
	var text string
	switch {
	case a.tag == tagBMPString && len(a.content)%2 == 0:
		units := make([]uint16, 0, len(a.content)/2)
		for i := 0; i < len(a.content); i += 2 {
			units = append(units, uint16(a.content[i])<<8|uint16(a.content[i+1]))
		}
		text = string(utf16.Decode(units))
	case utf8.Valid(a.content):
		text = string(a.content)
	default:
		runes := make([]rune, len(a.content))
		for i, b := range a.content {
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

// printable says whether all characters are of PrintableString (ITU-T X.680,
// 41.4).
func printable(content []byte) bool {
	for _, b := range content {
		if !letter(b) && (b < '0' || b > '9') && !strings.ContainsRune(" '()+,-./:=?", rune(b)) {
			return false
		}
	}
	return true
}

func letters(content []byte) bool {
	for _, b := range content {
		if !letter(b) {
			return false
		}
	}
	return true
}

func letter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

func ascii(content []byte) bool {
	for _, b := range content {
		if b >= 0x80 {
			return false
		}
	}
	return true
}
