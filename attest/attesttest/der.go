package attesttest

import (
	"bytes"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Element is one DER element: the tag, the length, and the joined parts as its
// content.
func Element(tag asn1.Tag, parts ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(slices.Concat(parts...)) })
	return b.BytesOrPanic()
}

// Sequence is a SEQUENCE of elements.
func Sequence(parts ...[]byte) []byte { return Element(asn1.SEQUENCE, parts...) }

// Set is a SET of elements in the order given.
func Set(parts ...[]byte) []byte { return Element(asn1.SET, parts...) }

// SetOf is a SET OF in the order that DER asks for (ITU-T X.690, 11.6).
func SetOf(parts ...[]byte) []byte {
	parts = slices.Clone(parts)
	slices.SortFunc(parts, bytes.Compare)
	return Set(parts...)
}

// Octets is an OCTET STRING.
func Octets(value []byte) []byte { return Element(asn1.OCTET_STRING, value) }

// Bits is a BIT STRING of whole bytes.
func Bits(value []byte) []byte { return Element(asn1.BIT_STRING, []byte{0}, value) }

// Integer is an INTEGER.
func Integer(n int64) []byte { return BigInteger(big.NewInt(n)) }

// BigInteger is an INTEGER of any size.
func BigInteger(n *big.Int) []byte {
	var b cryptobyte.Builder
	b.AddASN1BigInt(n)
	return b.BytesOrPanic()
}

// Null is NULL.
func Null() []byte { return Element(asn1.NULL) }

// True is the BOOLEAN true.
func True() []byte { return Element(asn1.BOOLEAN, []byte{0xFF}) }

// Printable is a PrintableString. The characters are not checked.
func Printable(s string) []byte { return Element(asn1.PrintableString, []byte(s)) }

// Explicit wraps elements in a constructed context-specific tag.
func Explicit(n uint8, parts ...[]byte) []byte {
	return Element(asn1.Tag(n).ContextSpecific().Constructed(), parts...)
}

// Implicit is a primitive context-specific element with this content.
func Implicit(n uint8, content []byte) []byte { return Element(asn1.Tag(n).ContextSpecific(), content) }

// Time is a Time as certificates have it: UTCTime until 2049, GeneralizedTime
// from 2050 (RFC 5280, 4.1.2.5).
func Time(at time.Time) []byte {
	if at = at.UTC(); at.Year() < 2050 && at.Year() >= 1950 {
		return Element(asn1.UTCTime, []byte(at.Format("060102150405Z")))
	}
	return GeneralizedTime(at)
}

// GeneralizedTime is a GeneralizedTime without fraction.
func GeneralizedTime(at time.Time) []byte {
	return Element(asn1.GeneralizedTime, []byte(at.UTC().Format("20060102150405Z")))
}

// Replace gives a copy of b in which old, which has to occur exactly once, is
// new. It serves Mutate and Alter where lengths stay the same.
func Replace(b, old, new []byte) []byte {
	if bytes.Count(b, old) != 1 || len(old) != len(new) {
		panic("attesttest: nothing to replace, more than once, or by another length")
	}
	return bytes.Replace(b, old, new, 1)
}

// Flip gives a copy of b with one bit of the byte at position at changed; a
// negative position counts from the end.
func Flip(b []byte, at int) []byte {
	b = slices.Clone(b)
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 1
	return b
}

// Content gives the content of the one DER element that is all of der.
func Content(der []byte) []byte {
	input, content := cryptobyte.String(der), cryptobyte.String(nil)
	var tag asn1.Tag
	if !input.ReadAnyASN1(&content, &tag) || !input.Empty() {
		panic("attesttest: not one DER element")
	}
	return content
}
