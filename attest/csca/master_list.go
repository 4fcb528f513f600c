package csca

import (
	"errors"
	"fmt"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// MasterList is a parsed CSCA master list (ICAO Doc 9303-12, 9). Nothing about
// it is verified.
type MasterList struct {
	Certificates []*certificate.Certificate // in the order of the list
	Unread       []Unread                   // what Certificates lacks
	Options      certificate.Options        // under which it was parsed

	fingerprint Fingerprint
	signed      *cms.SignedData
	carried     []*certificate.Certificate // beside the list, in SignedData
}

// Unread is a certificate of a list that certificate.Parse refused. The list is
// used without it: one bad certificate of one country must not take the others
// away.
type Unread struct {
	Index int // in the list, from 0
	Err   error
}

// ParseMasterList reads one master list that is all of der: SignedData of type
// cms.MasterList. The list keeps der, which is not to be changed afterwards; a
// store that is built of the list does not. Errors are ErrListSyntax and those
// of cms.Parse. Memory is bounded by a multiple of the input.
func ParseMasterList(der []byte, opts certificate.Options) (*MasterList, error) {
	signed, err := cms.Parse(der)
	if err != nil {
		return nil, fmt.Errorf("master list: %w", err)
	}
	if signed.ContentType != cms.MasterList {
		return nil, fmt.Errorf("%w: content type %v", ErrListSyntax, signed.ContentType)
	}
	l := &MasterList{Options: opts, fingerprint: fingerprintOf(der), signed: signed}
	if err := l.parseContent(signed.Content); err != nil {
		return nil, err
	}
	for _, der := range signed.Certificates {
		// A certificate that cannot be read is not the signer's.
		if c, err := certificate.Parse(der, opts); err == nil {
			l.carried = append(l.carried, c)
		}
	}
	return l, nil
}

// parseContent reads CscaMasterList (ICAO Doc 9303-12, 9.2), version 0.
func (l *MasterList) parseContent(content []byte) error {
	var list, set cryptobyte.String
	var version int
	input := cryptobyte.String(content)
	if !input.ReadASN1(&list, asn1.SEQUENCE) || !input.Empty() || !list.ReadASN1Integer(&version) ||
		version != 0 || !list.ReadASN1(&set, asn1.SET) || !list.Empty() {
		return fmt.Errorf("%w: CscaMasterList", ErrListSyntax)
	}
	for i := 0; !set.Empty(); i++ {
		var der cryptobyte.String
		if !set.ReadASN1Element(&der, asn1.SEQUENCE) {
			return fmt.Errorf("%w: certificate %d", ErrListSyntax, i)
		}
		c, err := certificate.Parse(der, l.Options)
		if err != nil {
			l.Unread = append(l.Unread, Unread{Index: i, Err: err})
			continue
		}
		l.Certificates = append(l.Certificates, c)
	}
	return nil
}

// Fingerprint is SHA-256 of the list as it was given.
func (l *MasterList) Fingerprint() Fingerprint { return l.fingerprint }

// VerifiedList is a master list whose signature was verified.
type VerifiedList struct {
	*MasterList
	Signer      *certificate.Certificate // master list signer
	Root        *certificate.Certificate // of those given to Verify
	SigningTime time.Time                // as the signer says; zero when it does not

	chain Chain // of Signer
}

// idMasterListSigner is id-icao-cscaMasterListSigningKey, the extended key usage
// of a master list signer (ICAO Doc 9303-12, 7.1.2): 2.23.136.1.1.3.
const idMasterListSigner certificate.OID = "\x67\x81\x08\x01\x01\x03"

// Verify verifies the signature over the list and that its signer is certified,
// directly or through link certificates beside the list, by one of the roots,
// which the operator trusts for this and which are read again under the options
// of the list. Signer and root have to be valid at now.
//
// A list may have several signers: one good signature is enough. Errors are
// ErrListSigner, ErrListRoot, ErrListSignature and ErrListValidity, and those
// of algorithms and keys of package certificate; they are those of the first
// signer.
func (l *MasterList) Verify(roots []*certificate.Certificate, now time.Time) (*VerifiedList, error) {
	return l.verify(roots, now, now)
}

// verify is Verify for a list that was looked at before: its signer has to be
// valid at one time, and it may be signed until another.
func (l *MasterList) verify(roots []*certificate.Certificate, valid, latest time.Time) (*VerifiedList, error) {
	roots = reread(roots, l.Options)
	first := fmt.Errorf("%w: no signer", ErrListSigner)
	for i := range l.signed.SignerInfos {
		verified, err := l.verifySigner(&l.signed.SignerInfos[i], roots, valid, latest)
		if err == nil {
			return verified, nil
		}
		if i == 0 {
			first = err
		}
	}
	return nil, first
}

// verifySigner tries every certificate that the signer may have meant: several
// may bear its key identifier.
func (l *MasterList) verifySigner(s *cms.SignerInfo, roots []*certificate.Certificate, valid, latest time.Time) (*VerifiedList, error) {
	first := fmt.Errorf("%w: it is not in the list", ErrListSigner)
	tried := false
	for _, c := range append(l.carried[:len(l.carried):len(l.carried)], roots...) {
		if !s.Identifies(c) {
			continue
		}
		chain, err := l.verifyWith(s, c, roots, valid, latest)
		if err == nil {
			return &VerifiedList{MasterList: l, Signer: c, Root: chain.Anchor(), SigningTime: s.SigningTime, chain: chain}, nil
		}
		if !tried {
			first, tried = err, true
		}
	}
	return nil, first
}

func (l *MasterList) verifyWith(s *cms.SignerInfo, c *certificate.Certificate, roots []*certificate.Certificate, valid, latest time.Time) (Chain, error) {
	if err := checkListSigner(c); err != nil {
		return nil, err
	}
	if err := l.signed.Verify(s, c.PublicKey); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrListSignature, err)
	}
	if !c.ValidAt(valid) {
		return nil, fmt.Errorf("%w: certificate of %v", ErrListValidity, c.Subject)
	}
	if s.SigningTime.After(latest) {
		return nil, fmt.Errorf("%w: signed on %s", ErrListValidity, s.SigningTime.Format(time.DateOnly))
	}
	return l.findRoot(c, roots, valid)
}

// checkListSigner checks that a certificate is for signing master lists and for
// nothing else (ICAO Doc 9303-12, 7.1.2).
func checkListSigner(c *certificate.Certificate) error {
	if len(c.Extended) != 1 || c.Extended[0] != idMasterListSigner || !c.KeyUsage.Has(certificate.DigitalSignature) || c.IsCA {
		return fmt.Errorf("%w: that of %v is for something else", ErrListSigner, c.Subject)
	}
	return nil
}

// findRoot finds the root above the signer, by the rules of Store.Chain.
func (l *MasterList) findRoot(c *certificate.Certificate, roots []*certificate.Certificate, now time.Time) (Chain, error) {
	store := newStore(l.Options, Freshness{})
	store.add(roots, FromAnchor, Fingerprint{})
	store.add(l.carried, FromPool, Fingerprint{})
	chain, err := store.Chain(c, now)
	switch {
	case err == nil:
		return chain, nil
	case errors.Is(err, ErrExpired), errors.Is(err, ErrNotYetValid):
		return nil, fmt.Errorf("%w: %w", ErrListValidity, err)
	}
	return nil, fmt.Errorf("%w: %w", ErrListRoot, err)
}
