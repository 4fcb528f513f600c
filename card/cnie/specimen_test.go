package cnie_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"testing"

	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/tlv"
	"cnie.example/card/vcard"
)

const specimenCAN = "246810"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seeded is a reproducible source of randomness, another one for each pair.
func seeded(name string, n int) io.Reader {
	seed := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(name), uint64(n)))
	return rand.NewChaCha8(seed)
}

func oid(t testing.TB, arcs ...int) []byte {
	t.Helper()
	b, err := asn1.Marshal(asn1.ObjectIdentifier(arcs))
	must(t, err)
	return b
}

func sequence(parts ...[]byte) []byte { return tlv.Append(nil, 0x30, parts...) }

func integer(n byte) []byte { return []byte{2, 1, n} }

// bsi is the arc 0.4.0.127.0.7.2.2 of the protocols.
func bsi(t testing.TB, arcs ...int) []byte {
	return oid(t, append([]int{0, 4, 0, 127, 0, 7, 2, 2}, arcs...)...)
}

// cardAccess offers generic mapping with AES-256 on brainpoolP256r1, after
// integrated mapping when both is true, as a CNIe does.
func cardAccess(t testing.TB, both bool) []byte {
	var infos []byte
	if both {
		infos = sequence(bsi(t, 4, 4, 4), integer(2), integer(13))
	}
	return tlv.Append(nil, 0x31, infos, sequence(bsi(t, 4, 2, 4), integer(2), integer(13)))
}

// dg14 announces chip authentication with AES-256 for the public key.
func dg14(t testing.TB, public, id []byte) []byte {
	return tlv.Append(nil, 0x6E, tlv.Append(nil, 0x31, dg14Infos(t, public, id)...))
}

func dg14Infos(t testing.TB, public, id []byte) [][]byte {
	var keyID []byte
	if id != nil {
		keyID = tlv.Append(nil, 0x02, id)
	}
	algorithm := sequence(oid(t, 1, 2, 840, 10045, 2, 1), oid(t, curve.BrainpoolP256r1().OID()...))
	key := sequence(algorithm, tlv.Append(nil, 0x03, []byte{0}, public))
	return [][]byte{sequence(bsi(t, 3, 2, 4), integer(1), keyID), sequence(bsi(t, 1, 2), key, keyID)}
}

const specimenMRZ = "IDFRASPECIMEN15<<<<<<<<<<<<<<<" + "9007138F3002119FRA<<<<<<<<<<<6" + "SPECIMEN<<MARIE<ANNE<<<<<<<<<<"

// specimen is a SPECIMEN document: files of the sizes seen on French documents,
// whose security object is signed by nobody.
func specimen(t testing.TB) vcard.Personalisation {
	t.Helper()
	private, err := vcard.BrainpoolP256r1.GenerateKey(seeded("chip key", 0))
	must(t, err)
	public, err := vcard.BrainpoolP256r1.PublicKey(private)
	must(t, err)
	return vcard.Personalisation{
		ATR: []byte{0x3B, 0x00}, CAN: []byte(specimenCAN), MasterFiles: map[uint16][]byte{vcard.FIDCardAccess: cardAccess(t, true)},
		Files: map[uint16][]byte{
			lds.DG1.FID():  tlv.Append(nil, 0x61, tlv.Append(nil, 0x5F1F, []byte(specimenMRZ))),
			lds.DG2.FID():  tlv.Append(nil, 0x75, bytes.Repeat([]byte("SPECIMEN"), 1800)),
			lds.DG11.FID(): tlv.Append(nil, 0x6B, tlv.Append(nil, 0x5C, []byte{0x5F, 0x0E}), tlv.Append(nil, 0x5F0E, []byte("SPECIMEN<<MARIE<ANNE"))),
			lds.DG14.FID(): dg14(t, public, nil),
			lds.SOD.FID():  tlv.Append(nil, 0x77, bytes.Repeat([]byte("SPECIMEN"), 283)),
		},
		PACE: []vcard.PACEProtocol{{Mapping: vcard.GenericMapping, Cipher: vcard.AES256, Curve: vcard.BrainpoolP256r1}}, NonceSize: 16,
		ChipKeys: []vcard.ChipKey{{Curve: vcard.BrainpoolP256r1, Cipher: vcard.AES256, Scalar: private}},
	}
}

func newCard(t testing.TB, p vcard.Personalisation) *vcard.Card {
	t.Helper()
	c, err := vcard.New(p, seeded("chip", 0))
	must(t, err)
	return c
}

// quickCard is a card for tests that need many: its private keys have 64 bits,
// so that its arithmetic, which is math/big, takes a third of the time. Nonce,
// public keys and shared secrets are spread as ever.
func quickCard(t testing.TB, p vcard.Personalisation, seed int) *vcard.Card {
	t.Helper()
	c, err := vcard.New(p, &quickChip{source: seeded("chip", seed)})
	must(t, err)
	return c
}

// quickChip is the randomness of a quick card. A chip draws the nonce of PACE
// first, which stays as it is, and then keys.
type quickChip struct {
	source io.Reader
	drawn  bool
}

const quickKey = 8 // bytes

func (q *quickChip) Read(b []byte) (int, error) {
	n, err := q.source.Read(b)
	if q.drawn && n > quickKey {
		clear(b[:n-quickKey])
	}
	q.drawn = true
	return n, err
}
