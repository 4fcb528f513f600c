package trust

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"strings"
	"time"

	"cnie.example/attest/certificate"
)

// Command holds the commands of the certificates that documents are judged
// by.
type Command struct {
	Import  importCommand  `cmd:"" help:"Put master lists, certificates and revocation lists into a trust directory."`
	Inspect inspectCommand `cmd:"" help:"Show what a master list, certificate or revocation list holds."`
	List    listCommand    `cmd:"" help:"List the authorities of a trust directory."`
	Diff    diffCommand    `cmd:"" help:"Compare two master lists or trust directories."`
}

// Help tells whom to believe and what a trust directory is.
func (Command) Help() string {
	return `A document is signed by a signer of its state (DS), whose certificate a country signing authority (CSCA) has issued.
States publish the certificates of the authorities that they know as signed master lists. Whom to believe is yours to
say: get the root of the publisher of a list by another way than the list, compare its fingerprint, and name it with --root.

A trust directory holds what you import, each file with its SHA-256 in trust.json. “cnie read --anchors”, “cnie verify
--anchors” and the identity provider read it, and verify it anew each time.

No reader and no card are needed.`
}

// certificateView is a certificate as it is shown.
type certificateView struct {
	Country    string    `json:"country"`
	Subject    string    `json:"subject"`
	Issuer     string    `json:"issuer"`
	Serial     string    `json:"serial"` // content octets of the INTEGER, hexadecimal
	NotBefore  time.Time `json:"not_before"`
	NotAfter   time.Time `json:"not_after"`
	Key        string    `json:"key"`
	Signature  string    `json:"signature"` // algorithm
	Link       bool      `json:"link"`      // names another key as its issuer's
	SHA256     string    `json:"sha256"`
	Deviations []string  `json:"deviations"`
}

func certificateViewOf(c *certificate.Certificate) certificateView {
	return certificateView{
		Country: c.Country, Subject: c.Subject.String(), Issuer: c.Issuer.String(), Serial: hex.EncodeToString(c.Serial),
		NotBefore: c.NotBefore, NotAfter: c.NotAfter, Key: c.PublicKey.String(), Signature: signatureName(c.SignatureAlgorithm),
		Link: isLink(c), SHA256: fingerprint(c), Deviations: names(c.Deviations),
	}
}

// isLink says whether a certificate names another key as its issuer's than its
// own.
func isLink(c *certificate.Certificate) bool {
	return c.Issuer.Folded() != c.Subject.Folded() ||
		len(c.AuthorityKeyID) > 0 && len(c.SubjectKeyID) > 0 && !bytes.Equal(c.AuthorityKeyID, c.SubjectKeyID)
}

// fingerprint is the SHA-256 of a certificate or list, hexadecimal.
func fingerprint(of interface{ Fingerprint() [32]byte }) string {
	sum := of.Fingerprint()
	return hex.EncodeToString(sum[:])
}

func names(deviations []certificate.Deviation) []string {
	list := make([]string, len(deviations))
	for i, d := range deviations {
		list[i] = string(d)
	}
	return list
}

// signatureName names a signature algorithm, such as "ECDSA SHA-256", or by its
// identifier where it is unknown.
func signatureName(a certificate.AlgorithmIdentifier) string {
	known, err := a.SignatureAlgorithm(0)
	if err != nil {
		return a.Algorithm.String()
	}
	scheme := map[certificate.Scheme]string{
		certificate.PKCS1v15: "RSA", certificate.PSS: "RSA-PSS", certificate.ECDSA: "ECDSA",
	}[known.Scheme]
	return scheme + " " + known.Hash.String()
}

// algorithms names key and signature of a certificate in few words, such as
// "RSA-4096/SHA-256" or "P-384/SHA-384".
func algorithms(c *certificate.Certificate) string {
	signature := signatureName(c.SignatureAlgorithm)
	key := strings.TrimPrefix(c.PublicKey.String(), "EC ")
	if _, hash, known := strings.Cut(signature, " "); known {
		if strings.HasPrefix(signature, "RSA-PSS ") {
			hash = "PSS-" + hash
		}
		signature = hash
	}
	return key + "/" + signature
}

// widest are options that refuse no algorithm and no size, for what is shown and
// not used.
func widest() certificate.Options {
	return certificate.Options{SHA1: true, MaxRSA: certificate.MaxRSA, MaxRSAExponent: certificate.MaxRSAExponent}
}

// reread parses certificates with the widest options. What could be read once
// can be read again.
func reread(certificates []*certificate.Certificate) (list []*certificate.Certificate) {
	for _, c := range certificates {
		if wide, err := certificate.Parse(c.Raw, widest()); err == nil {
			list = append(list, wide)
		}
	}
	return list
}

// newestFirst orders certificates by country, and those of a country by the day
// they begin.
func newestFirst(a, b *certificate.Certificate) int {
	if order := cmp.Or(strings.Compare(a.Country, b.Country), b.NotBefore.Compare(a.NotBefore)); order != 0 {
		return order
	}
	return strings.Compare(fingerprint(a), fingerprint(b))
}
