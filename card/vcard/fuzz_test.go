package vcard

import (
	"bytes"
	"testing"

	"cnie.example/card"
)

var _ card.Transmitter = (*Card)(nil)

// Property: any sequence of commands, before and after PACE, gets answers of
// two bytes at least, and never a file before secure messaging. The first byte
// chooses: plain commands, commands in a session, or raw bytes in a session.
func FuzzCard(f *testing.F) {
	for mode, commands := range [][]string{
		{"00B09C0000", "00B0810000", "00A4040C07A0000002471001"},
		{"0022C1A40F800A04007F00070202040204830102", "10860000027C0000"},
		{"00B0810000", setChipAuthentication, "00860000047C02800000", "00A4020C020101", "00B0000000"},
		{"0CB0810000", "0CB000000D9701048E08000000000000000000"},
	} {
		seed := []byte{byte(mode)}
		for _, c := range commands {
			b := unhex(f, c)
			seed = append(append(seed, byte(len(b))), b...)
		}
		f.Add(seed)
	}
	p := blank()
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 || len(b) > 1024 {
			return
		}
		terminal := &terminal{TB: t, card: newCard(t, p)}
		protected := b[0]%3 == 2
		if b[0]%3 != 0 {
			terminal.card.channel = newChannel(AES256, []byte("session"))
			terminal.card.inApplication = true
			terminal.channel = newChannel(AES256, []byte("session"))
		}
		for b = b[1:]; len(b) > 0; {
			n := min(int(b[0]), len(b)-1)
			command := b[1 : 1+n]
			b = b[1+n:]
			if protected {
				if _, err := parseCommand(command); err == nil && terminal.card.channel != nil {
					terminal.channel.ssc = terminal.card.channel.ssc
					command = terminal.protect(command)
				}
			}
			plain := terminal.card.channel == nil
			r := terminal.raw(command)
			if plain && bytes.Contains(r.data, p.Files[FIDDG1][:8]) {
				t.Fatalf("file given without secure messaging after % X", command)
			}
		}
	})
}

// Property: the chip and package card read the same bytes the same way.
func FuzzParseCommand(f *testing.F) {
	for _, seed := range []string{"00A4040C", "00B0000000", "00A4040C021122", "00A4040C02112200", "00B000000000 00", "00A4040C00000211220000", "00A4040C0000021122", "00"} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := parseCommand(b)
		want, wantErr := card.ParseCommand(b)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("% X: %v, package card says %v", b, err, wantErr)
		}
		if err != nil {
			return
		}
		if !bytes.Equal(got.data, want.Data) || got.ne != want.Le || got.extended != want.Extended || got.ins != want.INS {
			t.Fatalf("% X: %+v, package card says %+v", b, got, want)
		}
	})
}

// Property: what parses is encoded to the same bytes again.
func FuzzObjects(f *testing.F) {
	for _, seed := range []string{"7F490306010F", "8700", "9981800102", "978200010203", "7F", "3080"} {
		f.Add(unhex(f, seed))
	}
	f.Add(encode(0x87, make([]byte, 200)))
	f.Add(encode(0x87, make([]byte, 300)))
	f.Fuzz(func(t *testing.T, b []byte) {
		objects, err := readObjects(b)
		if err != nil {
			return
		}
		var again []byte
		for _, o := range objects {
			again = append(again, encode(o.tag, o.value)...)
		}
		if !bytes.Equal(again, b) {
			t.Fatalf("% X became % X", b, again)
		}
	})
}
