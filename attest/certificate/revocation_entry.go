package certificate

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// RevokedEntry is what a revocation list says of one certificate (RFC 5280,
// 5.1.2.6 and 5.3).
type RevokedEntry struct {
	Date           time.Time // revocationDate
	Reason         int       // CRLReason; 0, unspecified, when absent
	InvalidityDate time.Time // when the key was no longer to be trusted; zero when absent
}

// Reasons of CRLReason that a complete list has (RFC 5280, 5.3.1). 7 is not
// used, and 8 (removeFromCRL) is for delta lists.
const (
	maxReason           = 10
	reasonUnused        = 7
	reasonRemoveFromCRL = 8
)

// entries is an index of revokedCertificates: four bytes for each entry, which
// is read again when it is asked for.
type entries struct {
	content []byte   // of the SEQUENCE OF
	places  []uint32 // of the entries in content, by ascending serial numbers
}

// Len is the number of entries.
func (l *RevocationList) Len() int { return len(l.entries.places) }

// Revoked says whether the list has an entry for a serial number, given as the
// content octets of its INTEGER, and what that says. Of two entries with one
// serial number it gives the first.
func (l *RevocationList) Revoked(serial []byte) (RevokedEntry, bool) {
	i, found := slices.BinarySearchFunc(l.entries.places, serial, func(place uint32, serial []byte) int {
		return bytes.Compare(l.entries.serial(place), serial)
	})
	if !found {
		return RevokedEntry{}, false
	}
	input := cryptobyte.String(l.entries.content[l.entries.places[i]:])
	var ignored noted
	_, entry, _ := readEntry(&input, &ignored) // was read before
	return entry, true
}

// serial reads the serial number of an entry that was read before.
func (e *entries) serial(place uint32) []byte {
	input := cryptobyte.String(e.content[place:])
	var body, serial cryptobyte.String
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !body.ReadASN1(&serial, asn1.INTEGER) {
		return nil
	}
	return serial
}

// parseEntries reads revokedCertificates and makes the index.
func (p *listParser) parseEntries(body *cryptobyte.String) error {
	var content cryptobyte.String
	if !body.ReadASN1(&content, asn1.SEQUENCE) {
		return malformed("revokedCertificates")
	}
	p.noted.addIf(content.Empty(), EmptyList)
	e := entries{content: content, places: make([]uint32, 0, countElements(content))}
	for rest := content; !rest.Empty(); {
		place := len(content) - len(rest)
		if _, _, err := readEntry(&rest, &p.noted); err != nil {
			return err
		}
		e.places = append(e.places, uint32(place))
	}
	slices.SortFunc(e.places, func(a, b uint32) int {
		return cmp.Or(bytes.Compare(e.serial(a), e.serial(b)), cmp.Compare(a, b))
	})
	for i := 1; i < len(e.places); i++ {
		p.noted.addIf(bytes.Equal(e.serial(e.places[i-1]), e.serial(e.places[i])), DuplicateEntry)
	}
	p.list.entries = e
	return nil
}

// countElements counts the SEQUENCEs, as far as they are well formed.
func countElements(content cryptobyte.String) (n int) {
	for content.SkipASN1(asn1.SEQUENCE) {
		n++
	}
	return n
}

// readEntry reads one entry of revokedCertificates.
func readEntry(input *cryptobyte.String, n *noted) (serial []byte, entry RevokedEntry, err error) {
	var body cryptobyte.String
	var ok bool
	if !input.ReadASN1(&body, asn1.SEQUENCE) {
		return nil, entry, malformed("entry")
	}
	if serial, ok = readInteger(&body); !ok || !readTime(&body, &entry.Date, n) {
		return nil, entry, malformed("entry")
	}
	if body.Empty() {
		return serial, entry, nil
	}
	var x extensions
	if !x.open(body) {
		return nil, entry, malformed("crlEntryExtensions")
	}
	for !x.rest.Empty() {
		e, ok := x.next(n)
		if !ok {
			return nil, entry, malformed("crlEntryExtensions")
		}
		if err := entry.parseExtension(e, n); err != nil {
			return nil, entry, err
		}
	}
	return serial, entry, nil
}

func (entry *RevokedEntry) parseExtension(e extension, n *noted) error {
	ok := true
	switch OID(e.oid) {
	case oidReasonCode:
		ok = e.value.ReadASN1Enum(&entry.Reason) && e.value.Empty() && entry.Reason >= 0 && entry.Reason <= maxReason &&
			entry.Reason != reasonUnused && entry.Reason != reasonRemoveFromCRL
		n.addIf(entry.Reason == 0, ReasonCode)
		n.addIf(e.critical, NeedlesslyCritical)
	case oidInvalidityDate:
		ok = readGeneralizedTime(&e.value, asn1.GeneralizedTime, &entry.InvalidityDate, n) && e.value.Empty()
		n.addIf(e.critical, NeedlesslyCritical)
	case oidHoldInstruction:
		// Says how to treat a certificate on hold. Here it is revoked.
		n.addIf(e.critical, NeedlesslyCritical)
	case oidCertificateIssuer:
		return &CriticalError{Extension: oidCertificateIssuer}
	default:
		if e.critical {
			return &CriticalError{Extension: OID(e.oid)}
		}
	}
	if !ok {
		return malformed("entry extension " + OID(e.oid).String())
	}
	return nil
}
