package record

import (
	"strings"
	"time"
	"unicode"
)

// Result is the result of one check.
type Result string

// Results.
const (
	Good      Result = "good"
	Bad       Result = "bad"
	Unchecked Result = "unchecked" // it could not be checked: Item.Reason says why
)

// Report is what Check found. Its JSON is stable: members are added, and never
// removed or given another meaning.
type Report struct {
	// Verdict is Bad when an item is that is not informative. It is Good when
	// none is, and the chain from the document to a trust anchor is. Otherwise
	// it is Unchecked: without an anchor anybody can sign for himself.
	Verdict Result `json:"verdict"`

	// At is the time of the checks that decide: the end of the login when there
	// is a record with a good signature that is not of the future, otherwise
	// CheckOptions.Now. UTC, whole seconds.
	At time.Time `json:"at"`

	Items []Item `json:"items"`

	// Record is what record.jws says, when its signature is good.
	Record *Record `json:"-"`
}

// Item is one check. Names and reasons are stable; Detail is for the log, may
// change, and holds no personal data.
type Item struct {
	Name   string `json:"name"`
	Result Result `json:"result"`
	Reason Reason `json:"reason,omitzero"` // empty when Result is Good
	Detail string `json:"detail,omitzero"`

	// Informative: the item says nothing against the evidence as it was at the
	// time Report.At.
	Informative bool `json:"informative,omitzero"`
}

// Names of items. Those of package passiveauth are used beside them, and for
// any file its name in lower case with "_hash", "_syntax" or "_file" behind it,
// and "record_" before it where its hash is compared with that of the record:
// "dg1_hash", "record_sod_hash".
const (
	ItemRecordSignature = "record_signature" // a key of the provider signed record.jws
	ItemRecordLogin     = "record_login"     // the login of the record succeeded
	ItemRecordDocument  = "record_document"  // the record is about the files of the directory
	ItemRecordTrust     = "record_trust"     // the login used the trust store that is used here

	ItemChainToday          = "ds_chain_today"        // passive authentication today
	ItemIssuingState        = "issuing_state"         // DG1 names the country of the document signer
	ItemDocumentType        = "document_type"         // the document signer may sign this kind of document
	ItemDocumentExpiry      = "document_expiry"       // the document had not expired
	ItemDocumentExpiryToday = "document_expiry_today" // nor has it today
	ItemZone                = "dg1_zone"              // DG1 holds a machine readable zone with right check digits
	ItemChipKey             = "chip_key"              // DG14 has a key for chip authentication
	ItemActiveKey           = "dg15_key"              // DG15 holds a key for active authentication
	ItemCommonFiles         = "com_files"             // EF.COM lists the files that EF.SOD lists

	ItemCardAccess            = "card_access"             // DG14 repeats what EF.CardAccess offers
	ItemCardSecuritySignature = "card_security_signature" // the certificate inside EF.CardSecurity signed it
	ItemCardSecurityChain     = "card_security_chain"     // that certificate leads to a trust anchor
	ItemCardSecurityAccess    = "card_security_access"    // EF.CardSecurity repeats what EF.CardAccess offers

	// What no file can show.
	ItemChipPresence   = "chip_presence"   // the chip was there in the login
	ItemPossession     = "possession"      // the person of the login has the document
	ItemDocumentStatus = "document_status" // nobody had reported the document
	ItemSameChip       = "same_chip"       // document and card key are in one chip

	ItemOtherFile = "other_file" // a file of the directory that is not one of a document
)

// Reason is why an item is not good: one of those below, or a refusal.Reason.
type Reason string

// Reasons of items that are bad.
const (
	FileUnreadable      Reason = "file_unreadable"       // no regular file, longer than MaxFile, or the system failed
	CheckDigitWrong     Reason = "check_digit_wrong"     // of the machine readable zone
	CardAccessDiffers   Reason = "card_access_differs"   // it offers what the signed file does not have
	FileListDiffers     Reason = "file_list_differs"     // EF.COM and EF.SOD
	CardSecuritySigner  Reason = "card_security_signer"  // no certificate inside, or one that may not sign
	CardSecurityInvalid Reason = "card_security_invalid" // digest or signature
	CardSecurityChain   Reason = "card_security_chain"   // no way to a trust anchor
	RecordMalformed     Reason = "record_malformed"      // also one of another version
	RecordInvalid       Reason = "record_invalid"        // its signature
	RecordDiffers       Reason = "record_differs"        // it is about another document
	LoginUnfinished     Reason = "login_unfinished"      // the record names no level and no refusal
	LoginInFuture       Reason = "login_in_future"       // the login ended later than CheckOptions.Now
)

// Reasons of items that are unchecked.
const (
	NoAnchors          Reason = "no_anchors"           // CheckOptions.Trust is missing
	NoKeys             Reason = "no_keys"              // CheckOptions.Keys is empty
	NoRecord           Reason = "no_record"            // the directory has none, or none with a good signature
	FileAbsent         Reason = "file_absent"          // the directory does not have the file
	FileUnknown        Reason = "file_unknown"         // a name that no file of a document has
	FileUnsigned       Reason = "file_unsigned"        // the file does not have the signed hash
	NotStated          Reason = "not_stated"           // the document does not say it
	NotSupported       Reason = "not_supported"        // a key or protocol that is not known here
	OtherTrustStore    Reason = "other_trust_store"    // the login used another one
	ByProvider         Reason = "attested_by_provider" // deniable: only the provider can know
	SignatureNotKept   Reason = "signature_not_kept"   // the chip signed; the signature is not in the record
	FilesCanBeCopied   Reason = "files_can_be_copied"  // whoever has the files need not have the document
	OnlyThen           Reason = "only_then"            // the authority was asked during the login
	NotProvenByAnybody Reason = "not_proven"           // no protocol proves it
)

func (r *Report) good(name, detail string) { r.add(name, Good, "", detail) }

func (r *Report) bad(name string, reason Reason, detail string) { r.add(name, Bad, reason, detail) }

func (r *Report) unchecked(name string, reason Reason, detail string) {
	r.add(name, Unchecked, reason, detail)
}

func (r *Report) add(name string, result Result, reason Reason, detail string) {
	r.Items = append(r.Items, Item{Name: name, Result: result, Reason: reason, Detail: printable(detail)})
}

// informative makes the last item informative.
func (r *Report) informative() { r.Items[len(r.Items)-1].Informative = true }

// result is that of the first item of a name, Unchecked when there is none.
func (r *Report) result(name string) Result {
	for _, item := range r.Items {
		if item.Name == name {
			return item.Result
		}
	}
	return Unchecked
}

// printable cuts a text of a document to what a log bears.
func printable(s string) string {
	s = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return '.'
		}
		return c
	}, s)
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}
