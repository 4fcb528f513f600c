package attesttest

// Name is a distinguished name in DER (RFC 5280, 4.1.2.4).
type Name []byte

// NewName is a name of country and common name, both in PrintableString; the
// country is left out when it is empty.
func NewName(country, common string) Name {
	attribute := func(id OID, value string) []byte { return Set(Sequence(id.DER(), Printable(value))) }
	parts := [][]byte{attribute("\x55\x04\x0a", "SPECIMEN"), attribute("\x55\x04\x03", common)}
	if country != "" {
		parts = append([][]byte{attribute("\x55\x04\x06", country)}, parts...)
	}
	return Sequence(parts...)
}
