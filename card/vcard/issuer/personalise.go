package issuer

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"cnie.example/card/vcard"
)

// Answers to reset of the French identity card: contact and contactless.
func atrContact() []byte {
	return []byte{
		0x3B, 0xDB, 0x96, 0xFF, 0x80, 0xB1, 0xFE, 0x45, 0x1F, 0x87, 0x00, 0x31, 0xC1, 0x64,
		0x09, 0x37, 0x72, 0x13, 0x0F, 0x90, 0x00, 0xF4,
	}
}

func atrContactless() []byte {
	return []byte{0x3B, 0x8B, 0x80, 0x01, 0x00, 0x31, 0xC1, 0x64, 0x09, 0x37, 0x72, 0x13, 0x00, 0x90, 0x00, 0x51}
}

// Personalise issues a document: it draws up the files of p, signs them and
// gives them with the chip's key. The key is drawn from rand when p has none.
// The result is the caller's. Errors about the profile wrap ErrProfile.
func (l *Lab) Personalise(rand io.Reader, p Profile) (vcard.Personalisation, error) {
	d, err := p.compile()
	if err != nil {
		return vcard.Personalisation{}, fmt.Errorf("personalise: %w", err)
	}
	chipKey := d.chipKey
	if chipKey == nil {
		if chipKey, err = d.curve.GenerateKey(rand); err != nil {
			return vcard.Personalisation{}, fmt.Errorf("personalise: %w", err)
		}
	}
	files, err := l.files(d, chipKey)
	if err != nil {
		return vcard.Personalisation{}, fmt.Errorf("personalise: %w", err)
	}
	access, err := cardAccess(d)
	if err != nil {
		return vcard.Personalisation{}, fmt.Errorf("personalise: %w", err)
	}
	return vcard.Personalisation{
		ATR: atrContact(), ATRContactless: atrContactless(), Contactless: d.Contactless,
		CAN: []byte(d.CAN), MRZ: information(d.mrz),
		CardAccess: access, Files: files,
		PACECipher: d.cipher, PACECurve: d.curve, NonceSize: d.NonceLength,
		ChipKey: chipKey, ChipCurve: d.curve, ChipCipher: d.cipher, KeyID: d.keyID,
		SelectMF: d.selectMF, ShortLength: !d.ExtendedLength,
	}, nil
}

// files are the data groups of the profile, EF.COM and EF.SOD.
func (l *Lab) files(d document, chipKey []byte) (map[uint16][]byte, error) {
	var groups []dataGroup
	for _, name := range d.Files {
		groups = append(groups, dataGroups()[name])
	}
	slices.SortFunc(groups, func(a, b dataGroup) int { return cmp.Compare(a.number, b.number) })
	files := map[uint16][]byte{vcard.FIDCOM: commonData(groups)}
	var signed []signedFile
	for _, g := range groups {
		content, err := group(d, g, chipKey)
		if err != nil {
			return nil, err
		}
		files[g.fid] = content
		signed = append(signed, signedFile{g.number, content})
	}
	sod, err := l.documentSecurityObject(signed)
	if err != nil {
		return nil, err
	}
	files[vcard.FIDSOD] = sod
	return files, nil
}

func group(d document, g dataGroup, chipKey []byte) ([]byte, error) {
	switch g.fid {
	case vcard.FIDDG1:
		return zone(d), nil
	case vcard.FIDDG2:
		jpeg, err := photo()
		return face(d, jpeg), err
	case vcard.FIDDG11:
		return personalDetails(d), nil
	case vcard.FIDDG12:
		return documentDetails(d), nil
	default:
		return securityInfos(d, chipKey)
	}
}
