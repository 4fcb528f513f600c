package pinpad

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"cnie.example/card"
)

// Would catch: a field of the input or output of EstablishPACEChannel at the
// wrong place, or a secret left behind in the command.
func TestEstablishPACE(t *testing.T) {
	p, s := newPad(t, "00000000 1500 9000 0300 310101 02 AABB 01 CC 0700 01020304050607")
	request := PACERequest{
		Password: PasswordCAN, CHAT: []byte{0x7F, 0x4C}, Secret: []byte("000000"), CertificateDescription: []byte{0x30, 0x00},
	}
	got, err := p.EstablishPACE(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if want := unhex(t, "02 0F00 02 02 7F4C 06 303030303030 0200 3000"); s.code != paceCode || !bytes.Equal(s.sent, want) {
		t.Errorf("code %X\n got %X\nwant %X", s.code, s.sent, want)
	}
	if !bytes.Equal(s.kept, make([]byte, len(s.kept))) || string(request.Secret) != "000000" {
		t.Errorf("after the call: command %X, secret %q", s.kept, request.Secret)
	}
	want := PACEResult{
		Status: card.StatusOK, CardAccess: unhex(t, "310101"), CurrentCAR: unhex(t, "AABB"), PreviousCAR: unhex(t, "CC"),
		IDICC: unhex(t, "01020304050607"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

// Would catch: an entry at the reader asked for with an empty secret of
// another length, or optional fields that are required.
func TestEstablishPACEAtTheKeys(t *testing.T) {
	p, s := newPad(t, "00000000 0400 63C1 0000")
	got, err := p.EstablishPACE(t.Context(), PACERequest{Password: PasswordPIN})
	if err != nil || got.Status != 0x63C1 || got.CardAccess != nil || got.IDICC != nil {
		t.Fatalf("got %+v, %v", got, err)
	}
	if want := unhex(t, "02 0500 03 00 00 0000"); !bytes.Equal(s.sent, want) {
		t.Errorf("sent %X", s.sent)
	}
}

// Would catch: a result of the reader told as another: a person who cancelled
// is told of a fault, a wrong CAN is not told as wrong.
func TestPACENamesItsFailures(t *testing.T) {
	for code, want := range map[string]error{
		"010000D0": ErrRequest, "020000D0": ErrRequest, "030000D0": ErrRequest,
		"010000E0": card.ErrResponse, "020000E0": ErrUnsupported, "030000E0": ErrUnsupported, "060000E0": card.ErrResponse,
		"010010F0": card.ErrUnresponsive, "020010F0": card.ErrNoCard,
		"010020F0": ErrCancelled, "020020F0": ErrTimeout,
		"826A00F0": card.ErrFileNotFound, "836902F0": card.ErrBlocked,
		"006306F0": card.ErrAuthenticationFailed, "C16306F0": card.ErrAuthenticationFailed,
	} {
		p, _ := newPad(t, code+"0000")
		_, err := p.EstablishPACE(t.Context(), PACERequest{Password: PasswordCAN})
		var failed *PACEError
		if !errors.Is(err, want) || !errors.As(err, &failed) {
			t.Errorf("%s: %v, want %v", code, err, want)
		}
	}
	unknown := &PACEError{Op: "establish", Code: 0xF0070000}
	if _, _, ok := unknown.Step(); ok || unknown.Unwrap() != nil {
		t.Errorf("unknown code: %v", unknown)
	}
	refused := &PACEError{Op: "establish", Code: 0xF00663C1}
	if command, status, ok := refused.Step(); !ok || command != "GENERAL AUTHENTICATE 4" || status != 0x63C1 {
		t.Errorf("step %q, %v, %v", command, status, ok)
	}
}

// Would catch: an answer with lengths that disagree taken for a channel.
func TestPACEAnswersThatAreMalformed(t *testing.T) {
	for _, answer := range []string{
		"", "00000000", "00000000 0100", "00000000 0000 00", "00000000 0100 90", "00000000 0300 900000",
		"00000000 0400 9000 0100", "00000000 0500 9000 0000 00", "00000000 0800 9000 0000 00 00 0000 00",
	} {
		p, _ := newPad(t, answer)
		if _, err := p.EstablishPACE(t.Context(), PACERequest{Password: PasswordCAN}); !errors.Is(err, ErrAnswer) {
			t.Errorf("%q: %v", answer, err)
		}
	}
}

// Would catch: lengths of a request that wrap around in its length fields.
func TestPACERequestThatDoesNotFit(t *testing.T) {
	for name, r := range map[string]PACERequest{
		"no password": {}, "unknown password": {Password: 5},
		"CHAT":        {Password: PasswordPIN, CHAT: make([]byte, 256)},
		"secret":      {Password: PasswordPIN, Secret: make([]byte, 256)},
		"description": {Password: PasswordPIN, Secret: make([]byte, 6), CertificateDescription: make([]byte, 65525)},
	} {
		p, s := newPad(t, "000000000000")
		s.sent = nil
		if _, err := p.EstablishPACE(t.Context(), r); !errors.Is(err, ErrRequest) || s.sent != nil {
			t.Errorf("%s: %v, sent %d bytes", name, err, len(s.sent))
		}
	}
}

// Would catch: capabilities read from the wrong byte, and a channel that cannot
// be ended.
func TestPACECapabilities(t *testing.T) {
	p, s := newPad(t, "00000000 0100 E0")
	got, err := p.PACECapabilities(t.Context())
	if err != nil || got != PACEDestroy|PACEGeneric|PACEeID || !bytes.Equal(s.sent, unhex(t, "01 0000")) {
		t.Errorf("got %X, %v, sent %X", got, err, s.sent)
	}
	p, _ = newPad(t, "00000000 0000")
	if _, err := p.PACECapabilities(t.Context()); !errors.Is(err, ErrAnswer) {
		t.Errorf("no bit map: %v", err)
	}
	p, s = newPad(t, "00000000 0000")
	if err := p.DestroyPACE(t.Context()); err != nil || !bytes.Equal(s.sent, unhex(t, "03 0000")) {
		t.Errorf("destroy: %v, sent %X", err, s.sent)
	}
}
