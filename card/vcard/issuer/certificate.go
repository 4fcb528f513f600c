package issuer

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" // for key identifiers only (RFC 5280, 4.2.1.2)
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"time"
)

// LabExtension is the identifier of the private critical extension of every
// laboratory certificate; its value is DER NULL. Its last number is longer
// than encoding/asn1 can hold in an ObjectIdentifier, so crypto/x509 neither
// makes nor parses these certificates, and whoever looks for the extension
// has to compare the bytes of the identifier.
const LabExtension = "2.25.203877467912930218650397571128396205451"

// certificate is an X.509 certificate (RFC 5280, 4.1) in the profile of ICAO
// Doc 9303-12, 7.1.
type certificate struct {
	Body      asn1.RawValue
	Algorithm algorithm
	Signature asn1.BitString
}

type certificateBody struct {
	Version    int `asn1:"explicit,tag:0"`
	Serial     *big.Int
	Algorithm  algorithm
	Issuer     asn1.RawValue
	Validity   struct{ NotBefore, NotAfter time.Time }
	Subject    asn1.RawValue
	PublicKey  asn1.RawValue
	Extensions []extension `asn1:"explicit,tag:3"`
}

type extension struct {
	ID       asn1.RawValue
	Critical bool `asn1:"optional"`
	Value    []byte
}

const version3 = 2

func sha256WithRSA() algorithm {
	return algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, asn1.NullRawValue}
}

// request is what a certificate says that differs between CSCA and DS.
type request struct {
	commonName string
	key        *rsa.PublicKey
	until      time.Time // end of validity
	signsUntil time.Time // end of the private key's use
	extensions []extension
}

// signer makes certificates under the name and key of the CSCA.
type signer struct {
	name string
	key  *rsa.PrivateKey
	from time.Time
}

// certify signs a certificate. The serial number is drawn from rand.
func (s signer) certify(rand io.Reader, r request) ([]byte, error) {
	serial := make([]byte, 16)
	if _, err := io.ReadFull(rand, serial); err != nil {
		return nil, fmt.Errorf("draw serial number: %w", err)
	}
	serial[0] = serial[0]&0x7F | 0x40 // positive, and always as long
	body := certificateBody{Version: version3, Serial: new(big.Int).SetBytes(serial), Algorithm: sha256WithRSA()}
	body.Validity.NotBefore, body.Validity.NotAfter = s.from, r.until
	extensions, err := s.extensions(r)
	if err != nil {
		return nil, err
	}
	body.Extensions = extensions
	for _, x := range []struct {
		to   *asn1.RawValue
		name string
	}{{&body.Issuer, s.name}, {&body.Subject, r.commonName}} {
		if x.to.FullBytes, err = asn1.Marshal(labName(x.name).ToRDNSequence()); err != nil {
			return nil, fmt.Errorf("encode name: %w", err)
		}
	}
	if body.PublicKey.FullBytes, err = x509.MarshalPKIXPublicKey(r.key); err != nil {
		return nil, fmt.Errorf("encode public key: %w", err)
	}
	return s.sign(body)
}

func (s signer) sign(body certificateBody) ([]byte, error) {
	signed, err := asn1.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode certificate: %w", err)
	}
	digest := sha256.Sum256(signed)
	signature, err := rsa.SignPKCS1v15(nil, s.key, crypto.SHA256, digest[:])
	if err != nil {
		return nil, fmt.Errorf("sign certificate: %w", err)
	}
	return asn1.Marshal(certificate{
		Body: asn1.RawValue{FullBytes: signed}, Algorithm: sha256WithRSA(),
		Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)},
	})
}

func labName(commonName string) pkix.Name {
	return pkix.Name{Country: []string{"FR"}, Organization: []string{"cnie laboratory"}, CommonName: commonName}
}

// keyIdentifier is the SHA-1 of the public key (RFC 5280, 4.2.1.2, method 1).
func keyIdentifier(key *rsa.PublicKey) []byte {
	digest := sha1.Sum(x509.MarshalPKCS1PublicKey(key))
	return digest[:]
}
