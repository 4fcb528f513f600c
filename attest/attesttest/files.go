package attesttest

import (
	"strings"

	"golang.org/x/crypto/cryptobyte/asn1"
)

// File is a file of a document: one element with a tag of one byte.
func File(tag byte, content []byte) []byte { return Element(asn1.Tag(tag), content) }

// Person is what the machine readable zone of a card says (ICAO Doc 9303-5,
// 4.2.2). Members are written as they are; check digits are computed.
type Person struct {
	DocumentCode, IssuingState, Nationality string
	DocumentNumber                          string // at most nine characters
	BirthDate, ExpiryDate                   string // YYMMDD
	Sex                                     string
	Name                                    string // SPECIMEN<<MARIE
}

// MRZ is the zone of a card, three lines of 30 characters joined (TD1).
func (p Person) MRZ() string {
	field := func(s string, n int) string { return (s + strings.Repeat("<", n))[:n] }
	number := field(p.DocumentNumber, 9)
	birth, expiry := field(p.BirthDate, 6), field(p.ExpiryDate, 6)
	upper := number + checkDigit(number) + field("", 15)
	middle := birth + checkDigit(birth) + field(p.Sex, 1) + expiry + checkDigit(expiry)
	composite := checkDigit(upper + birth + checkDigit(birth) + expiry + checkDigit(expiry))
	return field(p.DocumentCode, 2) + field(p.IssuingState, 3) + upper +
		middle + field(p.Nationality, 3) + field("", 11) + composite +
		field(p.Name, 30)
}

// checkDigit is that of ICAO Doc 9303-3, 4.9.
func checkDigit(s string) string {
	sum := 0
	for i, c := range []byte(s) {
		value := 0
		switch {
		case c >= '0' && c <= '9':
			value = int(c - '0')
		case c >= 'A' && c <= 'Z':
			value = int(c-'A') + 10
		}
		sum += value * []int{7, 3, 1}[i%3]
	}
	return string(rune('0' + sum%10))
}

// DG1 is the file of the machine readable zone.
func DG1(p Person) []byte {
	zone := p.MRZ()
	return File(0x61, append([]byte{0x5F, 0x1F, byte(len(zone))}, zone...))
}

// DG11 has the full name and nothing else (ICAO Doc 9303-10, 4.7.11).
func DG11(name string) []byte {
	return File(0x6B, append([]byte{0x5C, 2, 0x5F, 0x0E, 0x5F, 0x0E, byte(len(name))}, name...))
}

// DG2 is no picture, only a file with its tag: for what hashes files and does
// not look into them.
func DG2() []byte { return File(0x75, []byte("SPECIMEN")) }

// DG14 holds a public key of chip authentication and its protocol, with AES-256
// and explicit parameters as cards have them (ICAO Doc 9303-11, 9.2.5 and
// 9.2.6).
func DG14(chip *Key) []byte {
	const arc = "\x04\x00\x7f\x00\x07\x02\x02"
	info := Sequence(OID(arc+"\x03\x02\x04").DER(), Integer(1))
	key := Sequence(OID(arc+"\x01\x02").DER(), chip.InfoOn(DomainOf(chip.ec.curve).DER()))
	return File(0x6E, SetOf(info, key))
}

// DG15 holds a public key of active authentication.
func DG15(chip *Key) []byte { return File(0x6F, chip.Info()) }
