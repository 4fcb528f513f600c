package trust

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"cnie.example/attest/certificate"
	"cnie.example/attest/cms"
	"cnie.example/attest/csca"
	"cnie.example/attest/record"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
	"cnie.example/web/language"
)

// Reasons beside those of package csca for which a certificate does not lead to
// an anchor. They are stable.
const (
	reasonExpired      = "expired"
	reasonNotYetValid  = "not_yet_valid"
	reasonRevoked      = "revoked"
	reasonDistrusted   = "distrusted"
	reasonNoAnchor     = "no_anchor"
	reasonNotAuthority = "not_authority"
	reasonRefused      = "refused"
	reasonNoSigner     = "no_signer" // of a revocation list
)

// chainReason names why csca.Store.Chain refused a certificate. It is empty for
// nil.
func chainReason(err error) string {
	for _, known := range []struct {
		cause  error
		reason string
	}{
		{csca.ErrUnknownIssuer, csca.IssuerNotInList},
		{csca.ErrIssuerSignature, csca.SignatureInvalid},
		{certificate.ErrKey, csca.IssuerKeyUnsupported},
		{certificate.ErrAlgorithm, csca.AlgorithmUnsupported},
		{csca.ErrDistrusted, reasonDistrusted},
		{csca.ErrRevoked, reasonRevoked},
		{csca.ErrExpired, reasonExpired},
		{csca.ErrNotYetValid, reasonNotYetValid},
		{csca.ErrNoAnchor, reasonNoAnchor},
		{csca.ErrNotAuthority, reasonNotAuthority},
		{csca.ErrKeyUsage, reasonNotAuthority},
		{csca.ErrPathLength, reasonNotAuthority},
	} {
		if errors.Is(err, known.cause) {
			return known.reason
		}
	}
	if err != nil {
		return reasonRefused
	}
	return ""
}

// Explain tells in the language why a file or a directory was refused, then the
// technical detail, and ends the command with the status. An error without
// words of its own is left to the caller's.
func Explain(w io.Writer, err error, tag language.Tag, status int) error {
	name := problemOf(err)
	if name == "" {
		return &cli.StatusError{Status: status, Err: err}
	}
	var b strings.Builder
	terminal.Paragraph(&b, 0, wordsIn(tag).problems[name])
	fmt.Fprintf(&b, "\n[%s] %s\n", name, terminal.Printable(err.Error()))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return &cli.StatusError{Status: status, Err: err}
	}
	return &cli.StatusError{Status: status}
}

// Reason tells in the language why a certificate does not lead to an anchor, by
// the name of the reason; it is empty for one that has no words.
func Reason(name string, tag language.Tag) string { return wordsIn(tag).reasons[name] }

// Names of what is wrong with a file or a directory.
const (
	problemListSigner     = "list_signer"
	problemListRoot       = "list_root"
	problemListSignature  = "list_signature"
	problemListValidity   = "list_validity"
	problemListUnrooted   = "list_without_root"
	problemOlder          = "older"
	problemFuture         = "future"
	problemCRLSigner      = "revocation_list_signer"
	problemNotAuthority   = "not_authority"
	problemNotSelfSigned  = "not_self_signed"
	problemLab            = "lab"
	problemManifest       = "manifest"
	problemOverride       = "override"
	problemKind           = "kind"
	problemRootKind       = "root_kind"
	problemMalformed      = "malformed"
	problemNoAnchor       = "no_anchor"
	problemCountry        = "no_such_country"
	problemDistrustedList = "list_distrusted"
	problemAlgorithm      = "algorithm"
	problemSize           = "too_long"
	problemNoSOD          = "no_sod"
	problemDirectory      = "directory"
	problemOtherFiles     = "other_files"
	problemKeys           = "keys"
)

// problemOf names an error of trust; it is empty for one that has no words.
func problemOf(err error) string {
	for _, known := range []struct {
		cause error
		name  string
	}{
		{csca.ErrListValidity, problemListValidity},
		{csca.ErrListSigner, problemListSigner},
		{csca.ErrListRoot, problemListRoot},
		{csca.ErrListSignature, problemListSignature},
		{csca.ErrMasterList, problemListUnrooted},
		{csca.ErrOlder, problemOlder},
		{csca.ErrFuture, problemFuture},
		{csca.ErrRevocationSigner, problemCRLSigner},
		{csca.ErrDistrusted, problemDistrustedList},
		{csca.ErrNotAuthority, problemNotAuthority},
		{csca.ErrNotSelfSigned, problemNotSelfSigned},
		{certificate.ErrLab, problemLab},
		{csca.ErrManifest, problemManifest},
		{fs.ErrExist, problemOtherFiles},
		{csca.ErrOverride, problemOverride},
		{errKind, problemKind},
		{csca.ErrListSyntax, problemKind},
		{errRootKind, problemRootKind},
		{errNoSuchCountry, problemCountry},
		{csca.ErrNoAnchor, problemNoAnchor},
		{errCut, problemMalformed},
		{errPEM, problemMalformed},
		{errSize, problemSize},
		{csca.ErrSize, problemSize},
		{csca.ErrPEM, problemMalformed},
		{record.ErrNoSOD, problemNoSOD},
		{record.ErrDirectory, problemDirectory},
		{record.ErrKey, problemKeys},
		{certificate.ErrAlgorithm, problemAlgorithm},
		{certificate.ErrKey, problemAlgorithm},
		{cms.ErrSyntax, problemMalformed},
		{certificate.ErrCritical, problemMalformed},
		{certificate.ErrSyntax, problemMalformed},
	} {
		if errors.Is(err, known.cause) {
			return known.name
		}
	}
	return ""
}
