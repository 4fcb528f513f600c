package attesttest

import (
	"slices"
	"time"
)

// RevokedEntry is one entry of a revocation list.
type RevokedEntry struct {
	Serial     []byte // content octets
	Date       time.Time
	Extensions Extensions
}

// RevocationList is a certificate revocation list to be issued (RFC 5280, 5.1).
type RevocationList struct {
	Signer     *Key
	Version    int64 // 1 stands for version 2; left out when negative
	Issuer     Name
	ThisUpdate time.Time
	NextUpdate time.Time // left out when zero
	Entries    []RevokedEntry
	Extensions Extensions

	Algorithm  Algorithm
	Identifier []byte // outside and inside; that of Algorithm when nil
	Inside     []byte // inside; as outside when nil

	Mutate func(tbs []byte) []byte // changes TBSCertList before it is signed
	Alter  func(der []byte) []byte // changes the list after it was signed
}

// Clone is a copy that can be changed on its own.
func (l *RevocationList) Clone() *RevocationList {
	other := *l
	other.Entries, other.Extensions = slices.Clone(l.Entries), slices.Clone(l.Extensions)
	return &other
}

// Revoke adds the serial number of a certificate, revoked when the list was
// made.
func (l *RevocationList) Revoke(serial []byte) *RevocationList {
	l.Entries = append(l.Entries, RevokedEntry{Serial: serial, Date: l.ThisUpdate})
	return l
}

// TBS is TBSCertList, after Mutate.
func (l *RevocationList) TBS() []byte {
	inside := l.Inside
	if inside == nil {
		inside = l.identifier()
	}
	var parts [][]byte
	if l.Version >= 0 {
		parts = append(parts, Integer(l.Version))
	}
	parts = append(parts, inside, l.Issuer, Time(l.ThisUpdate))
	if !l.NextUpdate.IsZero() {
		parts = append(parts, Time(l.NextUpdate))
	}
	if len(l.Entries) > 0 {
		parts = append(parts, l.revoked())
	}
	if len(l.Extensions) > 0 {
		parts = append(parts, Explicit(0, l.Extensions.sequence()))
	}
	tbs := Sequence(parts...)
	if l.Mutate != nil {
		tbs = l.Mutate(tbs)
	}
	return tbs
}

func (l *RevocationList) revoked() []byte {
	var list [][]byte
	for _, e := range l.Entries {
		parts := [][]byte{Element(0x02, e.Serial), Time(e.Date)}
		if len(e.Extensions) > 0 {
			parts = append(parts, e.Extensions.sequence())
		}
		list = append(list, Sequence(parts...))
	}
	return Sequence(list...)
}

func (l *RevocationList) identifier() []byte {
	if l.Identifier != nil {
		return l.Identifier
	}
	return l.Algorithm.Identifier()
}

// DER is the list, signed by Signer. The bytes are the caller's.
func (l *RevocationList) DER() []byte {
	tbs := l.TBS()
	der := Sequence(tbs, l.identifier(), Bits(l.Signer.Sign(l.Algorithm, tbs)))
	if l.Alter != nil {
		der = l.Alter(der)
	}
	return der
}
