package issuer

import (
	"fmt"
	"io"

	"cnie.example/card/vcard"
)

// Personalise issues a document: it draws up the files of p, signs them and
// gives them with the chip's keys, drawn from rand where p has none. The result
// is the caller's. Errors about the profile wrap ErrProfile.
func (l *Lab) Personalise(rand io.Reader, p Profile) (vcard.Personalisation, error) {
	v, err := l.personalise(rand, p)
	if err != nil {
		return vcard.Personalisation{}, fmt.Errorf("personalise: %w", err)
	}
	return v, nil
}

func (l *Lab) personalise(rand io.Reader, p Profile) (v vcard.Personalisation, err error) {
	d, err := p.compile()
	if err != nil {
		return v, err
	}
	if err := d.generate(rand); err != nil {
		return v, err
	}
	v = vcard.Personalisation{
		ATR: d.atr, ATRContactless: d.atrContactless, Contactless: d.Contactless,
		CAN: []byte(d.CAN), MRZ: d.information(), PIN: []byte(d.PIN), PUK: []byte(d.PUK), PINTries: d.PINTries,
		PINDeactivated: d.PINDeactivated, BAC: d.BAC,
		PACE: d.pace, NonceSize: d.NonceLength, ChipKeys: d.protocols(),
		Faults: d.faults, SelectMF: d.selectMF,
		ShortLength: !d.ExtendedLength, ShortProtected: d.ShortProtected,
		NoShortIdentifiers: !d.ShortIdentifiers, MaxResponse: d.MaxResponse,
	}
	if d.active != nil {
		v.ActiveAuthentication = &d.active.key
	}
	if v.MasterFiles, err = l.masterFiles(d); err != nil {
		return v, err
	}
	v.Files, err = l.files(d)
	return v, err
}

// Information is what the MRZ password of the document is made of: document
// number, date of birth and date of expiry, each with its check digit (ICAO Doc
// 9303-11, 4.3.2). The bytes are the caller's. Errors wrap ErrProfile.
func (p Profile) Information() ([]byte, error) {
	d, err := p.compile()
	if err != nil {
		return nil, err
	}
	return d.information(), nil
}
