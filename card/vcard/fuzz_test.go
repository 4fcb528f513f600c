package vcard

import (
	"bytes"
	"strings"
	"testing"

	"cnie.example/card"
)

var _ card.Transmitter = (*Card)(nil)

// Property: any sequence of commands, before and after PACE, to any card, gets
// answers of two bytes at least and no longer than asked for, never a file
// before secure messaging, and leaves no more behind than one command can. The
// first byte chooses the card and plain commands, commands in a session, or raw
// bytes in a session.
func FuzzCard(f *testing.F) {
	for mode, commands := range [][]string{
		{"00B09C0000", "00B0810000", "00A4040C07A0000002471001"},
		{"0022C1A40F800A04007F00070202040204830102", "10860000027C0000"},
		{"00B0810000", setChipAuthentication, "00860000047C02800000", "00A4020C020101", "00B0000000"},
		{"0CB0810000", "0CB000000D9701048E08000000000000000000"},
		{"0084000008", apdu(0x00820000, make([]byte, 40), true), selectApplication, "0084000008"},
		{"00880000080102030405060708", "00B10101035401000000", "002C0303", "002241A60384010100"},
		{"0022C1A412800A04007F0007020204040483010284010D", "10860000027C0000", "10860000247C228120" + strings.Repeat("00", 33)},
	} {
		seed := []byte{byte(mode)}
		for _, c := range commands {
			b := unhex(f, c)
			seed = append(append(seed, byte(len(b))), b...)
		}
		f.Add(seed)
	}
	kinds := []Personalisation{blank(), fullCard(), fullCard()}
	kinds[2].Faults = []Fault{{Kind: PlainAfterPACE}, {Kind: Clone}, {Kind: WrongMAC, APDU: 2}, {Kind: OtherCurve}}
	kinds[2].PACE[0].Cipher, kinds[2].MaxResponse = TripleDES, 100
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 || len(b) > 1024 {
			return
		}
		p := kinds[int(b[0])/3%len(kinds)]
		terminal := &terminal{TB: t, card: newCard(t, p)}
		protected := b[0]%3 == 2
		if cipher := p.PACE[0].Cipher; b[0]%3 != 0 {
			terminal.card.channel = newChannel(cipher, []byte("session"))
			terminal.card.inApplication = true
			terminal.channel = newChannel(cipher, []byte("session"))
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
			cmd, _ := parseCommand(command)
			if smallest := objectSize(2) + objectSize(macSize); len(r.data) > max(cmd.ne, smallest) {
				t.Fatalf("%d bytes for %d after % X", len(r.data), cmd.ne, command)
			}
			if left := terminal.card.volatile; len(left.challenge) > 8 || left.run != nil && len(left.run.nonce) > maxNonce {
				t.Fatalf("left behind after % X: %+v", command, left)
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
