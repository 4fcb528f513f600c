package wire

import "fmt"

// Signed is the agent's first and only message for a document whose chip has
// active authentication and no chip authentication (ICAO Doc 9303-11, 6.1).
// The chip has signed the challenge of this login (activeauth.Challenge), and
// the agent has read the files itself. The provider answers with a Result.
type Signed struct {
	SOD       Bytes  `json:"sod"`       // EF.SOD, the whole file
	DG14      Bytes  `json:"dg14"`      // EF.DG14, the whole file; empty when the document has none
	DG15      Bytes  `json:"dg15"`      // EF.DG15, the whole file
	Signature Bytes  `json:"signature"` // the chip's answer to INTERNAL AUTHENTICATE
	Files     []File `json:"files"`     // DG1 first, then what else was asked for and consented to
}

// File is a data group, whole.
type File struct {
	Name    string `json:"name"` // FileDG1, FileDG2 or FileDG11
	Content Bytes  `json:"content"`
}

// Type is TypeSigned.
func (Signed) Type() string { return TypeSigned }

// Validate checks lengths, and that every file is one that a request can name,
// once, DG1 first.
func (m Signed) Validate() error {
	if err := first(
		length("sod", len(m.SOD), 1, MaxSOD),
		length("dg14", len(m.DG14), 0, MaxDG14),
		length("dg15", len(m.DG15), 1, MaxDG15),
		length("signature", len(m.Signature), 1, MaxSignature),
	); err != nil {
		return err
	}
	if len(m.Files) == 0 || m.Files[0].Name != FileDG1 {
		return malformed("files", "does not begin with DG1")
	}
	seen := make(map[string]bool, len(m.Files))
	for _, f := range m.Files {
		if f.Name != FileDG1 && f.Name != FileDG2 && f.Name != FileDG11 || seen[f.Name] {
			return malformed("files", "a file that is unknown or repeated")
		}
		seen[f.Name] = true
		if err := length("content", len(f.Content), 1, MaxMessage); err != nil {
			return fmt.Errorf("member files: %w", err)
		}
	}
	return nil
}

// DecodeSigned reads the message of active authentication. A member dg14 that
// is empty has to be there all the same.
func DecodeSigned(b []byte) (Signed, error) {
	m, err := decodeMessage[Signed](b)
	if err == nil && m.DG14 == nil {
		return Signed{}, fmt.Errorf("%s: %w", TypeSigned, malformed("dg14", "missing"))
	}
	return m, err
}

// EncodeSigned writes the message of active authentication.
func EncodeSigned(m Signed) ([]byte, error) { return encodeMessage(m) }
