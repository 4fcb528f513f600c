package attesttest

import (
	"crypto"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
)

// State is an issuing state. Its members say what the next template is made of
// and may be changed at any time. It is not for concurrent use.
type State struct {
	Country string       // of names: "UT"
	Code    string       // in machine readable zones: "UTO"
	Begin   time.Time    // of the validity of what is issued
	Curve   *curve.Curve // of new keys
	Rand    io.Reader    // source of new keys

	serial uint32
}

// Now is a time at which everything is valid that a State issues unchanged: one
// year after Begin, and in the freshness of its revocation lists.
func (s *State) Now() time.Time { return s.Begin.AddDate(1, 0, 0).Add(12 * time.Hour) }

// New is a state of a country. Certificates begin on 1 January 2026 and keys are
// on P-256. Keys come from rand; when it is nil, from a source that gives the
// same keys for the same country in every run.
func New(country string, rand io.Reader) *State {
	if rand == nil {
		rand = Source(country)
	}
	code := map[string]string{"UT": "UTO", "FR": "FRA", "DE": "D", "BE": "BEL"}[country]
	return &State{
		Country: country, Code: code, Begin: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Curve: curve.P256(), Rand: rand,
	}
}

// Source is a reader that gives the same bytes for the same seed.
func Source(seed string) io.Reader { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

// Key draws a new key on Curve.
func (s *State) Key() *Key { return NewKey(s.Curve, s.Rand) }

// nextSerial gives numbers that differ within the state.
func (s *State) nextSerial() []byte {
	s.serial++
	return binary.BigEndian.AppendUint32([]byte{0x5E}, s.serial)
}

// CSCA is a self-signed country signing certificate with a new key, valid for 15
// years (ICAO Doc 9303-12, 7.1). Several of one name are several keys of one
// authority.
func (s *State) CSCA(common string) *Certificate {
	key, name := s.Key(), NewName(s.Country, common)
	return &Certificate{
		Key: key, Signer: key, Version: 2, Serial: s.nextSerial(), Issuer: name, Subject: name,
		NotBefore: s.Begin, NotAfter: s.Begin.AddDate(15, 0, 0), Algorithm: key.Algorithm(),
		Extensions: Extensions{
			AuthorityKey(key.Identifier()), SubjectKey(key.Identifier()),
			Usage(UsageKeyCertSign | UsageCRLSign), Authority(0),
		},
	}
}

// issued is a certificate under an authority.
func (s *State) issued(by *Certificate, key *Key, subject Name, years int) *Certificate {
	return &Certificate{
		Key: key, Signer: by.Key, Version: 2, Serial: s.nextSerial(), Issuer: by.Subject, Subject: subject,
		NotBefore: s.Begin, NotAfter: s.Begin.AddDate(years, 0, 0), Algorithm: by.Key.Algorithm(),
		Extensions: Extensions{AuthorityKey(by.KeyIdentifier()), SubjectKey(key.Identifier())},
	}
}

// Link is the link certificate by which old vouches for next: the name, key and
// identifier of next under the signature of old (ICAO Doc 9303-12, 4.3).
func (s *State) Link(old, next *Certificate) *Certificate {
	link := s.issued(old, next.Key, next.Subject, 15)
	link.NotAfter, link.PublicKey = next.NotAfter, next.PublicKey
	return link.Set(SubjectKey(next.KeyIdentifier())).Set(Usage(UsageKeyCertSign | UsageCRLSign)).Set(Authority(0))
}

// DS is a document signer with a new key under an authority, valid for ten
// years, for any type of document.
func (s *State) DS(csca *Certificate) *Certificate {
	ds := s.issued(csca, s.Key(), NewName(s.Country, "DS SPECIMEN"), 10)
	return ds.Set(Usage(UsageDigitalSignature))
}

// ListSigner is a master list signer with a new key under an authority (ICAO
// Doc 9303-12, 7.1, table 6).
func (s *State) ListSigner(csca *Certificate) *Certificate {
	signer := s.issued(csca, s.Key(), NewName(s.Country, "LIST SIGNER SPECIMEN"), 10)
	return signer.Set(Usage(UsageDigitalSignature)).Set(Purposes(MasterListSigning))
}

// RevocationList is the list of an authority that names some certificates as
// revoked. It was made the day before Now and the next is due 30 days later.
func (s *State) RevocationList(csca *Certificate, revoked ...*Certificate) *RevocationList {
	day := s.Now().AddDate(0, 0, -1)
	list := &RevocationList{
		Signer: csca.Key, Version: 1, Issuer: csca.Subject, ThisUpdate: day, NextUpdate: day.AddDate(0, 0, 30),
		Algorithm: csca.Key.Algorithm(),
		Extensions: Extensions{
			AuthorityKey(csca.KeyIdentifier()), {ID: CRLNumber, Value: Integer(int64(s.serial))},
		},
	}
	for _, c := range revoked {
		list.Revoke(c.Serial)
	}
	return list
}

// MasterList is a master list of certificates, in DER, by a list signer whose
// certificate it carries with that of its authority (ICAO Doc 9303-12, 9.2).
func (s *State) MasterList(signer, csca *Certificate, members ...[]byte) *SignedData {
	info := signer.SignerInfo()
	info.SigningTime = s.Begin.AddDate(0, 6, 0)
	return &SignedData{
		Version: 3, ContentType: MasterListType, Content: Sequence(Integer(0), SetOf(members...)),
		Certificates: [][]byte{signer.DER(), csca.DER()}, Signers: []*SignerInfo{info},
	}
}

// Document is an EF.SOD over files, signed by a document signer whose
// certificate it carries: version 0, SHA-256, no signing time (ICAO Doc
// 9303-10, 4.6.2).
func (s *State) Document(ds *Certificate, files map[lds.File][]byte) *Document {
	object := &SecurityObject{}
	object.Rehash(crypto.SHA256, files)
	return &Document{
		Object: object, Tag: 0x77,
		Signed: &SignedData{
			Version: 3, ContentType: SecurityObjectType,
			Certificates: [][]byte{ds.DER()}, Signers: []*SignerInfo{ds.SignerInfo()},
		},
	}
}

// Person is the holder of the state's specimen card, valid until 2035.
func (s *State) Person() Person {
	return Person{
		DocumentCode: "ID", IssuingState: s.Code, Nationality: s.Code, DocumentNumber: "SPEC00001",
		BirthDate: "900713", ExpiryDate: "350101", Sex: "F", Name: "SPECIMEN<<MARIE<ANNE",
	}
}

// Files are the files of the specimen card: DG1, DG2, DG11, DG14 and DG15, with
// new keys of the chip.
func (s *State) Files() map[lds.File][]byte {
	return map[lds.File][]byte{
		lds.DG1: DG1(s.Person()), lds.DG2: DG2(), lds.DG11: DG11("SPECIMEN<<MARIE<ANNE"),
		lds.DG14: DG14(s.Key()), lds.DG15: DG15(s.Key()),
	}
}

// Clone is a copy of a document that can be changed on its own.
func (d *Document) Clone() *Document {
	object := *d.Object
	object.Digests = slices.Clone(object.Digests)
	return &Document{Object: &object, Signed: d.Signed.Clone(), Tag: d.Tag, Alter: d.Alter}
}
