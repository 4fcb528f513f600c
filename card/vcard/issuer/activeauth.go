package issuer

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"io"

	"cnie.example/card/vcard"
)

// Algorithms of active authentication.
const (
	algorithmRSA   = "RSA"
	algorithmECDSA = "ECDSA"

	defaultBits = 2048
	defaultHash = "SHA-256"
)

// hashes are the hash functions of active authentication. The last number of
// the object identifier of plain ECDSA (BSI TR-03111, 5.2.1.1) is the place in
// this list, from 1.
func hashes() []crypto.Hash {
	return []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
}

func hashNames() (names []string) {
	for _, h := range hashes() {
		names = append(names, h.String())
	}
	return names
}

// activeKey is the key of active authentication that a profile asks for.
type activeKey struct {
	key  vcard.ActiveAuthenticationKey
	bits int // of RSA; 0 for ECDSA
}

func (a *activeKey) rsa() bool { return a.bits > 0 }

func (d *document) readActiveAuthentication() error {
	asked := d.Profile.ActiveAuthentication
	if asked == nil {
		return nil
	}
	a := &activeKey{}
	name := asked.Hash
	if name == "" {
		name = defaultHash
	}
	for _, h := range hashes() {
		if h.String() == name {
			a.key.Hash = h
		}
	}
	if asked.Algorithm == algorithmRSA {
		if a.bits = asked.Bits; a.bits == 0 {
			a.bits = defaultBits
		}
	} else {
		a.key.Curve = d.curve(asked.Curve)
	}
	switch {
	case a.bits%8 != 0:
		return refuseAs("active_authentication.bits", "no multiple of 8")
	case a.rsa() && asked.Curve != "":
		return refuseAs("active_authentication.curve", "is for ECDSA")
	case !a.rsa() && asked.Bits != 0:
		return refuseAs("active_authentication.bits", "is for RSA")
	}
	d.active = a
	if asked.Key == "" {
		return nil
	}
	if a.read(asked.Key) != nil {
		return refuse("active_authentication.key")
	}
	return nil
}

func (a *activeKey) read(key string) error {
	b, err := hex.DecodeString(key)
	if err != nil {
		return err
	}
	if !a.rsa() {
		a.key.Scalar = b
		_, err = a.key.Curve.PublicKey(b)
		return err
	}
	if a.key.RSA, err = x509.ParsePKCS1PrivateKey(b); err == nil && a.key.RSA.N.BitLen() != a.bits {
		err = ErrProfile
	}
	return err
}

// generate makes the key unless the profile gave it. The standard library may
// draw an RSA key from its own source.
func (a *activeKey) generate(rand io.Reader) (err error) {
	switch {
	case a.rsa() && a.key.RSA == nil:
		a.key.RSA, err = rsa.GenerateKey(rand, a.bits)
	case !a.rsa() && a.key.Scalar == nil:
		a.key.Scalar, err = a.key.Curve.GenerateKey(rand)
	}
	if err != nil {
		return fmt.Errorf("make key of active authentication: %w", err)
	}
	return nil
}

// public is the content of DG15 (ICAO Doc 9303-10, 4.7.15).
func (a *activeKey) public() ([]byte, error) {
	if a.rsa() {
		return x509.MarshalPKIXPublicKey(&a.key.RSA.PublicKey)
	}
	key, err := publicKey(a.key.Curve, a.key.Scalar)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(key)
}

// activeAuthenticationInfo is ActiveAuthenticationInfo, which only ECDSA needs
// (ICAO Doc 9303-11, 9.2.4).
type activeAuthenticationInfo struct {
	Protocol  asn1.ObjectIdentifier
	Version   int
	Algorithm asn1.ObjectIdentifier
}

func (a *activeKey) info() activeAuthenticationInfo {
	place := 0
	for i, h := range hashes() {
		if h == a.key.Hash {
			place = i + 1
		}
	}
	return activeAuthenticationInfo{
		Protocol:  asn1.ObjectIdentifier{2, 23, 136, 1, 1, 5},
		Version:   1,
		Algorithm: asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 1, 4, 1, place},
	}
}
