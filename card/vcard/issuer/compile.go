package issuer

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cnie.example/card/vcard"
)

// document is a profile that was checked, in the types its files need.
type document struct {
	Profile
	mrz                  string
	birth, issue, expiry date
	selectMF             uint16
	atr, atrContactless  []byte
	dg13                 []byte
	pace                 []vcard.PACEProtocol
	keys                 []chipKey
	active               *activeKey
	faults               []vcard.Fault
}

// compile checks a profile. Errors name the member and wrap ErrProfile.
func (p Profile) compile() (document, error) {
	value, err := generic(p)
	if err == nil {
		err = profileRule().check("", value)
	}
	if err != nil {
		return document{}, err
	}
	d := document{Profile: p}
	for _, step := range []func() error{
		d.checkText, d.readDates, d.readBytes, d.readPACE, d.readChipKeys, d.readActiveAuthentication, d.readFaults, d.checkFiles, d.readMRZ,
	} {
		if err := step(); err != nil {
			return document{}, err
		}
	}
	return d, nil
}

// checkText refuses what is no text to look at, which no pattern of the schema
// tells.
func (d *document) checkText() error {
	for _, x := range []struct {
		member string
		texts  []string
	}{
		{"family_name", []string{d.FamilyName}},
		{"given_names", d.GivenNames},
		{"other_names", d.OtherNames},
		{"birth_place", d.BirthPlace},
		{"address", d.Address},
		{"issuing_authority", []string{d.IssuingAuthority}},
	} {
		if slices.ContainsFunc(x.texts, func(s string) bool {
			return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
		}) {
			return refuse(x.member)
		}
	}
	return nil
}

func (d *document) readDates() error {
	for _, x := range []struct {
		member, value string
		to            *date
	}{
		{"birth_date", cutUnknown(d.BirthDate), &d.birth},
		{"issue_date", d.IssueDate, &d.issue},
		{"expiry_date", d.ExpiryDate, &d.expiry},
	} {
		var err error
		if *x.to, err = readDate(x.value); err != nil {
			return refuse(x.member)
		}
	}
	return nil
}

func (d *document) readBytes() error {
	for _, x := range []struct {
		member, value string
		to            *[]byte
	}{
		{"atr", d.ATR, &d.atr},
		{"atr_contactless", d.ATRContactless, &d.atrContactless},
		{"dg13", d.DG13, &d.dg13},
	} {
		var err error
		if *x.to, err = hex.DecodeString(x.value); err != nil {
			return refuse(x.member)
		}
	}
	sw, err := strconv.ParseUint(d.SelectMF, 16, 16)
	if err != nil {
		return refuse("select_mf")
	}
	d.selectMF = uint16(sw)
	return nil
}

// checkFiles refuses a file that the rest of the profile gives no content.
func (d *document) checkFiles() error {
	issued := func(name string) bool { return slices.Contains(d.Files, name) }
	switch {
	case issued("DG13") && len(d.dg13) == 0:
		return refuseAs("dg13", "missing, and DG13 is among the files")
	case issued("DG14") && len(d.pace) == 0 && len(d.keys) == 0 && (d.active == nil || d.active.rsa()):
		return refuseAs("files", "DG14 has nothing to hold without PACE, chip keys and ECDSA")
	case issued("DG15") && d.active == nil:
		return refuseAs("active_authentication", "missing, and DG15 is among the files")
	case issued("CardSecurity") && len(d.pace) == 0:
		return refuseAs("files", "CardSecurity is for a chip with PACE")
	}
	return nil
}

func (d *document) readFaults() error {
	for i, s := range d.Faults {
		f, err := vcard.ParseFault(s)
		if err != nil {
			return refuseAs("faults["+strconv.Itoa(i)+"]", err.Error())
		}
		d.faults = append(d.faults, f)
	}
	return nil
}

func (d *document) readMRZ() error {
	if d.mrz = d.MRZ; d.mrz != "" {
		if len(d.mrz) != d.form().size() {
			return refuse("mrz")
		}
		return nil
	}
	var err error
	d.mrz, err = machineReadableZone(d)
	return err
}
