package main

import (
	"testing"
	"time"

	"cnie.example/card/vcard"
)

// Would catch: a fault that is listed and that no card understands, and a kind
// of fault that the list lacks.
func TestListedFaultsExist(t *testing.T) {
	kinds := map[vcard.FaultKind]bool{}
	for _, f := range chipFaults() {
		parsed, err := vcard.ParseFault(f[0])
		if err != nil || f[1] == "" {
			t.Errorf("%s: %v", f[0], err)
		}
		kinds[parsed.Kind] = true
	}
	for _, k := range []vcard.FaultKind{
		vcard.Cut, vcard.Late, vcard.WrongStatus, vcard.WrongLength, vcard.WrongMAC,
		vcard.Clone, vcard.KeepKeys, vcard.PlainAfterPACE, vcard.OtherCurve, vcard.LeadingZero,
	} {
		if !kinds[k] {
			t.Errorf("kind %d is not listed", k)
		}
	}
}

// Would catch: parts of the model that are mixed up or kept from an earlier one.
func TestLatency(t *testing.T) {
	for text, want := range map[string]vcard.Latency{
		"none": {}, "default": vcard.DefaultLatency(), "byte=70us": {PerByte: 70 * time.Microsecond},
		"apdu=1ms,multiplication=2s": {PerAPDU: time.Millisecond, PerMultiplication: 2 * time.Second},
	} {
		l := latencyFlag{PerAPDU: time.Hour}
		if err := l.UnmarshalText([]byte(text)); err != nil || vcard.Latency(l) != want {
			t.Errorf("%s: %v, error %v", text, l, err)
		}
	}
	for _, text := range []string{"", "17ms", "apdu", "apdu=", "apdu=0", "apdu=1", "apdu=11s", "apdu=1ms,", "byte=1us,byte=1us", "speed=1s"} {
		l := latencyFlag{}
		if err := l.UnmarshalText([]byte(text)); err == nil || l != (latencyFlag{}) {
			t.Errorf("%q: %v, error %v", text, l, err)
		}
	}
}
