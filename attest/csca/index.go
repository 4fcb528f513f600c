package csca

import (
	"slices"

	"cnie.example/attest/certificate"
)

// index finds authorities. Every look-up is one access of a map; what is found
// is chained, as most keys and key identifiers have one certificate.
type index struct {
	byFingerprint map[Fingerprint]*authority
	byKey         map[Fingerprint]*holder
	byKeyID       map[string][]*authority // subject key identifier
	byName        map[string][]*authority // folded subject
	bySerial      map[serial][]*authority
}

// serial names a certificate by issuer and serial number (RFC 5652, 10.2.4).
type serial struct {
	issuer string // folded
	number string
}

func newIndex() index {
	return index{
		byFingerprint: map[Fingerprint]*authority{}, byKey: map[Fingerprint]*holder{},
		byKeyID: map[string][]*authority{}, byName: map[string][]*authority{}, bySerial: map[serial][]*authority{},
	}
}

// add takes a certificate, unless it is there.
func (x *index) add(a *authority) bool {
	if x.byFingerprint[a.fingerprint] != nil {
		return false
	}
	c := a.Certificate
	x.byFingerprint[a.fingerprint] = a
	key := keyOf(c)
	if a.holder = x.byKey[key]; a.holder == nil {
		a.holder = &holder{}
		x.byKey[key] = a.holder
	}
	a.holder.authorities = append(a.holder.authorities, a)
	if len(c.SubjectKeyID) > 0 {
		x.byKeyID[string(c.SubjectKeyID)] = append(x.byKeyID[string(c.SubjectKeyID)], a)
	}
	name, issuer := c.Subject.Folded(), c.Issuer.Folded()
	a.link = issuer == name || c.Country != "" && c.Issuer.Country == c.Country
	x.byName[name] = append(x.byName[name], a)
	if !slices.Contains(a.holder.names, name) {
		a.holder.names = append(a.holder.names, name)
	}
	id := serial{issuer, string(c.Serial)}
	x.bySerial[id] = append(x.bySerial[id], a)
	return true
}

// holders gives the keys of certificates, each once.
func holders(authorities []*authority) []*holder {
	var found []*holder
next:
	for _, a := range authorities {
		for _, h := range found {
			if h == a.holder {
				continue next
			}
		}
		found = append(found, a.holder)
	}
	return found
}

// ByKeyID gives the certificates with a subject key identifier. The slice is
// the caller's.
func (s *Store) ByKeyID(id []byte) []*certificate.Certificate {
	return certificatesOf(s.index.byKeyID[string(id)])
}

// ByIssuerAndSerial gives the certificates with a serial number, as its content
// octets, of an issuer. Names are compared folded. The slice is the caller's.
func (s *Store) ByIssuerAndSerial(issuer certificate.Name, number []byte) []*certificate.Certificate {
	return certificatesOf(s.index.bySerial[serial{issuer.Folded(), string(number)}])
}

// ByFingerprint gives a certificate by its SHA-256; nil when it is not there.
func (s *Store) ByFingerprint(f Fingerprint) *certificate.Certificate {
	if a := s.index.byFingerprint[f]; a != nil {
		return a.Certificate
	}
	return nil
}

func certificatesOf(authorities []*authority) []*certificate.Certificate {
	var found []*certificate.Certificate
	for _, a := range authorities {
		found = append(found, a.Certificate)
	}
	return found
}
