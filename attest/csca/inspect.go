package csca

import (
	"cmp"
	"crypto"
	"errors"
	"slices"
	"strings"
	"time"

	"cnie.example/attest/certificate"
)

// Inspection is what Inspect found in a master list: for people, and as JSON
// for programs.
type Inspection struct {
	SHA256        Fingerprint    `json:"sha256"`       // of the list
	Certificates  int            `json:"certificates"` // that could be read
	Countries     int            `json:"countries"`
	Verified      int            `json:"verified"` // signed by a key of the list: by their own, or as a link by another
	Unverified    []Unverified   `json:"unverified"`
	ListSignature ListSignature  `json:"list_signature"`
	Unread        []UnreadReason `json:"unread"`
	ByCountry     map[string]int `json:"by_country"` // certificates of each country; "" for none
	SelfSigned    int            `json:"self_signed"`
	Links         int            `json:"links"`      // signed by another key of the list
	Deviations    map[string]int `json:"deviations"` // certificates with each certificate.Deviation
	SHA1          int            `json:"sha1"`       // certificates signed with SHA-1
	Oversized     int            `json:"oversized"`  // certificates with an RSA key beyond the default limits of certificate.Options
}

// ListSignature is what was found out about the signature over a list.
type ListSignature struct {
	Verified    bool   `json:"verified"`
	Signer      string `json:"signer"`                 // subject; empty unless verified
	Root        string `json:"root"`                   // subject; empty unless verified
	SigningTime string `json:"signing_time,omitempty"` // RFC 3339, as the signer says
	Reason      string `json:"reason,omitempty"`       // why it is not verified, such as "root_unknown"
	Detail      string `json:"detail,omitempty"`       // the same, for people
}

// Unverified is a certificate of a list that no key of the list signed.
type Unverified struct {
	Subject string      `json:"subject"`
	Reason  string      `json:"reason"` // one of the constants below
	SHA256  Fingerprint `json:"sha256"`
}

// Reasons of Unverified. They are stable.
const (
	IssuerNotInList      = "issuer_not_in_list"     // none with the key identifier, and none of the name signed
	SignatureInvalid     = "signature_invalid"      // the issuer is in the list and did not sign
	AlgorithmUnsupported = "algorithm_unsupported"  // signature algorithm that this module does not have
	IssuerKeyUnsupported = "issuer_key_unsupported" // the issuer's key cannot be used, whatever the options
)

// UnreadReason is a certificate of a list that could not be read.
type UnreadReason struct {
	Index  int    `json:"index"`
	Reason string `json:"reason"`
}

// Inspect says what is in a master list, and whether its signature verifies
// under one of the roots at now. Which certificate of the list is signed by
// which is computed with every algorithm and key size that this module has,
// whatever the options of the list: what a store accepts is another question.
// Validity is not looked at, but for the signer of the list.
func Inspect(l *MasterList, roots []*certificate.Certificate, now time.Time) *Inspection {
	x := &Inspection{
		SHA256: l.Fingerprint(), Certificates: len(l.Certificates), ListSignature: inspectSignature(l, roots, now),
		Unverified: []Unverified{}, Unread: []UnreadReason{}, ByCountry: map[string]int{}, Deviations: map[string]int{},
	}
	for _, u := range l.Unread {
		x.Unread = append(x.Unread, UnreadReason{Index: u.Index, Reason: u.Err.Error()})
	}
	store := newStore(widest(l.Options), Freshness{})
	store.add(reread(l.Certificates, store.options), FromPool, Fingerprint{})
	for _, a := range store.authorities {
		x.count(a)
		x.verify(store, a)
	}
	x.Countries = len(x.ByCountry)
	if x.ByCountry[""] > 0 {
		x.Countries--
	}
	slices.SortFunc(x.Unverified, func(a, b Unverified) int {
		return cmp.Or(strings.Compare(a.Subject, b.Subject), strings.Compare(a.SHA256.String(), b.SHA256.String()))
	})
	return x
}

// widest are the options that refuse no algorithm and no size.
func widest(o certificate.Options) certificate.Options {
	return certificate.Options{
		Lab: o.Lab, SHA1: true, MaxRSA: certificate.MaxRSA, MaxRSAExponent: certificate.MaxRSAExponent,
	}
}

func (x *Inspection) count(a *authority) {
	c := a.Certificate
	x.ByCountry[c.Country]++
	for _, d := range c.Deviations {
		x.Deviations[string(d)]++
	}
	if algorithm, err := c.SignatureAlgorithm.SignatureAlgorithm(0); err == nil && algorithm.Hash == crypto.SHA1 {
		x.SHA1++
	}
	if narrow, err := certificate.ParseInPlace(c.Raw, certificate.Options{Lab: c.Lab}); err == nil &&
		errors.Is(narrow.PublicKey.Err(), certificate.ErrKeySize) && c.PublicKey.Err() == nil {
		x.Oversized++
	}
}

func (x *Inspection) verify(store *Store, a *authority) {
	issued := store.issuanceOfAuthority(a)
	switch {
	case issued.err != nil:
		x.Unverified = append(x.Unverified, Unverified{
			Subject: a.Certificate.Subject.String(), Reason: unverifiedReason(a.Certificate, issued.err), SHA256: a.fingerprint,
		})
		return
	case slices.Contains(issued.signers, a.holder):
		x.SelfSigned++
	default:
		x.Links++
	}
	x.Verified++
}

func unverifiedReason(c *certificate.Certificate, err error) string {
	switch {
	case errors.Is(err, certificate.ErrKey):
		return IssuerKeyUnsupported
	case errors.Is(err, certificate.ErrAlgorithm):
		return AlgorithmUnsupported
	case errors.Is(err, ErrUnknownIssuer) && (len(c.AuthorityKeyID) > 0 || !namesItself(c)):
		return IssuerNotInList
	}
	return SignatureInvalid
}

// Reasons of ListSignature. They are stable.
const (
	ListSignerUnknown    = "signer_unknown"    // ErrListSigner
	ListRootUnknown      = "root_unknown"      // ErrListRoot
	ListSignatureInvalid = "signature_invalid" // ErrListSignature
	ListSignerNotValid   = "signer_not_valid"  // ErrListValidity
)

func inspectSignature(l *MasterList, roots []*certificate.Certificate, now time.Time) ListSignature {
	verified, err := l.Verify(roots, now)
	if err != nil {
		reason := ListSignatureInvalid
		switch {
		case errors.Is(err, ErrListSigner):
			reason = ListSignerUnknown
		case errors.Is(err, ErrListRoot):
			reason = ListRootUnknown
		case errors.Is(err, ErrListValidity):
			reason = ListSignerNotValid
		}
		return ListSignature{Reason: reason, Detail: err.Error()}
	}
	found := ListSignature{Verified: true, Signer: verified.Signer.Subject.String(), Root: verified.Root.Subject.String()}
	if !verified.SigningTime.IsZero() {
		found.SigningTime = verified.SigningTime.UTC().Format(time.RFC3339)
	}
	return found
}
