package vcard

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

// long is a file of which every part differs.
func long(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i>>16) ^ byte(i>>8) ^ byte(i)
	}
	return b
}

// readAt is READ BINARY with odd instruction and extended length.
func readAt(p uint16, offset, ne int) string {
	data := encode(tagOffset, []byte{byte(offset >> 16), byte(offset >> 8), byte(offset)})
	b := append([]byte{0, insReadBinaryOdd, byte(p >> 8), byte(p), 0, 0, byte(len(data))}, data...)
	return hex.EncodeToString(append(b, byte(ne>>8), byte(ne)))
}

// Would catch: files that end at 32 KiB, offsets of three bytes read wrong, and
// data objects longer than Le.
func TestFileBeyond32KiB(t *testing.T) {
	p := blank()
	p.Files[FIDDG2] = long(MaxFileSize)
	terminal := open(t, p)
	if r := terminal.send(readAt(2, 0, 4)); r.sw != statusOK {
		t.Fatalf("short identifier in P2: %04X", r.sw)
	}
	var got []byte
	for len(got) < MaxFileSize {
		r := terminal.send(readAt(0, len(got), 0xE000))
		part, err := only(r.data, tagDiscretionary)
		if err != nil || len(r.data) > 0xE000 || r.sw != statusOK && r.sw != statusEndOfFile {
			t.Fatalf("at %d: %04X with %d bytes, error %v", len(got), r.sw, len(r.data), err)
		}
		got = append(got, part...)
		if r.sw == statusEndOfFile {
			break
		}
	}
	if !bytes.Equal(got, p.Files[FIDDG2]) {
		t.Errorf("read %d bytes", len(got))
	}
	if r := terminal.send("00B07FFF01"); r.sw != statusOK || !bytes.Equal(r.data, p.Files[FIDDG2][0x7FFF:0x8000]) {
		t.Errorf("last plain offset: %04X %X", r.sw, r.data)
	}
}

// Would catch: a status word other than the specified for READ BINARY with odd
// instruction.
func TestOddReadStatus(t *testing.T) {
	for _, x := range []struct {
		name, command string
		want          status
		bytes         int
	}{
		{"short identifier", "00B10001 0354010000", statusOK, 256},
		{"file identifier", "00B10101 0354010000", statusOK, 256},
		{"to the end", "00B10101 0454020100 00", statusEndOfFile, 46},
		{"exactly to the end", "00B10101 0454020100 2E", statusOK, 46},
		{"offset of four bytes", "00B10101 065404000000FF 04", statusOK, 4},
		{"no room for the data object", "00B10101 0354010002", statusWrongLength, 0},
		{"offset of five bytes", "00B10101 07540500000000FF 04", statusWrongData, 0},
		{"offset at the end", "00B10101 045402012C 04", statusOffset, 0},
		{"far offset", "00B10101 065404FFFFFFFF 04", statusOffset, 0},
		{"no offset", "00B10101 00", statusWrongData, 0},
		{"empty offset", "00B10101 025400 00", statusWrongData, 0},
		{"other object", "00B10101 03530100 00", statusWrongData, 0},
		{"short identifier 31", "00B1001F 0354010000", statusParameters, 0},
		{"file that is not there", "00B10110 0354010000", statusFileNotFound, 0},
		{"no current file", "00B10000 0354010000", statusNoCurrentFile, 0},
		{"DG3", "00B10003 0354010000", statusSecurity, 0},
		{"no Le", "00B10001 03540100", statusWrongLength, 0},
	} {
		if r := open(t, blank()).send(x.command); r.sw != x.want || len(r.data) != x.bytes {
			t.Errorf("%s: %04X with %d bytes, want %04X with %d", x.name, r.sw, len(r.data), x.want, x.bytes)
		}
	}
}

// Would catch: EF.DIR and EF.ATR/INFO under the wrong short identifiers, hidden
// behind secure messaging, or in the way of DG1.
func TestMasterFiles(t *testing.T) {
	p := blank()
	p.MasterFiles[FIDDIR], p.MasterFiles[FIDATRInfo] = []byte{0x61, 0x00}, []byte{0x43, 0x01, 0x80}
	terminal := connect(t, p)
	for _, x := range []struct {
		command string
		want    []byte
	}{
		{"00B09E0002", p.MasterFiles[FIDDIR]},
		{"00B0810003", p.MasterFiles[FIDATRInfo]},
		{"00B09C0002", p.MasterFiles[FIDCardAccess]},
	} {
		if r := terminal.send(x.command); r.sw != statusOK || !bytes.Equal(r.data, x.want) {
			t.Errorf("%s: %04X %X", x.command, r.sw, r.data)
		}
	}
	for _, command := range []string{"00A4020C022F00", "00A4020C022F01", "00A4000C022F01"} {
		if r := terminal.send(command); r.sw != statusOK {
			t.Errorf("%s: %04X", command, r.sw)
		}
	}
	terminal = open(t, p)
	if r := terminal.send("00B0810003"); !bytes.Equal(r.data, p.Files[FIDDG1][:3]) {
		t.Errorf("DG1: %04X %X", r.sw, r.data)
	}
	if r := terminal.send("00A4020C022F00"); r.sw != statusFileNotFound {
		t.Errorf("EF.DIR in the application: %04X", r.sw)
	}
}

// Would catch: a chip without short identifiers that reads by one, or cannot
// read at all.
func TestNoShortIdentifiers(t *testing.T) {
	p := blank()
	p.NoShortIdentifiers = true
	terminal := connect(t, p)
	if r := terminal.send("00B09C0002"); r.sw != statusParameters {
		t.Errorf("EF.CardAccess by short identifier: %04X", r.sw)
	}
	terminal.send("00A4020C02011C")
	if r := terminal.send("00B0000002"); r.sw != statusOK {
		t.Errorf("EF.CardAccess by selection: %04X", r.sw)
	}
	terminal = open(t, p)
	if r := terminal.send("00B10001 0354010000"); r.sw != statusParameters {
		t.Errorf("odd instruction by short identifier: %04X", r.sw)
	}
	terminal.send("00A4020C020101")
	if r := terminal.send("00B0000000"); r.sw != statusOK || len(r.data) != 256 {
		t.Errorf("DG1 by selection: %04X", r.sw)
	}
}

// Would catch: responses longer than the chip's longest, or shorter than they
// could be, with any cipher and either instruction, and 6282 before the end.
func TestMaxResponse(t *testing.T) {
	for _, cipher := range Ciphers() {
		for _, most := range []int{64, 127, 128, 231, 256, 512, 0} {
			p := blank()
			p.PACE[0].Cipher, p.MaxResponse = cipher, most
			p.Files[FIDDG2] = long(70000)
			terminal := open(t, p)
			if most == 0 {
				most = LongestResponse
			}
			for _, command := range []string{"00B0820000 0000", "00B10002 000003 540100 0000"} {
				answer := terminal.raw(terminal.protect(unhex(t, command)))
				if len(answer.data) > most {
					t.Errorf("%v %s: %d bytes, want at most %d", cipher, command, len(answer.data), most)
				}
				if len(answer.data)+2*cipher.blockSize() < most {
					t.Errorf("%v %s: %d bytes, could be more below %d", cipher, command, len(answer.data), most)
				}
				if r := terminal.unprotect(answer); r.sw != statusOK || len(r.data) == 0 {
					t.Errorf("%v %s: %04X", cipher, command, r.sw)
				}
			}
		}
	}
	p := blank()
	p.MaxResponse, p.MasterFiles[FIDCardAccess] = 100, long(300)
	terminal := connect(t, p)
	if r := terminal.send("00B09C0000"); r.sw != statusOK || len(r.data) != 100 {
		t.Errorf("in the clear: %04X with %d bytes", r.sw, len(r.data))
	}
	if r := terminal.send("00B000C800"); r.sw != statusEndOfFile || len(r.data) != 100 {
		t.Errorf("end in the clear: %04X with %d bytes", r.sw, len(r.data))
	}
}

// Would catch: a chip that takes extended length nowhere or everywhere, and
// says no under protection.
func TestShortProtected(t *testing.T) {
	p := blank()
	p.ShortProtected = true
	terminal := connect(t, p)
	if r := terminal.send("00B09C00000002"); r.sw != statusOK {
		t.Errorf("extended length in the clear: %04X", r.sw)
	}
	terminal.short = true
	if sw := terminal.establish(string(p.CAN)); sw != statusOK {
		t.Fatalf("PACE answered %04X", sw)
	}
	terminal.selectApplication()
	if r := terminal.send("00B0810004"); r.sw != statusOK {
		t.Errorf("short length under protection: %04X", r.sw)
	}
	terminal.short = false
	if r := terminal.raw(terminal.protect(unhex(t, "00B0810004"))); r.sw != statusWrongLength || len(r.data) != 0 {
		t.Errorf("extended length under protection: %04X with %d bytes", r.sw, len(r.data))
	}
}

// Would catch: a card that is made of what it cannot give.
func TestFilesRefused(t *testing.T) {
	for name, change := range map[string]func(*Personalisation){
		"long file":         func(p *Personalisation) { p.Files[FIDDG2] = make([]byte, MaxFileSize+1) },
		"long master file":  func(p *Personalisation) { p.MasterFiles[FIDDIR] = make([]byte, MaxFileSize+1) },
		"no identifier":     func(p *Personalisation) { p.Files[0] = nil },
		"master file as EF": func(p *Personalisation) { p.MasterFiles[fidMF] = nil },
		"short response":    func(p *Personalisation) { p.MaxResponse = 63 },
		"long response":     func(p *Personalisation) { p.MaxResponse = 65534 },
	} {
		p := blank()
		change(&p)
		if _, err := New(p, seeded(1)); !errors.Is(err, ErrPersonalisation) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
