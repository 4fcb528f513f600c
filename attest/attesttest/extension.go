package attesttest

import (
	"slices"
	"time"
)

// Extension is one extension of a certificate or of a revocation list.
type Extension struct {
	ID       OID
	Critical bool
	Value    []byte // DER, without the OCTET STRING around it
}

// Extensions is a list of extensions in their order.
type Extensions []Extension

// With gives a copy in which the extension of e's identifier is e: in the place
// of the one that is there, otherwise at the end.
func (x Extensions) With(e Extension) Extensions {
	x = slices.Clone(x)
	if i := slices.IndexFunc(x, func(o Extension) bool { return o.ID == e.ID }); i >= 0 {
		x[i] = e
		return x
	}
	return append(x, e)
}

// Without gives a copy without an extension.
func (x Extensions) Without(id OID) Extensions {
	return slices.DeleteFunc(slices.Clone(x), func(e Extension) bool { return e.ID == id })
}

func (x Extensions) sequence() []byte {
	var list [][]byte
	for _, e := range x {
		parts := [][]byte{e.ID.DER()}
		if e.Critical {
			parts = append(parts, True())
		}
		list = append(list, Sequence(append(parts, Octets(e.Value))...))
	}
	return Sequence(list...)
}

// Bits of keyUsage, as the first byte of the BIT STRING has them (RFC 5280,
// 4.2.1.3).
const (
	UsageDigitalSignature byte = 0x80
	UsageKeyCertSign      byte = 0x04
	UsageCRLSign          byte = 0x02
)

// Usage is keyUsage, critical.
func Usage(bits byte) Extension {
	unused := byte(0)
	for bits != 0 && bits>>unused&1 == 0 {
		unused++
	}
	return Extension{ID: KeyUsage, Critical: true, Value: Element(0x03, []byte{unused, bits})}
}

// Authority is basicConstraints of an authority, critical; a negative path
// length is left out.
func Authority(pathLength int64) Extension {
	value := Sequence(True())
	if pathLength >= 0 {
		value = Sequence(True(), Integer(pathLength))
	}
	return Extension{ID: BasicConstraints, Critical: true, Value: value}
}

// SubjectKey is subjectKeyIdentifier.
func SubjectKey(id []byte) Extension {
	return Extension{ID: SubjectKeyIdentifier, Value: Octets(id)}
}

// AuthorityKey is authorityKeyIdentifier with a key identifier alone.
func AuthorityKey(id []byte) Extension {
	return Extension{ID: AuthorityKeyIdentifier, Value: Sequence(Implicit(0, id))}
}

// Purposes is extKeyUsage, critical.
func Purposes(ids ...OID) Extension {
	var list [][]byte
	for _, id := range ids {
		list = append(list, id.DER())
	}
	return Extension{ID: ExtendedKeyUsage, Critical: true, Value: Sequence(list...)}
}

// Types is documentTypeList (ICAO Doc 9303-12, 7.1.1.6).
func Types(codes ...string) Extension {
	var list [][]byte
	for _, code := range codes {
		list = append(list, Printable(code))
	}
	return Extension{ID: DocumentTypes, Value: Sequence(Integer(0), SetOf(list...))}
}

// KeyPeriod is privateKeyUsagePeriod (RFC 3280, 4.2.1.4); a zero time is left
// out.
func KeyPeriod(notBefore, notAfter time.Time) Extension {
	var parts [][]byte
	for i, at := range []time.Time{notBefore, notAfter} {
		if !at.IsZero() {
			parts = append(parts, Implicit(uint8(i), Content(GeneralizedTime(at))))
		}
	}
	return Extension{ID: PrivateKeyUsagePeriod, Value: Sequence(parts...)}
}

// Lab marks a certificate of a laboratory, critical.
func Lab() Extension { return Extension{ID: Laboratory, Critical: true, Value: Null()} }

// UnknownCritical is a critical extension that nobody knows.
func UnknownCritical() Extension { return Extension{ID: Unknown, Critical: true, Value: Null()} }
