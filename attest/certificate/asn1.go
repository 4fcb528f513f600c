package certificate

import (
	"bytes"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// signed is the outer structure that certificates and revocation lists share:
// SIGNED of ITU-T X.509, 6.2.1.
type signed struct {
	tbs          []byte
	rawAlgorithm []byte
	algorithm    AlgorithmIdentifier
	signature    []byte
}

// readSigned reads the outer structure, which has to be all of der.
func readSigned(der []byte) (s signed, err error) {
	input := cryptobyte.String(der)
	var body, tbs, algorithm cryptobyte.String
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !input.Empty() || !body.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		return s, malformed("outer structure")
	}
	if !body.ReadASN1Element(&algorithm, asn1.SEQUENCE) || !body.ReadASN1BitStringAsBytes(&s.signature) || !body.Empty() {
		return s, malformed("signature")
	}
	s.tbs, s.rawAlgorithm = tbs, algorithm
	s.algorithm, err = ParseAlgorithmIdentifier(algorithm)
	return s, err
}

// readInteger reads an INTEGER of any sign and length and gives its content
// octets, which are the shortest ones (ITU-T X.690, 8.3.2).
func readInteger(input *cryptobyte.String) (content []byte, ok bool) {
	var body cryptobyte.String
	if !input.ReadASN1(&body, asn1.INTEGER) || len(body) == 0 {
		return nil, false
	}
	if len(body) > 1 && (body[0] == 0 && body[1] < 0x80 || body[0] == 0xff && body[1] >= 0x80) {
		return nil, false
	}
	return body, true
}

// noteSerial notes what is unusual in the serial number of a certificate.
func noteSerial(serial []byte, n *noted) {
	n.addIf(serial[0] >= 0x80, NegativeSerial)
	n.addIf(len(serial) == 1 && serial[0] == 0, ZeroSerial)
	n.addIf(len(serial) > maxSerial, LongSerial)
}

// maxSerial is the length of serial numbers that RFC 5280 lets be, in octets.
const maxSerial = 20

// readBoolean reads a BOOLEAN DEFAULT FALSE. A default that is written out, and
// true as another value than FF, are against DER but occur.
func readBoolean(input *cryptobyte.String, out *bool, n *noted) bool {
	var value cryptobyte.String
	if !input.PeekASN1Tag(asn1.BOOLEAN) {
		return true
	}
	if !input.ReadASN1(&value, asn1.BOOLEAN) || len(value) != 1 {
		return false
	}
	*out = value[0] != 0
	n.addIf(!*out, WrittenDefault)
	n.addIf(*out && value[0] != 0xff, TrueNotFF)
	return true
}

// ParseTime parses one Time (RFC 5280, 4.1.2.5), which is all of der, and says
// what in it was let pass. The error is ErrSyntax.
func ParseTime(der []byte) (time.Time, []Deviation, error) {
	var at time.Time
	var n noted
	input := cryptobyte.String(der)
	if !readTime(&input, &at, &n) || !input.Empty() {
		return time.Time{}, nil, malformed("time")
	}
	return at, n.list(), nil
}

// readTime reads Time (RFC 5280, 4.1.2.5).
func readTime(input *cryptobyte.String, out *time.Time, n *noted) bool {
	if input.PeekASN1Tag(asn1.GeneralizedTime) {
		if !readGeneralizedTime(input, asn1.GeneralizedTime, out, n) {
			return false
		}
		n.addIf(out.Year() < 2050, EarlyGeneralizedTime)
		return true
	}
	content := *input
	var text cryptobyte.String
	if !content.ReadASN1(&text, asn1.UTCTime) || !input.ReadASN1UTCTime(out) {
		return false
	}
	noteTime(text, len("060102150405Z"), out, n)
	return true
}

// readGeneralizedTime reads GeneralizedTime, under its own or an implicit tag.
func readGeneralizedTime(input *cryptobyte.String, tag asn1.Tag, out *time.Time, n *noted) bool {
	var text cryptobyte.String
	if !input.ReadASN1(&text, tag) || len(text) > 127 {
		return false
	}
	plain := cryptobyte.String(append([]byte{byte(asn1.GeneralizedTime), byte(len(text))}, text...))
	if !plain.ReadASN1GeneralizedTime(out) {
		return false
	}
	noteTime(text, len("20060102150405Z"), out, n)
	return true
}

// noteTime notes a time of another form than DER has, and makes it UTC.
func noteTime(text []byte, length int, out *time.Time, n *noted) {
	n.addIf(len(text) != length || text[len(text)-1] != 'Z', UnusualTime)
	*out = out.UTC()
}

// noteOrder notes elements of a SET OF that are not in ascending order.
func noteOrder(set cryptobyte.String, n *noted) {
	var last, element cryptobyte.String
	var tag asn1.Tag
	for !set.Empty() && set.ReadAnyASN1Element(&element, &tag) {
		n.addIf(bytes.Compare(last, element) > 0, UnsortedSet)
		last = element
	}
}
