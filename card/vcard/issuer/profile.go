package issuer

import (
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

// Profile describes one specimen document, in JSON with the names of the tags.
// Dates are written YYYY-MM-DD, bytes in hexadecimal.
type Profile struct {
	DocumentCode     string    `json:"document_code"`     // one or two letters, as in the MRZ
	IssuingState     string    `json:"issuing_state"`     // ICAO code of at most three letters
	DocumentNumber   string    `json:"document_number"`   // at most 22 of A–Z and 0–9
	FamilyName       string    `json:"family_name"`       // national characters; transliterated in the MRZ
	GivenNames       []string  `json:"given_names"`       // the same
	OtherNames       []string  `json:"other_names"`       // DG11, such as a usage name
	Nationality      string    `json:"nationality"`       // ICAO code of at most three letters
	BirthDate        string    `json:"birth_date"`        // DG11 and, in two digits a part, the MRZ
	Sex              string    `json:"sex"`               // F, M or X
	BirthPlace       []string  `json:"birth_place"`       // DG11, from the town to the country
	Address          []string  `json:"address"`           // DG11, from the street to the country
	IssueDate        string    `json:"issue_date"`        // DG12
	ExpiryDate       string    `json:"expiry_date"`       // the MRZ
	IssuingAuthority string    `json:"issuing_authority"` // DG12
	OptionalData     [2]string `json:"optional_data"`     // of the MRZ, at most 15 and 11 of A–Z, 0–9 and <

	MRZ   string   `json:"mrz,omitzero"` // 90 characters, instead of the computed MRZ
	CAN   string   `json:"can"`          // six digits
	Files []string `json:"files"`        // data groups issued: DG1, DG2, DG11, DG12, DG14

	Cipher         string `json:"cipher"`          // AES-128, AES-192 or AES-256
	Curve          string `json:"curve"`           // brainpoolP256r1 or P-256
	NonceLength    int    `json:"nonce_length"`    // of PACE, in bytes: 16 or 32
	Contactless    bool   `json:"contactless"`     // answer to reset of the contactless interface
	ExtendedLength bool   `json:"extended_length"` // the chip takes extended APDUs
	SelectMF       string `json:"select_mf"`       // status word of SELECT of the master file

	ChipKey   string `json:"chip_key,omitzero"`    // private key of chip authentication; generated when absent
	ChipKeyID *int   `json:"chip_key_id,omitzero"` // 0 to 127; the key has no identifier when absent
}

// Specimen is the default document: a French identity card of MARIE ANNE
// SPECIMEN, valid until 2036, on a chip that acts as the French card is known
// to.
func Specimen() Profile {
	return Profile{
		DocumentCode: "ID", IssuingState: "FRA", DocumentNumber: "SPEC00001",
		FamilyName: "SPÉCIMEN", GivenNames: []string{"MARIE", "ANNE"}, OtherNames: nil,
		Nationality: "FRA", BirthDate: "1990-07-13", Sex: "F",
		BirthPlace: []string{"SPÉCIMEN-SUR-MER", "FRA"},
		Address:    []string{"1 RUE DU SPÉCIMEN", "00000 SPÉCIMEN", "FRA"},
		IssueDate:  "2026-01-15", ExpiryDate: "2036-01-14",
		IssuingAuthority: "CNIE LABORATORY SPECIMEN",
		CAN:              "574139",
		Files:            []string{"DG1", "DG2", "DG11", "DG12", "DG14"},
		Cipher:           "AES-256", Curve: "brainpoolP256r1", NonceLength: 16,
		ExtendedLength: true, SelectMF: "6A86",
	}
}

// ReadProfile decodes a profile of at most 64 KiB. Members that are absent
// have the value of Specimen; unknown and repeated members are refused. Errors
// wrap ErrProfile, or come from r.
func ReadProfile(r io.Reader) (Profile, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
	if err != nil {
		return Profile{}, fmt.Errorf("read profile: %w", err)
	}
	if len(b) > maxProfile {
		return Profile{}, fmt.Errorf("read profile: longer than %d bytes: %w", maxProfile, ErrProfile)
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
	if err := json.MarshalWrite(w, p, jsontext.WithIndent("  ")); err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	return nil
}
