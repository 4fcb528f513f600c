package issuer

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrProfile is the cause of every error about a profile.
var ErrProfile = errors.New("profile refused")

// maxProfile is the largest profile read, in bytes.
const maxProfile = 64 << 10

// Profile describes one specimen document and its chip, in JSON with the names
// of the tags. Schema tells what each member may be; bytes are written in
// hexadecimal.
type Profile struct {
	Format           string    `json:"format"`            // of the MRZ: TD1, TD2 or TD3
	DocumentCode     string    `json:"document_code"`     // one or two letters, as in the MRZ
	IssuingState     string    `json:"issuing_state"`     // ICAO code of at most three letters
	DocumentNumber   string    `json:"document_number"`   // at most 22 of A–Z and 0–9, by format
	FamilyName       string    `json:"family_name"`       // national characters; transliterated in the MRZ
	GivenNames       []string  `json:"given_names"`       // the same
	OtherNames       []string  `json:"other_names"`       // DG11, such as a usage name
	Nationality      string    `json:"nationality"`       // ICAO code of at most three letters
	BirthDate        string    `json:"birth_date"`        // YYYY-MM-DD; day, month and year may be unknown: left out, or the first two 00
	Sex              string    `json:"sex"`               // F, M or X
	BirthPlace       []string  `json:"birth_place"`       // DG11, from the town to the country
	Address          []string  `json:"address"`           // DG11, from the street to the country
	IssueDate        string    `json:"issue_date"`        // DG12, YYYY-MM-DD
	ExpiryDate       string    `json:"expiry_date"`       // the MRZ, YYYY-MM-DD
	IssuingAuthority string    `json:"issuing_authority"` // DG12
	OptionalData     [2]string `json:"optional_data"`     // of the MRZ; only TD1 has the second

	MRZ        string   `json:"mrz,omitzero"`  // all lines joined, instead of the computed MRZ
	Files      []string `json:"files"`         // files issued besides EF.COM, EF.SOD and EF.CardAccess
	LDSVersion string   `json:"lds_version"`   // 0107 or 0108
	Face       Face     `json:"face"`          // DG2
	DG13       string   `json:"dg13,omitzero"` // content of DG13

	CAN            string `json:"can"`                      // six digits; empty for a chip without CAN
	PIN            string `json:"pin,omitzero"`             // digits; a chip without PIN when absent
	PUK            string `json:"puk,omitzero"`             // digits; a chip without PUK when absent
	PINTries       int    `json:"pin_tries,omitzero"`       // wrong PINs that block; three when absent
	PINDeactivated bool   `json:"pin_deactivated,omitzero"` // the chip never takes the PIN
	BAC            bool   `json:"bac"`                      // Basic Access Control by MRZ too

	PACE        []PACE `json:"pace"`         // protocols that the chip speaks
	Cipher      string `json:"cipher"`       // of PACE protocols and chip keys that name none
	Curve       string `json:"curve"`        // of PACE protocols and chip keys that name none
	NonceLength int    `json:"nonce_length"` // of PACE, in bytes: 16 or 32

	// ChipKeys are the keys of chip authentication; an empty list is a chip
	// without. When it is absent, ChipKey and ChipKeyID describe the one key.
	ChipKeys  []ChipKey `json:"chip_keys,omitzero"`
	ChipKey   string    `json:"chip_key,omitzero"`    // private key; generated when absent
	ChipKeyID *int      `json:"chip_key_id,omitzero"` // the key has no identifier when absent

	ActiveAuthentication *ActiveAuthentication `json:"active_authentication,omitzero"`

	Contactless      bool     `json:"contactless"`           // answer to reset of the contactless interface
	ATR              string   `json:"atr"`                   // of the contact interface
	ATRContactless   string   `json:"atr_contactless"`       // of the contactless interface
	ExtendedLength   bool     `json:"extended_length"`       // the chip takes extended APDUs
	ShortProtected   bool     `json:"short_protected"`       // but not under secure messaging
	ShortIdentifiers bool     `json:"short_identifiers"`     // the chip takes short file identifiers
	MaxResponse      int      `json:"max_response,omitzero"` // bytes of a response to READ BINARY; no limit when absent
	SelectMF         string   `json:"select_mf"`             // status word of SELECT of the master file
	Faults           []string `json:"faults"`                // what the chip does wrong (vcard.ParseFault)
}

// PACE is one protocol of PACE (ICAO Doc 9303-11, 9.2.1).
type PACE struct {
	Mapping string `json:"mapping"`         // GM, IM or CAM
	Cipher  string `json:"cipher,omitzero"` // the profile's when absent
	Curve   string `json:"curve,omitzero"`  // the profile's when absent
}

// ChipKey is a key of chip authentication (ICAO Doc 9303-11, 9.2.5 and 9.2.6).
type ChipKey struct {
	ID          *int   `json:"id,omitzero"`           // none when absent
	Cipher      string `json:"cipher,omitzero"`       // the profile's when absent
	Curve       string `json:"curve,omitzero"`        // the profile's when absent
	Key         string `json:"key,omitzero"`          // private key; generated when absent
	WithoutInfo bool   `json:"without_info,omitzero"` // DG14 has no ChipAuthenticationInfo for it
}

// ActiveAuthentication is the key of active authentication (ICAO Doc 9303-11,
// 6.1).
type ActiveAuthentication struct {
	Algorithm string `json:"algorithm"`      // RSA or ECDSA
	Bits      int    `json:"bits,omitzero"`  // of the RSA modulus; 2048 when absent
	Curve     string `json:"curve,omitzero"` // of ECDSA; the profile's when absent
	Hash      string `json:"hash,omitzero"`  // SHA-256 when absent
	Key       string `json:"key,omitzero"`   // RSA in PKCS #1 or a private number; generated when absent
}

// Face is how DG2 holds the photo.
type Face struct {
	Format string `json:"format"`        // ISO 19794-5 or ISO 39794-5
	Image  string `json:"image"`         // JPEG or JPEG 2000
	Size   int    `json:"size,omitzero"` // least bytes of the image; comment segments fill it up
}

// ReadProfile decodes a profile of at most 64 KiB. Members that are absent
// have the value of Specimen; unknown and repeated members are refused. Errors
// name the member and what is allowed there, and wrap ErrProfile, or come from
// r. They hold no value of a member but the text of a fault.
func ReadProfile(r io.Reader) (Profile, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
	if err != nil {
		return Profile{}, fmt.Errorf("read profile: %w", err)
	}
	if len(b) > maxProfile {
		return Profile{}, fmt.Errorf("read profile: longer than %d bytes: %w", maxProfile, ErrProfile)
	}
	if err := checkJSON(b); err != nil {
		return Profile{}, fmt.Errorf("read profile: %w", err)
	}
	p := Specimen()
	if err := json.Unmarshal(b, &p, json.RejectUnknownMembers(true)); err != nil {
		return Profile{}, fmt.Errorf("read profile: %w: %w", ErrProfile, err)
	}
	if _, err := p.compile(); err != nil {
		return Profile{}, fmt.Errorf("read profile: %w", err)
	}
	return p, nil
}

// Write encodes the profile for ReadProfile.
func (p Profile) Write(w io.Writer) error {
	var b bytes.Buffer
	if err := json.MarshalWrite(&b, p, jsontext.WithIndent("  ")); err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	b.WriteByte('\n')
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	return nil
}
