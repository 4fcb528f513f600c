package issuer

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cnie.example/card/vcard"
)

// maxText is the longest text of a profile, in bytes.
const maxText = 200

// document is a profile that was checked, in the types its files need.
type document struct {
	Profile
	mrz                  string
	birth, issue, expiry time.Time
	cipher               vcard.Cipher
	curve                vcard.Curve
	selectMF             uint16
	chipKey, keyID       []byte
}

// compile checks a profile. Errors name the member and wrap ErrProfile.
func (p Profile) compile() (document, error) {
	d := document{Profile: p}
	for _, step := range []func() error{d.checkText, d.readDates, d.readChip, d.readMRZ} {
		if err := step(); err != nil {
			return document{}, err
		}
	}
	return d, nil
}

func refuse(member string) error { return fmt.Errorf("%s: %w", member, ErrProfile) }

func matches(pattern, s string) bool {
	ok, err := regexp.MatchString(`^(?:`+pattern+`)$`, s)
	return err == nil && ok
}

// checkText looks at everything that is text. A name may not hold the filler
// that parts names in the files.
func (d *document) checkText() error {
	for _, x := range []struct{ member, pattern, value string }{
		{"document_code", `[A-Z][A-Z<]?`, d.DocumentCode},
		{"issuing_state", `[A-Z]{1,3}`, d.IssuingState},
		{"nationality", `[A-Z]{1,3}`, d.Nationality},
		{"document_number", `[A-Z0-9]{1,22}`, d.DocumentNumber},
		{"sex", `[FMX]`, d.Sex},
		{"can", `[0-9]{6}`, d.CAN},
		{"optional_data", `[A-Z0-9<]{0,15}`, d.OptionalData[0]},
		{"optional_data", `[A-Z0-9<]{0,11}`, d.OptionalData[1]},
		{"mrz", `|[A-Z0-9<]{90}`, d.MRZ},
	} {
		if !matches(x.pattern, x.value) {
			return refuse(x.member)
		}
	}
	for member, texts := range map[string][]string{
		"family_name": {d.FamilyName}, "given_names": d.GivenNames, "other_names": d.OtherNames,
		"birth_place": d.BirthPlace, "address": d.Address, "issuing_authority": {d.IssuingAuthority},
	} {
		if len(texts) > 20 || slices.ContainsFunc(texts, badText) {
			return refuse(member)
		}
	}
	for i, name := range d.Files {
		if _, ok := dataGroups()[name]; !ok || slices.Contains(d.Files[:i], name) {
			return refuse("files")
		}
	}
	return nil
}

func badText(s string) bool {
	return s == "" || len(s) > maxText || !utf8.ValidString(s) || strings.Contains(s, "<") ||
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

func (d *document) readDates() error {
	for _, x := range []struct {
		member, value string
		to            *time.Time
	}{
		{"birth_date", d.BirthDate, &d.birth},
		{"issue_date", d.IssueDate, &d.issue},
		{"expiry_date", d.ExpiryDate, &d.expiry},
	} {
		var err error
		if *x.to, err = time.Parse(time.DateOnly, x.value); err != nil {
			return refuse(x.member)
		}
	}
	return nil
}

func (d *document) readChip() error {
	for _, c := range []vcard.Cipher{vcard.AES128, vcard.AES192, vcard.AES256} {
		if c.String() == d.Cipher {
			d.cipher = c
		}
	}
	for _, c := range []vcard.Curve{vcard.P256, vcard.BrainpoolP256r1} {
		if c.String() == d.Curve {
			d.curve = c
		}
	}
	sw, err := strconv.ParseUint(d.SelectMF, 16, 16)
	d.selectMF = uint16(sw)
	switch {
	case d.cipher == 0:
		return refuse("cipher")
	case d.curve == 0:
		return refuse("curve")
	case d.NonceLength != 16 && d.NonceLength != 32:
		return refuse("nonce_length")
	case err != nil || len(d.SelectMF) != 4 || sw != 0x9000 && (sw < 0x6200 || sw > 0x6FFF):
		return refuse("select_mf")
	}
	if d.ChipKeyID != nil {
		if *d.ChipKeyID < 0 || *d.ChipKeyID > 127 {
			return refuse("chip_key_id")
		}
		d.keyID = []byte{byte(*d.ChipKeyID)}
	}
	if d.ChipKey == "" {
		return nil
	}
	if d.chipKey, err = hex.DecodeString(d.ChipKey); err != nil {
		return refuse("chip_key")
	}
	if _, err := d.curve.PublicKey(d.chipKey); err != nil {
		return refuse("chip_key")
	}
	return nil
}

func (d *document) readMRZ() error {
	if d.mrz = d.MRZ; d.mrz != "" {
		return nil
	}
	var err error
	d.mrz, err = machineReadableZone(d)
	return err
}
