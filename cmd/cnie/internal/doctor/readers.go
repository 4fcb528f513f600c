package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"cnie.example/card"
)

// checkReaders tells why there is no reader.
func (x *examination) checkReaders(context.Context) error {
	answered := !x.WithoutPCSC && (x.serviceErr == nil || errors.Is(x.serviceErr, card.ErrNoReader))
	if !answered || len(x.report.Readers) > 0 || x.has(KernelDriver, DriverMissing, DriverUnknownReader) {
		return nil
	}
	if len(x.devices) > 0 {
		x.found(ReaderNotTaken, x.devices[0].String())
		return nil
	}
	x.found(NoReader, "")
	return nil
}

// checkContactless looks for a reader with an antenna: by its name, or by a card
// whose answer to reset only a contactless reader makes.
func (x *examination) checkContactless(context.Context) error {
	var names []string
	for _, r := range x.report.Readers {
		if isContactless(r) {
			return nil
		}
		names = append(names, r.Name)
	}
	if len(names) > 0 {
		x.found(NoContactless, strings.Join(names, ", "))
	}
	return nil
}

// contactlessWords are words by which readers call their contactless part.
func contactlessWords() []string {
	return []string{"PICC", "CL", "CONTACTLESS", "NFC", "RFID", "PCD"}
}

// contactlessModels are models with an antenna whose name does not say so.
func contactlessModels() []string {
	return []string{
		"ACR122", "ACR1222", "ACR1251", "ACR1252", "ACR1255", "ACR1281", "SCL01", "SCL3711", "UTRUST 370", "UTRUST 470",
		"CLOUD 370", "CLOUD 470", "OMNIKEY 502", "OMNIKEY 512", "OMNIKEY 532", "OMNIKEY 542", "CARDMAN 5X21", "CARDMAN 5321",
		"CYBERJACK RFID", "CYBERJACK WAVE", "PROX-DU", "PROX-SU",
	}
}

func isContactless(r Reader) bool {
	if bytes.HasPrefix(r.ATR, []byte{0x3B}) && len(r.ATR) > 4 && r.ATR[1]&0xF0 == 0x80 && bytes.Equal(r.ATR[2:4], []byte{0x80, 0x01}) {
		return true // PC/SC part 3, 3.1.3.2.3
	}
	name := strings.ToUpper(r.Name)
	for _, model := range contactlessModels() {
		if strings.Contains(name, model) {
			return true
		}
	}
	words := strings.FieldsFunc(name, func(c rune) bool { return (c < 'A' || c > 'Z') && (c < '0' || c > '9') })
	for _, word := range words {
		for _, contactless := range contactlessWords() {
			if word == contactless {
				return true
			}
		}
	}
	return false
}

// lengthFault is a reader that is known to fail with APDUs of extended length.
type lengthFault struct{ model, fault, source string }

// lengthFaults is what was reported in public. Firmware and driver may have
// changed since.
func lengthFaults() []lengthFault {
	return []lengthFault{
		{"ACR1281 1S", "extended commands do not reach the card", "https://github.com/acshk/acsccid/issues/42"},
		{"ACR1252", "commands of 32 KiB fail with error C3", "https://github.com/acshk/acsccid/issues/15"},
		{"ACR33U", "long answers are misread", "https://github.com/acshk/acsccid/issues/19"},
		{"CARDMAN 3121", "no standard extended APDU", "https://github.com/OpenSC/OpenSC/issues/1118"},
		{"CARDMAN (076B:3021)", "no extended APDU", "https://github.com/OpenSC/OpenSC/issues/802"},
		{"CARDMAN 3X21", "extended APDU not processed", "https://github.com/OpenSC/OpenSC/issues/715"},
		{"XIRING MYLEO", "no extended APDU", "https://ludovicrousseau.blogspot.com/2011/05/extended-apdu-status-per-reader.html"},
	}
}

// checkLength looks for readers with which long answers come in short pieces.
func (x *examination) checkLength(context.Context) error {
	for _, r := range x.report.Readers {
		for _, f := range lengthFaults() {
			if strings.Contains(strings.ToUpper(r.Name), f.model) {
				x.found(ExtendedLength, fmt.Sprintf("%s: %s (%s)", r.Name, f.fault, f.source))
				break
			}
		}
		if maxLe := x.MaxLe(r.Name, r.ATR); r.Present && maxLe > 0 {
			x.found(LengthRemembered, fmt.Sprintf("%s: %d", r.Name, maxLe))
		}
	}
	for _, dev := range x.devices {
		if dev.shortOnly {
			x.found(ShortLength, dev.String())
		}
	}
	return nil
}

// checkCards looks at the cards that are there.
func (x *examination) checkCards(context.Context) error {
	for _, r := range x.report.Readers {
		switch {
		case r.Present && r.Mute:
			x.found(CardMute, r.Name)
		case r.Present && r.InUse:
			x.found(CardInUse, r.Name)
		}
	}
	return nil
}
