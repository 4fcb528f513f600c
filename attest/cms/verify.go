package cms

import (
	"bytes"
	"errors"
	"fmt"

	"cnie.example/attest/certificate"
)

// CheckContent says whether the signed attributes of a signer belong to the
// content: its type and its digest (RFC 5652, 5.4 and 11). The error is
// ErrDigest.
func (s *SignedData) CheckContent(signer *SignerInfo) error {
	if signer.contentType != s.ContentType {
		return fmt.Errorf("content type: %w", ErrDigest)
	}
	h := signer.Digest.New()
	h.Write(s.Content)
	if !bytes.Equal(h.Sum(nil), signer.messageDigest) {
		return ErrDigest
	}
	return nil
}

// CheckSignature verifies the signer's signature over the signed attributes
// with a key. It proves the content only together with CheckContent. Errors are
// those of certificate.PublicKey.Verify.
//
// What is signed is the DER encoding (RFC 5652, 5.4). Of the signers that send
// attributes out of order, some sign them in DER and some as they send them.
// Both signatures count: it is the same set, and no attribute is there twice.
func (s *SignedData) CheckSignature(signer *SignerInfo, key *certificate.PublicKey) error {
	algorithm, err := signer.SignatureAlgorithm.SignatureAlgorithm(signer.Digest)
	if err != nil {
		return err
	}
	err = key.Verify(algorithm, signer.attributes, signer.Signature)
	if signer.sorted != nil && errors.Is(err, certificate.ErrSignature) {
		err = key.Verify(algorithm, signer.sorted, signer.Signature)
	}
	return err
}

// Verify is CheckContent and CheckSignature.
func (s *SignedData) Verify(signer *SignerInfo, key *certificate.PublicKey) error {
	if err := s.CheckContent(signer); err != nil {
		return err
	}
	return s.CheckSignature(signer, key)
}
