package vcard

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// Would catch: a status word other than the one of ISO/IEC 7816-4 and ICAO Doc
// 9303 for a plain command to a card that was just reset.
func TestPlainStatus(t *testing.T) {
	for _, x := range []struct {
		name, command string
		want          status
	}{
		{"CardAccess by short identifier", "00B09C0000", statusEndOfFile},
		{"CardAccess, all of it", "00B09C0002", statusOK},
		{"CardAccess by selection", "00A4020C02011C", statusOK},
		{"DG1 by short identifier", "00B0810000", statusSecurity},
		{"DG1 by selection", "00A4020C020101", statusSecurity},
		{"COM by selection", "00A4020C02011E", statusSecurity},
		{"DG3", "00A4020C020103", statusSecurity},
		{"file that is not there", "00A4020C020110", statusFileNotFound},
		{"short identifier that is not there", "00B0900000", statusFileNotFound},
		{"application", "00A4040C07A0000002471001", statusSecurity},
		{"other application", "00A4040C07A0000002471002", statusFileNotFound},
		{"master file", "00A4000C023F00", statusOK},
		{"master file without identifier", "00A4000C", statusOK},
		{"SELECT with control information", "00A4020402011C", statusParameters},
		{"SELECT of one byte", "00A4020C0101", statusWrongLength},
		{"SELECT of the parent", "00A4030C", statusParameters},
		{"no current file", "00B0000000", statusNoCurrentFile},
		{"no Le", "00B09C00", statusWrongLength},
		{"READ BINARY with data", "00B09C00015400", statusWrongLength},
		{"short identifier 0", "00B0800000", statusParameters},
		{"short identifier 31", "00B09F0000", statusParameters},
		{"bits beside the short identifier", "00B0BC0000", statusParameters},
		{"offset beyond", "00B09CFF00", statusOffset},
		{"offset at the end", "00B09C0200", statusOffset},
		{"unknown instruction", "00CA000000", statusInstruction},
		{"READ BINARY with odd instruction, no current file", "00B10000045402000000", statusNoCurrentFile},
		{"GET CHALLENGE of a chip without BAC", "0084000008", statusInstruction},
		{"INTERNAL AUTHENTICATE of a chip without key", "0088000008000102030405060700", statusInstruction},
		{"RESET RETRY COUNTER of a chip without PIN", "002C0303", statusInstruction},
		{"unknown class", "80B09C0000", statusClass},
		{"other channel", "01B09C0000", statusClass},
		{"proprietary secure messaging", "04B09C0000", statusClass},
		{"secure messaging without session", "0CB09C000D9701008E080000000000000000 00", statusSecurity},
		{"chain of READ BINARY", "10B09C0000", statusChaining},
		{"chip authentication outside secure messaging", setChipAuthentication, statusSecurity},
		{"MSE of another template", "002241B600", statusParameters},
		{"GENERAL AUTHENTICATE without MSE", "10860000027C0000", statusConditions},
		{"three bytes", "00B09C", statusWrongLength},
		{"no bytes", "", statusWrongLength},
		{"Lc longer than the data", "00A4020C0301", statusWrongLength},
		{"extended Lc of zero", "00A4020C0000000000", statusWrongLength},
		{"PACE of another cipher", "0022C1A40F 800A04007F00070202040202 830102", statusWrongData},
		{"PACE with integrated mapping", "0022C1A40F 800A04007F00070202040404 830102", statusWrongData},
		{"PACE without tag 84", "0022C1A40F 800A04007F00070202040204 830102", statusOK},
		{"PACE with a cut object behind", "0022C1A412 800A04007F00070202040204 830102 9900 00", statusWrongData},
		{"PACE with an object of another specification", "0022C1A411 800A04007F00070202040204 830102 9900", statusOK},
		{"PACE with a repeated object", "0022C1A412 800A04007F00070202040204 830102 830101", statusWrongData},
		{"PACE without password", "0022C1A40C 800A04007F00070202040204", statusWrongData},
		{"PACE without mechanism", "0022C1A403 830102", statusWrongData},
		{"PACE with the PIN", "0022C1A40F 800A04007F00070202040204 830103", statusReferenceNotFound},
		{"PACE on P-256", "0022C1A412 800A04007F00070202040204 830102 84010C", statusReferenceNotFound},
		{"PACE with a cut object", "0022C1A40E 800A04007F00070202040204 8301", statusWrongData},
	} {
		if got := connect(t, blank()).send(x.command); got.sw != x.want {
			t.Errorf("%s: %04X, want %04X", x.name, got.sw, x.want)
		}
	}
}

// Would catch: the same under secure messaging, with the application selected.
func TestProtectedStatus(t *testing.T) {
	for _, x := range []struct {
		name, command string
		want          status
		bytes         int
	}{
		{"short read", "00B0810000", statusOK, 256},
		{"long read to the end", "00B0810000 0000", statusEndOfFile, 300},
		{"long read of less", "00B0810000 0101", statusOK, 257},
		{"offset with short identifier", "00B0812000", statusOK, 256},
		{"rest of a file", "00B081FF00", statusEndOfFile, 45},
		{"beyond the end", "00B0000000", statusNoCurrentFile, 0},
		{"SELECT of DG1", "00A4020C020101", statusOK, 0},
		{"DG11 that is not there", "00A4020C02010B", statusFileNotFound, 0},
		{"CardAccess is in the master file", "00A4020C02011C", statusFileNotFound, 0},
		{"DG3 needs terminal authentication", "00B0830000", statusSecurity, 0},
		{"unknown instruction", "00CA000000", statusInstruction, 0},
		{"other application", "00A4040C07A0000002471002", statusFileNotFound, 0},
		{"chip authentication of another cipher", "002241A40F 800A04007F00070202030202 840101", statusWrongData, 0},
		{"chip authentication with another key", "002241A40F 800A04007F00070202030204 840102", statusReferenceNotFound, 0},
		{"chip authentication without key", "002241A40C 800A04007F00070202030204", statusOK, 0},
		{"chip authentication with a password", "002241A412 800A04007F00070202030204 840101 830102", statusWrongData, 0},
		{"GENERAL AUTHENTICATE without MSE", "00860000027C0000", statusConditions, 0},
	} {
		terminal := open(t, blank())
		got := terminal.send(x.command)
		if got.sw != x.want || len(got.data) != x.bytes {
			t.Errorf("%s: %04X with %d bytes, want %04X with %d", x.name, got.sw, len(got.data), x.want, x.bytes)
		}
		if terminal.channel == nil {
			t.Errorf("%s: ended the session", x.name)
		} else if r := terminal.send("00B0810004"); r.sw != statusOK {
			t.Errorf("%s: the next read answered %04X", x.name, r.sw)
		}
	}
}

// Would catch: offsets counted wrong, in either form, and a read that does not
// select its file.
func TestReadInPieces(t *testing.T) {
	terminal := open(t, blank())
	want := terminal.card.p.Files[FIDDG2]
	r := terminal.send("00B0820000 0064")
	got := bytes.Clone(r.data)
	for r.sw == statusOK {
		r = terminal.send(hex.EncodeToString([]byte{0, insReadBinary, byte(len(got) >> 8), byte(len(got)), 0, 0x10, 0}))
		got = append(got, r.data...)
	}
	if r.sw != statusEndOfFile || !bytes.Equal(got, want) {
		t.Errorf("read %d bytes, ended with %04X", len(got), r.sw)
	}
}
