package certificate

import (
	"bytes"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Name is a distinguished name (RFC 5280, 4.1.2.4). Its texts are made when
// they are asked for.
type Name struct {
	Raw     []byte // the DER element
	Country string // countryName in upper case; empty when absent, or when there are several that differ
}

// String is the name for people, such as "C=FR, O=Gouv, CN=CSCA-FRANCE".
// Control characters are replaced, and a name that is too long to be one is cut.
func (n Name) String() string {
	var text strings.Builder
	n.each(func(a attribute) {
		if text.Len() > maxNameText {
			return
		}
		if text.Len() > 0 {
			text.WriteString(", ")
		}
		text.WriteString(a.name())
		text.WriteByte('=')
		text.WriteString(a.text())
	})
	if text.Len() > maxNameText {
		return strings.ToValidUTF8(text.String()[:maxNameText], "") + "…"
	}
	return text.String()
}

// maxNameText is where String cuts, in bytes: names go into logs and records
// before anybody knows who wrote them. Those of real authorities have less than
// 250.
const maxNameText = 512

// Folded is the name without the differences that do not count when names are
// compared: kind of string, letter case and spaces (RFC 5280, 7.1). It is a
// key for an index, not a proof: trust comes from signatures.
func (n Name) Folded() string {
	folded := make([]byte, 0, len(n.Raw)+len(n.Raw)/4)
	n.each(func(a attribute) {
		if len(folded) > 0 {
			folded = append(folded, ',')
		}
		folded = hex.AppendEncode(folded, a.oid)
		folded = a.fold(append(folded, '='))
	})
	return string(folded)
}

// Equal says whether both names have the same DER encoding.
func (n Name) Equal(other Name) bool { return bytes.Equal(n.Raw, other.Raw) }

// each calls use with every attribute, in their order, as far as the name is
// well formed, which readName made sure of.
func (n Name) each(use func(attribute)) {
	raw := cryptobyte.String(n.Raw)
	var sequence, set cryptobyte.String
	if !raw.ReadASN1(&sequence, asn1.SEQUENCE) {
		return
	}
	for !sequence.Empty() && sequence.ReadASN1(&set, asn1.SET) {
		for !set.Empty() {
			a, ok := readAttribute(&set)
			if !ok {
				return
			}
			use(a)
		}
	}
}

// readName parses RDNSequence. The result aliases the input.
func readName(input *cryptobyte.String, n *noted) (Name, bool) {
	var raw, sequence, set cryptobyte.String
	if !input.ReadASN1Element(&raw, asn1.SEQUENCE) {
		return Name{}, false
	}
	name, countries := Name{Raw: raw}, 0
	if !raw.ReadASN1(&sequence, asn1.SEQUENCE) {
		return Name{}, false
	}
	n.addIf(sequence.Empty(), EmptyName)
	for !sequence.Empty() {
		if !sequence.ReadASN1(&set, asn1.SET) || set.Empty() {
			return Name{}, false
		}
		noteOrder(set, n)
		for !set.Empty() {
			a, ok := readAttribute(&set)
			if !ok {
				return Name{}, false
			}
			a.note(n)
			if OID(a.oid) != oidCountry {
				continue
			}
			country := strings.ToUpper(a.text())
			if countries++; countries == 1 {
				name.Country = country
			} else if country != name.Country {
				name.Country = ""
			}
		}
	}
	n.addIf(countries == 0, MissingCountry)
	n.addIf(countries > 1, RepeatedCountry)
	return name, true
}
